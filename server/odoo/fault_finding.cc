#include "odoo/fault_finding.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "odoo/fault_constraint.h"
#include "odoo/fault_postgres.h"
#include "odoo/fault_rules.h"
#include "odoo/fault_text.h"
#include "odoo/fault_traceback.h"

namespace gateway::odoo {
namespace {

using base::Reason;
using enum Reason;

template <std::size_t kSize>
bool IsOneOf(Reason reason, const std::array<Reason, kSize>& reasons) {
  return std::find(reasons.begin(), reasons.end(), reason) != reasons.end();
}

// About the gateway's set-up or the way to Odoo, not about a model.
constexpr std::array kWithoutModel = {
    kIntegrationUserRejected, kDatabaseNotFound, kEndpointNotFound, kTimeout,
    kUpstreamUnavailable,     kSessionExpired,   kRateLimited,      kPayloadTooLarge,
    kMalformedResponse,
};
// The model that Odoo names is the one at fault, wherever the request may lead.
constexpr std::array kNamesModel = {kModelAccessDenied, kRecordAccessDenied, kFieldAccessDenied};
// Odoo's words mention fields by their technical names, if at all.
constexpr std::array kMentionsFields = {kFieldAccessDenied, kBusinessRule, kValidationFailed,
                                        kUniqueViolation};

std::string_view ShortName(std::string_view exception) {
  return exception.substr(exception.rfind('.') + 1);
}

Evidence EvidenceOf(const Fault& fault, const std::vector<Raised>& chain) {
  Evidence evidence{fault.exception, fault.message, {}};
  const auto raised = std::find_if(chain.rbegin(), chain.rend(), [&](const Raised& candidate) {
    return ShortName(candidate.exception) == ShortName(fault.exception);
  });
  if (raised != chain.rend() && !raised->file.empty()) {
    evidence.origin.append(raised->file).append(":").append(raised->function);
  }
  return evidence;
}

// The database's error that the reported exception is or stems from.
std::optional<SqlError> SqlErrorOf(const Fault& fault, const std::vector<Raised>& chain) {
  if (auto error = ReadSqlError({fault.exception, fault.message, {}, {}})) return error;
  for (auto raised = chain.rbegin(); raised != chain.rend(); ++raised) {
    if (auto error = ReadSqlError(*raised)) return error;
  }
  return std::nullopt;
}

// A broken constraint explains whatever Odoo made of it; other errors only where they are what was
// reported.
bool Explains(const SqlError& error, const Fault& fault) {
  return !error.constraint.empty() || !error.column.empty() ||
         fault.exception.starts_with("psycopg2.") || fault.exception.ends_with("RegistryError");
}

void Append(Paths more, Paths& paths) {
  std::move(more.begin(), more.end(), std::back_inserter(paths));
}

bool IsReference(std::string_view column) { return column.ends_with("_id"); }

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
Paths PathsOfUnique(const SqlError& error, const std::vector<std::string_view>& columns,
                    const std::string& model, const FaultContext& context) {
  Paths scalars;
  Paths references;
  for (std::size_t at = 0; at < columns.size(); ++at) {
    const std::string_view value =
        at < error.key_values.size() ? error.key_values[at] : std::string_view();
    Append(PathsOfKey(columns[at], value, model, context),
           IsReference(columns[at]) ? references : scalars);
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

Paths PathsOfReference(const SqlError& error, const std::vector<std::string_view>& columns,
                       const std::string& model, const FaultContext& context) {
  const std::string_view id = error.key_values.empty() ? "" : error.key_values.front();
  for (const std::string_view column : columns) {
    Paths paths = WithValue(PathsWith(column, model, context), id, context);
    if (!paths.empty()) return paths;
  }
  Paths paths = PathsReferringTo(ModelOfTable(error.referenced, context), id, context);
  return paths.empty() ? PathsOfForeignKey(error.constraint, context) : paths;
}

// Names a check's fields only where the request has one record that it can be about. Fields set to
// nothing break no rule.
Paths PathsOfCheck(const std::vector<std::string_view>& columns, const std::string& model,
                   const FaultContext& context) {
  Paths all;
  for (const std::string_view column : columns) {
    Paths paths = PathsWith(column, model, context);
    std::erase_if(paths, [&](const std::string& path) { return IsUnset(path, context); });
    if (paths.size() > 1) return {};
    Append(std::move(paths), all);
  }
  return all;
}

Paths PathsOfSql(const SqlError& error, Reason reason, const std::string& model,
                 const FaultContext& context) {
  std::vector<std::string_view> columns = error.key;
  if (columns.empty()) columns = ConstraintNamed(error.constraint, error.table).columns;
  if (!error.column.empty()) columns = {error.column};
  switch (reason) {
    case kRequiredFieldMissing:
      return columns.empty() ? Paths() : PathsWithout(columns.front(), model, context);
    case kUniqueViolation:
      return PathsOfUnique(error, columns, model, context);
    case kInvalidReference:
      return PathsOfReference(error, columns, model, context);
    case kCheckViolation:
      return PathsOfCheck(columns, model, context);
    default:
      return {};
  }
}

Finding FindSql(const SqlError& error, const FaultContext& context) {
  Finding finding;
  finding.reason = error.reason;
  finding.constraint = error.constraint;
  finding.sqlstate = error.sqlstate;
  const bool asks = ConstraintNamed(error.constraint, error.table).requires_value;
  if (asks) finding.reason = kRequiredFieldMissing;
  if (!error.table.empty()) finding.model = ModelOfTable(error.table, context);
  // External ids are no fields of the records that bear them.
  const bool is_beside = finding.model == "ir.model.data" && context.model != "ir.model.data";
  if (!is_beside) finding.paths = PathsOfSql(error, finding.reason, finding.model, context);
  return finding;
}

// `sale.order` and `state` of `sale.order.state`.
std::pair<std::string_view, std::string_view> SplitModelField(std::string_view text) {
  const std::size_t dot = text.rfind('.');
  if (dot == std::string_view::npos) return {};
  return {text.substr(0, dot), text.substr(dot + 1)};
}

Paths PathsOfIds(std::string_view model, std::string_view ids, const FaultContext& context) {
  Paths paths;
  while (!ids.empty()) {
    const std::string_view id = ids.substr(0, ids.find(','));
    ids.remove_prefix(std::min(ids.size(), id.size() + 1));
    if (ids.starts_with(' ')) ids.remove_prefix(1);
    Append(PathsReferringTo(model, id, context), paths);
  }
  return paths;
}

Paths PathsOfNames(const Ruling& ruling, std::string_view model, std::string_view field,
                   const FaultContext& context) {
  const std::string_view value = CaptureOf(ruling.names, "value");
  const std::string_view property = CaptureOf(ruling.names, "property");
  if (!ruling.argument.empty()) return {std::string(ruling.argument)};
  if (!property.empty()) return {std::string(field).append(".").append(property)};
  if (field.empty() && ruling.reason == kInvalidReference && value.empty()) {
    return PathsOfIds(model, CaptureOf(ruling.names, "ids"), context);
  }
  if (field.empty()) return PathsOfValue(value, context);
  return ruling.reason == kRequiredFieldMissing ? PathsWithout(field, model, context)
                                                : PathsWith(field, model, context);
}

Finding FindRuling(const Ruling& ruling, const FaultContext& context) {
  auto [model, field] = SplitModelField(CaptureOf(ruling.names, "model_field"));
  if (model.empty()) {
    model = CaptureOf(ruling.names, "model");
    field = CaptureOf(ruling.names, "field");
  }
  Finding finding;
  finding.reason = ruling.reason;
  finding.model = model;
  finding.paths = PathsOfNames(ruling, model, field, context);
  return finding;
}

std::string TableOf(std::string_view model) {
  std::string table(model);
  std::replace(table.begin(), table.end(), '.', '_');
  return table;
}

// Words that report a broken constraint lead to the same names as the database's error itself.
Finding FindBroken(const TextMeaning& meaning, const FaultContext& context) {
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
  Finding finding = FindSql(error, context);
  if (finding.model.find('.') == std::string::npos) finding.model.clear();
  return finding;
}

constexpr std::array kBrokenConstraints = {kRequiredFieldMissing, kInvalidReference,
                                           kUniqueViolation, kCheckViolation};

// What words alone tell; nothing where they are those of some module that the table lacks.
std::optional<Finding> FindText(std::string_view text, const FaultContext& context) {
  if (const auto error = ReadSqlText(text)) return FindSql(*error, context);
  const std::optional<TextMeaning> meaning = MeaningOf(text);
  if (!meaning) return std::nullopt;
  if (IsOneOf(meaning->reason, kBrokenConstraints)) return FindBroken(*meaning, context);
  if (meaning->reason == kRecordNotFound) {
    return FindRuling(RuleOn({"odoo.exceptions.MissingError", text, {}}, context), context);
  }
  return FindRuling({meaning->reason, meaning->names, {}}, context);
}

// `sale.order.line` of `.../models/sale_order_line.py:write`: code of a model stands in a file of
// its name. Empty where the request has no record of it.
std::string ModelOfOrigin(std::string_view origin, const FaultContext& context) {
  const std::string_view file = origin.substr(0, origin.rfind(".py:"));
  std::string model = ModelOfTable(file.substr(file.rfind('/') + 1), context);
  return HoldsRecordsOf(model, context) ? model : std::string();
}

// Odoo names the table, the missing record or nothing; the caller thinks in the records of its
// request.
std::string ModelAtFault(const Finding& finding, const FaultContext& context) {
  const std::string own(context.model);
  if (IsOneOf(finding.reason, kWithoutModel)) return {};
  if (IsOneOf(finding.reason, kNamesModel)) return finding.model.empty() ? own : finding.model;
  if (finding.reason == kRecordInUse) return own;
  const std::string_view holder =
      finding.paths.empty() ? std::string_view() : ModelAt(finding.paths.front(), context);
  if (!holder.empty()) return std::string(holder);
  const bool plausible = !finding.paths.empty() || HoldsRecordsOf(finding.model, context);
  return plausible && !finding.model.empty() ? finding.model : own;
}

Finding FindAny(const Fault& fault, const Evidence& evidence, const std::vector<Raised>& chain,
                const FaultContext& context) {
  // A traceback tells more than words do, and in one language. Python's own exceptions are not in
  // Odoo's words.
  const bool odoo_speaks = fault.exception.empty() || fault.exception.starts_with("odoo.");
  if (chain.empty() && odoo_speaks) {
    if (auto finding = FindText(fault.message, context)) return *std::move(finding);
  }
  const std::optional<SqlError> error = SqlErrorOf(fault, chain);
  const Ruling ruling = RuleOn(evidence, context);
  if (ruling.reason != kUnspecified) {
    Finding finding = FindRuling(ruling, context);
    if (error) finding.sqlstate = error->sqlstate;
    return finding;
  }
  if (error && Explains(*error, fault)) return FindSql(*error, context);
  return FindRuling(RuleOnClass(evidence, context), context);
}

}  // namespace

Finding FindingOf(const Fault& fault, const FaultContext& context) {
  const std::vector<Raised> chain = ReadTraceback(fault.debug);
  const Evidence evidence = EvidenceOf(fault, chain);
  Finding finding = FindAny(fault, evidence, chain, context);
  if (finding.model.empty()) finding.model = ModelOfOrigin(evidence.origin, context);
  if (finding.paths.empty() && IsOneOf(finding.reason, kMentionsFields)) {
    finding.paths = PathsMentioned(fault.message, context);
  }
  finding.model = ModelAtFault(finding, context);
  return finding;
}

}  // namespace gateway::odoo
