#include "odoo/fault_broken.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "odoo/fault_constraint.h"

namespace gateway::odoo {
namespace {

using base::Reason;
using enum Reason;

struct Broken {
  const SqlError& error;
  // Of the constraint's table.
  const std::string& model;
  std::vector<std::string_view> columns;
};

void Append(Paths more, Paths& paths) {
  std::move(more.begin(), more.end(), std::back_inserter(paths));
}

bool IsReference(std::string_view column) { return column.ends_with("_id"); }

// Columns that Odoo fills from another field: it is the one that the caller left out.
struct Derived {
  std::string_view model;
  std::string_view column;
  std::string_view source;
};
constexpr std::array kDerived = {
    Derived{"stock.picking", "location_id", "picking_type_id"},
    Derived{"stock.picking", "location_dest_id", "picking_type_id"},
};

std::string_view SourceOf(std::string_view column, std::string_view model) {
  const auto* row = std::find_if(kDerived.begin(), kDerived.end(), [&](const Derived& known) {
    return known.column == column && known.model == model;
  });
  return row == kDerived.end() ? column : row->source;
}

Paths PathsOfMissing(const Broken& broken, const FaultContext& context) {
  if (broken.columns.empty()) return {};
  const std::string_view model = broken.model.empty() ? context.model : broken.model;
  return PathsWithout(SourceOf(broken.columns.front(), model), broken.model, context);
}

// A computed copy (`sanitized_acc_number`) stands for the field that the request has.
Paths PathsOfKey(std::string_view column, std::string_view value, const std::string& model,
                 const FaultContext& context) {
  Paths paths = PathsWith(column, model, context);
  for (std::size_t at = column.find('_'); paths.empty() && at != std::string_view::npos;
       at = column.find('_', at + 1)) {
    paths = PathsWith(column.substr(at + 1), model, context);
  }
  paths = WithValue(std::move(paths), value, context);
  // Of equal records in one batch the first one was stored.
  if (paths.size() > 1) paths.erase(paths.begin(), paths.end() - 1);
  return paths;
}

// Of a key, references only tell where a value must be unique: they count where there is nothing
// else.
Paths PathsOfUnique(const Broken& broken, const FaultContext& context) {
  Paths scalars;
  Paths references;
  for (std::size_t at = 0; at < broken.columns.size(); ++at) {
    const std::string_view column = broken.columns[at];
    const auto& values = broken.error.key_values;
    const std::string_view value = at < values.size() ? values[at] : std::string_view();
    Append(PathsOfKey(column, value, broken.model, context),
           IsReference(column) ? references : scalars);
  }
  if (!scalars.empty()) return scalars;
  if (references.size() > 1) references.resize(1);
  return references;
}

// `product_supplierinfo_partner_id_fkey` without its table: the request knows where the column's
// name begins.
Paths PathsOfForeignKey(std::string_view constraint, const FaultContext& context) {
  constexpr std::string_view kEnding = "_fkey";
  if (!constraint.ends_with(kEnding)) return {};
  constraint.remove_suffix(kEnding.size());
  for (const std::string_view path : context.fields) {
    const std::string_view field = path.substr(path.rfind('.') + 1);
    const std::size_t table_size =
        constraint.size() - std::min(constraint.size(), field.size() + 1);
    if (table_size == 0 || !constraint.ends_with(field)) continue;
    return PathsWith(field, ModelOfTable(constraint.substr(0, table_size), context), context);
  }
  return {};
}

Paths PathsOfReference(const Broken& broken, const FaultContext& context) {
  const SqlError& error = broken.error;
  const std::string_view id = error.key_values.empty() ? "" : error.key_values.front();
  for (const std::string_view column : broken.columns) {
    Paths paths = WithValue(PathsWith(column, broken.model, context), id, context);
    if (!paths.empty()) return paths;
  }
  Paths paths = PathsReferringTo(ModelOfTable(error.referenced, context), id, context);
  return paths.empty() ? PathsOfForeignKey(error.constraint, context) : paths;
}

// Names a check's fields only where the request has one record that it can be about. Fields set to
// nothing break no rule.
Paths PathsOfCheck(const Broken& broken, const FaultContext& context) {
  Paths all;
  for (const std::string_view column : broken.columns) {
    Paths paths = WithoutUnset(PathsWith(column, broken.model, context), context);
    if (paths.size() > 1) return {};
    Append(std::move(paths), all);
  }
  return all;
}

struct Finder {
  Reason reason;
  Paths (*paths)(const Broken&, const FaultContext&);
};
constexpr std::array kFinders = {
    Finder{kRequiredFieldMissing, PathsOfMissing},
    Finder{kUniqueViolation, PathsOfUnique},
    Finder{kInvalidReference, PathsOfReference},
    Finder{kCheckViolation, PathsOfCheck},
};

std::vector<std::string_view> ColumnsOf(const SqlError& error) {
  if (!error.column.empty()) return {error.column};
  return error.key.empty() ? ConstraintNamed(error.constraint, error.table).columns : error.key;
}

Paths PathsOf(Reason reason, const Broken& broken, const FaultContext& context) {
  // External ids are no fields of the records that bear them.
  constexpr std::string_view kExternalIds = "ir.model.data";
  if (broken.model == kExternalIds && context.model != kExternalIds) return {};
  const auto* finder = std::find_if(kFinders.begin(), kFinders.end(),
                                    [&](const Finder& known) { return known.reason == reason; });
  return finder == kFinders.end() ? Paths() : finder->paths(broken, context);
}

std::string TableOf(std::string_view model) {
  std::string table(model);
  std::replace(table.begin(), table.end(), '.', '_');
  return table;
}

}  // namespace

Finding FindingOfSql(const SqlError& error, const FaultContext& context) {
  Finding finding;
  const bool asks = ConstraintNamed(error.constraint, error.table).requires_value;
  finding.reason = asks ? kRequiredFieldMissing : error.reason;
  finding.constraint = error.constraint;
  finding.sqlstate = error.sqlstate;
  if (!error.table.empty()) finding.model = ModelOfTable(error.table, context);
  finding.paths = PathsOf(finding.reason, {error, finding.model, ColumnsOf(error)}, context);
  return finding;
}

Finding FindingOfWords(const TextMeaning& meaning, const FaultContext& context) {
  std::string table = TableOf(CaptureOf(meaning.names, "model"));
  // A table, or the word for an unknown model in the language: some nested record, in any case.
  if (table.empty()) table = CaptureOf(meaning.names, "linked");
  const std::string_view field = CaptureOf(meaning.names, "field");
  SqlError error;
  error.reason = meaning.reason;
  error.table = table;
  error.constraint = meaning.constraint;
  if (error.constraint.empty()) error.constraint = CaptureOf(meaning.names, "constraint");
  if (!field.empty()) error.key = {field};
  // One message serves both sides of a foreign key.
  if (error.reason == kInvalidReference && context.method == "unlink") error.reason = kRecordInUse;
  Finding finding = FindingOfSql(error, context);
  if (finding.model.find('.') == std::string::npos) finding.model.clear();
  return finding;
}

}  // namespace gateway::odoo
