#include "orm/query.h"

#include <algorithm>
#include <regex>

#include "base/python.h"
#include "base/text.h"
#include "orm/access.h"
#include "orm/convert.h"
#include "orm/domain.h"
#include "orm/match.h"
#include "orm/records.h"
#include "rpc/fault.h"

namespace sandbox {
namespace {

// ---- search ----

int64_t ParseCount(const Json& value, const char* clause) {
  if (!python::Truth(value)) return 0;
  if (value.is_string()) throw InvalidIntegerText(value.get<std::string>(), "bigint");
  const int64_t count = value.get<int64_t>();
  if (count >= 0) return count;
  throw DatabaseError("errors.InvalidRowCountIn" + std::string(clause) + "Clause",
                      (clause == std::string("Limit") ? "LIMIT" : "OFFSET") +
                          std::string(" must not be negative\n"));
}

void Paginate(Ids& ids, const Page& page) {
  const auto offset = static_cast<size_t>(ParseCount(page.offset, "ResultOffset"));
  const auto limit = static_cast<size_t>(ParseCount(page.limit, "Limit"));
  ids.erase(ids.begin(), ids.begin() + static_cast<int64_t>(std::min(offset, ids.size())));
  if (limit != 0 && ids.size() > limit) ids.resize(limit);
}

bool IsArchived(const Env& env, const Model& model, int64_t id) {
  return !python::Truth(RawValue(env, model, id, "active"));
}

Ids Candidates(const Env& env, const Model& model, const Domain& domain) {
  const auto named = domain.IdCandidates();
  if (!named) return env.store().All(model.name);
  Ids ids;
  for (const int64_t id : *named) {
    if (env.store().Exists(model.name, id)) ids.push_back(id);
  }
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  return ids;
}

Ids Matching(const Env& env, const Model& model, const Json& domain_list) {
  const Domain domain = Domain::Parse(env, model, domain_list);
  const bool hide_archived = env.ActiveTest() && model.Has("active") && !domain.Mentions("active");
  Ids ids = Candidates(env, model, domain);
  // Conditions see archived related records; only the searched model hides its own.
  const Env everything = env.WithContextValue("active_test", false);
  std::erase_if(ids, [&](int64_t id) {
    return (hide_archived && IsArchived(env, model, id)) || !RuleAllows(env, model, id) ||
           !domain.Matches(everything, model, id);
  });
  return ids;
}

Fault InvalidOrder(const Env& env, const std::string& order) {
  return UserError(env.Text("order_invalid", {{"order", order}}));
}

// ---- read ----

std::string HumanSize(const std::string& base64) {
  double size = static_cast<double>(base64.size() / 4 * 3);
  if (base64.ends_with("=="))
    size -= 2;
  else if (base64.ends_with("="))
    size -= 1;
  static constexpr const char* units[] = {"bytes", "Kb", "Mb", "Gb"};
  size_t unit = 0;
  for (; size >= 1024 && unit < 3; ++unit) size /= 1024;
  char text[48];
  std::snprintf(text, sizeof text, "%0.2f %s", size, units[unit]);
  return text;
}

Json BinaryValue(const Env& env, const Json& value) {
  const auto bin_size = env.context().find("bin_size");
  const bool size_only = bin_size != env.context().end() && python::Truth(*bin_size);
  return size_only && value.is_string() ? Json(HumanSize(value.get<std::string>())) : value;
}

Json TranslatedValue(const Env& env, const Field& field, const Json& value) {
  const bool translate = field.attributes.value("translate", false);
  return translate && value.is_string() ? Json(env.Term(value.get<std::string>())) : value;
}

Json PlainValue(const Env& env, const Model& model, int64_t id, const Field& field) {
  const Json value = RawValue(env, model, id, field.name);
  if (field.type == FieldType::kBinary) return BinaryValue(env, value);
  return TranslatedValue(env, field, value);
}

Json Many2onePair(const Env& env, const Field& field, const Json& value) {
  const Model* comodel = env.schema().Find(field.relation);
  if (!value.is_number_integer() || !comodel) return false;
  if (!env.store().Exists(comodel->name, value.get<int64_t>())) return false;
  return Json::array({value, DisplayName(env, *comodel, value.get<int64_t>())});
}

Json ClassicValue(const Env& env, const Model& model, int64_t id, const Field& field) {
  if (field.type == FieldType::kMany2one) {
    return Many2onePair(env, field, RawValue(env, model, id, field.name));
  }
  if (field.IsX2many()) return RelatedIds(env, model, id, field);
  return PlainValue(env, model, id, field);
}

const Field& ReadableField(const Env& env, const Model& model, const std::string& name) {
  const Field* field = model.Find(name);
  if (!field) {
    throw ValueError(env.Text("unknown_field_read", {{"field", name}, {"model", model.name}}));
  }
  CheckFieldAccess(env, model, *field, "read");
  return *field;
}

std::vector<const Field*> FieldsToRead(const Env& env, const Model& model, const Json& names) {
  std::vector<const Field*> fields;
  if (!python::Truth(names)) {
    for (const auto& [name, field] : model.fields) {
      if (!field.hidden && FieldAllowed(env, field)) fields.push_back(&field);
    }
    return fields;
  }
  for (const Json& name : names) fields.push_back(&ReadableField(env, model, python::Str(name)));
  return fields;
}

// Id 0 is a record that was never stored: it reads as a row without values.
Json PhantomRow(const std::vector<const Field*>& fields) {
  Json row = {{"id", 0}};
  for (const Field* field : fields) row[field->name] = EmptyValue(*field);
  return row;
}

// ---- web_read ----

Json WebRow(const Env& env, const Model& model, int64_t id, const Json& specification);

Json WebMany2one(const Env& env, const Model& model, int64_t id, const Field& field,
                 const Json& nested) {
  const int64_t other = RawId(env, model, id, field.name);
  if (!nested.contains("fields")) return other == 0 ? Json(false) : Json(other);
  const Model* comodel = env.schema().Find(field.relation);
  if (!comodel || !env.store().Exists(comodel->name, other)) return false;
  return WebRow(env, *comodel, other, nested["fields"]);
}

Json WebX2many(const Env& env, const Model& model, int64_t id, const Field& field,
               const Json& nested) {
  Ids ids = RelatedIds(env, model, id, field);
  const Model* comodel = env.schema().Find(field.relation);
  if (!nested.contains("fields") || !comodel) return ids;
  if (nested.contains("order")) SortIds(env, *comodel, nested["order"], ids);
  const size_t limit = nested.contains("limit") && nested["limit"].is_number_integer()
                           ? nested["limit"].get<size_t>()
                           : ids.size();
  Json rows = Json::array();
  for (size_t i = 0; i < ids.size(); ++i) {
    // Rows behind the limit are named, not read.
    rows.push_back(i < limit ? WebRow(env, *comodel, ids[i], nested["fields"])
                             : Json{{"id", ids[i]}});
  }
  return rows;
}

Json WebValue(const Env& env, const Model& model, int64_t id, const Field& field,
              const Json& nested) {
  if (field.type == FieldType::kMany2one) return WebMany2one(env, model, id, field, nested);
  if (field.IsX2many()) return WebX2many(env, model, id, field, nested);
  return PlainValue(env, model, id, field);
}

Json WebRow(const Env& env, const Model& model, int64_t id, const Json& specification) {
  Json row = {{"id", id}};
  for (const auto& [name, nested] : specification.items()) {
    row[name] = WebValue(env, model, id, ReadableField(env, model, name), nested);
  }
  return row;
}

// Wrong names are told even where no record would show them.
void CheckSpecification(const Env& env, const Model& model, const Json& specification) {
  for (const auto& [name, nested] : specification.items()) {
    const Field& field = ReadableField(env, model, name);
    const Model* comodel = env.schema().Find(field.relation);
    if (comodel && nested.contains("fields")) CheckSpecification(env, *comodel, nested["fields"]);
  }
}

Json FieldAttributes(const Env& env, const Field& field, const Json& attributes) {
  Json answer = Json::object();
  for (const auto& [name, value] : field.attributes.items()) {
    if (name == "hidden") continue;
    if (!python::Truth(attributes) ||
        std::ranges::find(attributes, Json(name)) != attributes.end()) {
      answer[name] = name == "string" ? Json(env.Term(field.label)) : value;
    }
  }
  return answer;
}

}  // namespace

void CheckOrder(const Env& env, const Model& model, const std::string& order) {
  static const std::regex clause(
      R"(^(\s*([a-zA-Z0-9_]+)(\.[a-zA-Z0-9_]+)?(:\w+)?(\s+(desc|asc))?(\s+nulls\s+(first|last))?\s*(,|$))+$)",
      std::regex::icase);
  if (!std::regex_match(order, clause)) throw InvalidOrder(env, order);
  for (const std::string& part : Split(order, ',')) {
    const std::string_view text = Trim(part);
    const std::string name(text.substr(0, text.find_first_of(" .:")));
    if (name.empty()) continue;
    const Field* field = model.Find(name);
    if (!field) {
      throw ValueError(env.Text("unknown_field_read", {{"field", name}, {"model", model.name}}));
    }
    CheckFieldAccess(env, model, *field, "read");
  }
}

Ids Search(const Env& env, const Model& model, const Json& domain, const Page& page) {
  CheckModelAccess(env, model, "read");
  Ids ids = Matching(env, model, python::Truth(domain) ? domain : Json::array());
  std::string order = model.order;
  if (python::Truth(page.order)) {
    order = python::Str(page.order);
    CheckOrder(env, model, order);
  }
  SortIds(env, model, order, ids);
  Paginate(ids, page);
  return ids;
}

Ids ParseIds(const Json& ids) {
  Ids parsed;
  for (const Json& id : ids.is_array() ? ids : Json::array({ids})) {
    if (id.is_string()) throw InvalidIntegerText(id.get<std::string>());
    if (id.is_number()) parsed.push_back(id.get<int64_t>());
  }
  return parsed;
}

Json Read(const Env& env, const Model& model, const Json& given, const Json& names) {
  CheckModelAccess(env, model, "read");
  const std::vector<const Field*> fields = FieldsToRead(env, model, names);
  const Ids ids = ParseIds(given);
  CheckRules(env, model, ids, "read");
  Json rows = Json::array();
  for (const int64_t id : ids) {
    if (id == 0) rows.push_back(PhantomRow(fields));
    if (!env.store().Exists(model.name, id)) continue;
    Json row = {{"id", id}};
    for (const Field* field : fields) row[field->name] = ClassicValue(env, model, id, *field);
    rows.push_back(std::move(row));
  }
  return rows;
}

Json WebRead(const Env& env, const Model& model, const Ids& ids, const Json& specification) {
  CheckModelAccess(env, model, "read");
  CheckSpecification(env, model, specification);
  CheckRules(env, model, ids, "read");
  Json rows = Json::array();
  for (const int64_t id : ids) {
    if (env.store().Exists(model.name, id)) rows.push_back(WebRow(env, model, id, specification));
  }
  return rows;
}

Json NameSearch(const Env& env, const Model& model, const std::string& name, const Json& domain,
                const std::string& op, const Json& limit) {
  CheckModelAccess(env, model, "read");
  Ids ids = Search(env, model, domain);
  const Json searched = model.traits.value("name_search", Json::array({"display_name"}));
  std::erase_if(ids, [&](int64_t id) {
    if (name.empty()) return false;
    return std::ranges::none_of(searched, [&](const Json& field) {
      const std::string text = RawText(env, model, id, field.get<std::string>());
      if (op == "=") return text == name;
      return Like(Lower(text), "%" + Lower(name) + "%");
    });
  });
  Page page;
  page.limit = limit;
  Paginate(ids, page);
  Json pairs = Json::array();
  for (const int64_t id : ids) pairs.push_back({id, DisplayName(env, model, id)});
  return pairs;
}

Json FieldsGet(const Env& env, const Model& model, const Json& allfields, const Json& attributes) {
  Json answer = Json::object();
  for (const auto& [name, field] : model.fields) {
    const bool wanted =
        !python::Truth(allfields) || std::ranges::find(allfields, Json(name)) != allfields.end();
    if (wanted && !field.hidden && FieldAllowed(env, field)) {
      answer[name] = FieldAttributes(env, field, attributes);
    }
  }
  return answer;
}

}  // namespace sandbox
