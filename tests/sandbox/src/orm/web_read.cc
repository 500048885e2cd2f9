#include "orm/read.h"

#include "orm/access.h"
#include "orm/records.h"

namespace sandbox {
namespace {

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

}  // namespace

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

}  // namespace sandbox
