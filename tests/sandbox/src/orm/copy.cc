#include "orm/copy.h"

#include "models/behaviour.h"
#include "orm/access.h"
#include "orm/crud.h"
#include "orm/records.h"
#include "orm/vals.h"

namespace sandbox {
namespace {

bool IsCopied(const Model& model, const Field& field) {
  if (!field.stored || IsMagic(field.name) || field.name.starts_with("message_")) return false;
  if (model.TraitHas("not_copied", field.name)) return false;
  return field.type != FieldType::kOne2many || model.TraitHas("copied_rows", field.name);
}

Json CopiedRows(const Env& env, const Field& field, const Ids& rows);

Json CopiedValues(const Env& env, const Model& model, int64_t id) {
  Json vals = Json::object();
  const Values stored = *env.store().Find(model.name, id);
  for (const auto& [name, field] : model.fields) {
    if (!IsCopied(model, field)) continue;
    if (field.type == FieldType::kOne2many) {
      vals[name] = CopiedRows(env, field, RelatedIds(env, model, id, field));
    } else if (stored.contains(name)) {
      vals[name] =
          field.IsX2many() ? Json::array({Json::array({6, 0, stored.at(name)})}) : stored.at(name);
    }
  }
  BehaviourOf(env, model).AdjustCopy(env, id, vals);
  return vals;
}

Json CopiedRows(const Env& env, const Field& field, const Ids& rows) {
  const Model& comodel = env.model(field.relation);
  Json commands = Json::array();
  for (const int64_t row : rows) {
    Json vals = CopiedValues(env, comodel, row);
    vals.erase(field.relation_field);
    commands.push_back({0, 0, vals});
  }
  return commands;
}

}  // namespace

int64_t Copy(const Env& env, const Model& model, int64_t id, const Json& overrides) {
  CheckExists(env, model, id);
  CheckRules(env, model, {id}, "read");
  Json vals = CopiedValues(env, model, id);
  if (overrides.is_object()) {
    for (const auto& [name, value] : overrides.items()) vals[name] = value;
  }
  return CreateOne(env, model, vals);
}

}  // namespace sandbox
