#include "orm/read.h"

#include "base/python.h"
#include "orm/access.h"
#include "orm/convert.h"
#include "orm/records.h"
#include "rpc/fault.h"

namespace sandbox {
namespace {

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

}  // namespace

const Field& ReadableField(const Env& env, const Model& model, const std::string& name) {
  const Field* field = model.Find(name);
  if (!field) {
    throw ValueError(env.Text("unknown_field_read", {{"field", name}, {"model", model.name}}));
  }
  CheckFieldAccess(env, model, *field, "read");
  return *field;
}

Json PlainValue(const Env& env, const Model& model, int64_t id, const Field& field) {
  const Json value = RawValue(env, model, id, field.name);
  if (field.type == FieldType::kBinary) return BinaryValue(env, value);
  return TranslatedValue(env, field, value);
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

}  // namespace sandbox
