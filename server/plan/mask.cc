#include "plan/mask.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "schema/fit.h"
#include "schema/usage.h"

namespace gateway::plan {
namespace {

using base::Reason;
using codec::Problems;
using codec::ReadSpec;
using codec::Target;

// Rows within rows that a default read follows; deeper ones are named in a mask.
constexpr int kDefaultDepth = 2;
// Names in one path: rows may hold rows of their own kind without end.
constexpr int kMaxMaskNames = 8;

// Odoo's name where the connected Odoo has the field as the contract knows it; empty otherwise.
std::string_view NameIn(const Target& target, const schema::Model* live,
                        const contract::Field& field) {
  const std::string_view name = field.OdooName(target.version);
  if (live == nullptr) return name;
  const schema::Field* actual = live->Find(name);
  return actual != nullptr && schema::Fits(field, *actual) ? name : std::string_view();
}

const schema::Model* LiveModel(const Target& target, const contract::Record& record) {
  return target.schema == nullptr ? nullptr : target.schema->Find(record.model);
}

ReadSpec DefaultReadAt(const contract::Record& record, const Target& target, int depth) {
  ReadSpec spec;
  spec.record = &record;
  spec.fields.reserve(record.fields.size());
  const schema::Model* live = LiveModel(target, record);
  for (const contract::Field& field : record.fields) {
    const std::string_view name = NameIn(target, live, field);
    const bool too_deep = field.rows != nullptr && depth == kDefaultDepth;
    if (field.number == contract::kIdNumber || field.on_request || too_deep || name.empty())
      continue;
    spec.fields.push_back({&field, name, nullptr});
    if (field.rows != nullptr) {
      spec.fields.back().rows =
          std::make_shared<ReadSpec>(DefaultReadAt(*field.rows, target, depth + 1));
    }
  }
  return spec;
}

// One mask path after the other, into a tree.
class MaskReader {
 public:
  MaskReader(const Target& target, Problems& problems) : target_(target), problems_(problems) {}

  void Add(ReadSpec& spec, std::string_view path) {
    if (std::count(path.begin(), path.end(), '.') >= kMaxMaskNames) {
      problems_.Add(Reason::kUnknownField, "A path is 1 to 8 field names joined with dots.");
      return;
    }
    AddBelow(spec, path);
  }

 private:
  void AddBelow(ReadSpec& spec, std::string_view path) {
    const std::size_t dot = path.find('.');
    const std::string_view head = path.substr(0, dot);
    const auto rest =
        dot == std::string_view::npos ? std::nullopt : std::optional(path.substr(dot + 1));
    if (head == "extra_fields" && spec.record->has_extra_fields) return Extra(spec, rest);
    const contract::Field* field = spec.record->FindName(head);
    if (field == nullptr) return Unknown(head, *spec.record);
    if (rest && field->rows == nullptr && !Inside(*field, *rest)) return;
    if (field->number == contract::kIdNumber) return;
    const std::string_view name = NameIn(target_, LiveModel(target_, *spec.record), *field);
    // A field that this Odoo lacks is left unset.
    if (!name.empty()) Append(spec, *field, name, rest);
  }

  void Append(ReadSpec& spec, const contract::Field& field, std::string_view name,
              std::optional<std::string_view> rest) {
    auto entry = std::find_if(spec.fields.begin(), spec.fields.end(),
                              [&](const codec::ReadField& known) { return known.field == &field; });
    if (entry == spec.fields.end()) entry = spec.fields.insert(entry, {&field, name, nullptr});
    if (field.rows == nullptr) return;
    if (!rest) {
      entry->rows = std::make_shared<ReadSpec>(DefaultRead(*field.rows, target_));
      return;
    }
    auto rows = entry->rows == nullptr ? std::make_shared<ReadSpec>()
                                       : std::make_shared<ReadSpec>(*entry->rows);
    rows->record = field.rows;
    AddBelow(*rows, *rest);
    entry->rows = rows;
  }

  // `partner_id.display_name`: references are always answered whole, other fields of theirs not at
  // all.
  bool Inside(const contract::Field& field, std::string_view rest) {
    if (!field.relation.empty() && (rest == "id" || rest == "display_name")) return true;
    problems_.Add(Reason::kUnknownField, "`" + field.name + "` has no field `" + std::string(rest) +
                                             "` here; read the other record by its own service.");
    return false;
  }

  void Extra(ReadSpec& spec, std::optional<std::string_view> name) {
    if (!name) {
      problems_.Add(Reason::kUnknownField, "Name the field: `extra_fields.x_name`.");
      return;
    }
    const schema::Place place{*spec.record, contract::Role::kRecord, target_.schema,
                              target_.version};
    const schema::Verdict verdict = schema::Judge(schema::Use::kRead, place, *name);
    if (verdict != schema::Verdict::kPermitted) {
      problems_.Add(Reason::kUnknownField,
                    schema::Explain(verdict, schema::Use::kRead, place, *name));
      return;
    }
    if (spec.Has(*name)) return;
    spec.extra.push_back({std::string(*name), LiveModel(target_, *spec.record)->Find(*name)});
  }

  void Unknown(std::string_view name, const contract::Record& record) {
    problems_.Add(Reason::kUnknownField, record.full_name + " has no field `" + std::string(name) +
                                             "`; fields of the database itself are "
                                             "`extra_fields.<name>`.");
  }

  const Target& target_;
  Problems& problems_;
};

}  // namespace

ReadSpec DefaultRead(const contract::Record& record, const Target& target) {
  return DefaultReadAt(record, target, 0);
}

ReadSpec MaskedRead(const contract::Record& record, const std::vector<std::string_view>& paths,
                    const Target& target, Problems& problems) {
  ReadSpec spec;
  spec.record = &record;
  MaskReader reader(target, problems);
  int index = 0;
  for (const std::string_view path : paths) {
    const Problems::Scope scope(problems, "paths", index++);
    reader.Add(spec, path);
  }
  return spec;
}

ReadSpec ReadOf(const contract::Record& record, const std::vector<std::string_view>& paths,
                const Target& target, Problems& problems) {
  if (paths.empty()) return DefaultRead(record, target);
  ReadSpec spec = MaskedRead(record, paths, target, problems);
  if (!spec.empty()) return spec;
  // Odoo reads nothing for no fields, and answers ids that do not exist. One field makes it look.
  ReadSpec all = DefaultRead(record, target);
  const auto scalar =
      std::find_if(all.fields.begin(), all.fields.end(),
                   [](const codec::ReadField& read) { return read.field->relation.empty(); });
  if (scalar != all.fields.end()) spec.fields.push_back(*scalar);
  return spec;
}

}  // namespace gateway::plan
