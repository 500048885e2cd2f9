// Fields of a request, in Odoo's terms and in the request's.
#include <algorithm>
#include <charconv>
#include <optional>

#include "plan/plan.h"

namespace gateway::plan {
namespace {

using codec::Problems;
using contract::Operation;

// What Odoo says of a request that writes more is told in Odoo's own names: to describe it would
// keep the loop from all other calls, and take more memory than the request.
constexpr std::size_t kMostDescribed = 50000;

// Remembers where every written field stands, in Odoo's terms and in the request's.
class PathSink {
 public:
  PathSink(std::string prefix, const codec::ResolvedIds& resolved, std::vector<NamedField>& found,
           const Problems& problems)
      : resolved_(resolved), found_(found), problems_(problems) {
    prefixes_.push_back(std::move(prefix));
  }

  void BeginRecord(std::string_view model) { models_.push_back(model); }
  void EndRecord() { models_.pop_back(); }
  void Field(std::string_view odoo_name) {
    found_.push_back(
        {prefixes_.back() + std::string(odoo_name), problems_.Path(), models_.back(), {}, {}});
  }
  void Text(std::string_view text) { Note(std::string(text)); }
  void Integer(std::int64_t value) { Note(std::to_string(value)); }
  void Decimal(std::string_view digits) { Note(std::string(digits)); }
  void Boolean(bool value) { Note(value ? "True" : "False"); }
  void Binary(std::string_view) {}
  void Empty() { Note({}); }
  void Relation(std::string_view model) { found_.back().comodel = model; }
  void One(const codec::Reference& reference) {
    Note(std::to_string(codec::IdOf(reference, resolved_)));
  }
  void Set(const std::vector<codec::Reference>& references) {
    for (const codec::Reference& reference : references) One(reference);
  }
  void Delta(const std::vector<codec::Reference>& add,
             const std::vector<codec::Reference>& remove) {
    Set(add);
    Set(remove);
  }
  void BeginRows() { rows_.push_back({found_.back().odoo_path, 0}); }
  void EndRows() { rows_.pop_back(); }
  void BeginRow(std::int64_t) {
    auto& [field, index] = rows_.back();
    prefixes_.push_back(field + "[" + std::to_string(index++) + "].");
  }
  void EndRow() { prefixes_.pop_back(); }
  void DeleteRow(std::int64_t) {}

 private:
  void Note(std::string text) { found_.back().texts.push_back(std::move(text)); }

  const codec::ResolvedIds& resolved_;
  std::vector<NamedField>& found_;
  const Problems& problems_;
  std::vector<std::string> prefixes_;
  std::vector<std::string_view> models_;
  std::vector<std::pair<std::string, int>> rows_;
};

void NameWritten(const Plan& plan, const codec::ResolvedIds& resolved, std::string_view values,
                 int row, std::vector<NamedField>& found) {
  Problems problems;
  PathSink sink(row < 0 ? "" : "[" + std::to_string(row) + "].", resolved, found, problems);
  const bool update = plan.method->operation == Operation::kUpdate;
  const Problems::Scope scope(problems, "values", row);
  codec::ValuesWalk<PathSink>(plan.target, problems, sink)
      .Walk(*plan.method->values, values,
            update ? codec::WriteMode::kUpdate : codec::WriteMode::kCreate);
}

void NameFiltered(const Domain& domain, std::vector<NamedField>& found) {
  ForEachLeaf(domain, [&found](const Leaf& leaf) {
    found.push_back({leaf.path, leaf.request_path, {}, {}, {}});
  });
}

// `order_line[2]` -> name and index; index -1 where there is none.
struct PathPart {
  std::string_view name;
  int index = -1;
};

std::optional<PathPart> TakePart(std::string_view& rest) {
  const std::size_t dot = std::min(rest.find('.'), rest.size());
  PathPart part{rest.substr(0, dot), -1};
  rest = rest.substr(std::min(dot + 1, rest.size()));
  const std::size_t bracket = part.name.find('[');
  if (bracket == std::string_view::npos) return part;
  const std::string_view digits = part.name.substr(bracket + 1);
  if (std::from_chars(digits.data(), digits.data() + digits.size(), part.index).ec != std::errc()) {
    return std::nullopt;
  }
  part.name = part.name.substr(0, bracket);
  return part;
}

std::string Indexed(int index) {
  return index < 0 ? std::string() : "[" + std::to_string(index) + "]";
}

const contract::ValuesField* FindOdooName(const contract::Values& values, std::string_view name,
                                          int version) {
  const auto found = std::find_if(
      values.fields.begin(), values.fields.end(),
      [&](const contract::ValuesField& entry) { return entry.field->OdooName(version) == name; });
  return found == values.fields.end() ? nullptr : &*found;
}

// Nothing where a name is not the contract's.
std::optional<std::string> WrittenPath(const Plan& plan, std::string_view odoo_path) {
  const contract::Values* values = plan.method->values;
  std::string path = "values";
  while (!odoo_path.empty()) {
    const auto part = TakePart(odoo_path);
    if (!part || values == nullptr) return std::nullopt;
    if (part->name.empty()) {
      // `[3].name`: a record of a batch.
      path += Indexed(part->index);
      continue;
    }
    const contract::ValuesField* entry = FindOdooName(*values, part->name, plan.target.version);
    if (entry == nullptr) return std::nullopt;
    path += "." + entry->field->name;
    if (entry->rows != nullptr && part->index >= 0) path += ".rows" + Indexed(part->index);
    values = entry->rows;
  }
  return path;
}

}  // namespace

RequestPaths::RequestPaths(const Plan& plan) : plan_(plan) {
  if (plan.method->values != nullptr) return;
  for (NamedField& field : FieldsOf(plan, {})) {
    filtered_.emplace(std::move(field.odoo_path), std::move(field.request_path));
  }
}

std::string RequestPaths::Of(std::string_view odoo_path) const {
  const auto filtered = filtered_.find(odoo_path);
  if (filtered != filtered_.end()) return filtered->second;
  const auto written =
      plan_.method->values == nullptr ? std::nullopt : WrittenPath(plan_, odoo_path);
  return written.value_or(std::string(odoo_path));
}

std::vector<NamedField> FieldsOf(const Plan& plan, const codec::ResolvedIds& resolved) {
  std::vector<NamedField> found;
  if (plan.written > kMostDescribed) return found;
  if (const auto* create = std::get_if<Create>(&plan.body)) {
    for (std::size_t i = 0; i < create->values.size(); ++i) {
      NameWritten(plan, resolved, create->values[i], create->batch ? static_cast<int>(i) : -1,
                  found);
    }
  } else if (const auto* write = std::get_if<Write>(&plan.body)) {
    NameWritten(plan, resolved, write->values, -1, found);
  } else if (const auto* call = std::get_if<Call>(&plan.body); call && plan.method->action.wizard) {
    NameWritten(plan, resolved, call->values, -1, found);
  } else if (const auto* search = std::get_if<Search>(&plan.body)) {
    NameFiltered(search->domain, found);
  } else if (const auto* count = std::get_if<Count>(&plan.body)) {
    NameFiltered(count->domain, found);
  }
  return found;
}

}  // namespace gateway::plan
