#include "orm/crud.h"

#include <algorithm>

#include "base/clock.h"
#include "models/behaviour.h"
#include "orm/access.h"
#include "orm/constraints.h"
#include "orm/defaults.h"
#include "orm/records.h"
#include "orm/relations.h"
#include "orm/rules.h"
#include "orm/vals.h"

namespace sandbox {
namespace {

Json WithDefaults(const Env& env, const Model& model, const Json& vals) {
  Json all = DefaultGet(env, model, {});
  for (const auto& [name, value] : vals.items()) all[name] = value;
  return all;
}

void Stamp(const Env& env, Values& values, bool created) {
  const std::string now = NowDatetime();
  if (created) {
    values["create_date"] = now;
    values["create_uid"] = env.uid();
  }
  values["write_date"] = now;
  values["write_uid"] = env.uid();
}

int64_t Insert(const Env& env, const Model& model, const Json& vals) {
  Converted converted = ConvertVals(env, model, vals, Origin::kCreate);
  CheckReadReferences(env, model, converted.values);
  BehaviourOf(env, model).Complete(env, converted.values);
  Stamp(env, converted.values, true);
  for (const auto& [field, commands] : converted.relations) {
    // What the caller links is all there is: no default beside it.
    if (field->type == FieldType::kMany2many) converted.values[field->name] = Json::array();
  }
  const int64_t id = env.store().NextId(model.name);
  env.store().Insert(model.name, id, std::move(converted.values));
  CompleteByRules(env, model, id);
  CheckRow(env, model, id);
  ApplyRelations(env, model, id, converted.relations);
  BehaviourOf(env, model).AfterChange(env, id, true);
  CheckRefusalsOf(env, model, {id}, "change");
  CheckRules(env, model, {id}, "create");
  return id;
}

// ---- write ----

void CheckWritable(const Env& env, const Model& model, const Ids& ids) {
  for (const int64_t id : ids) CheckExists(env, model, id);
  const bool reads_first = model.TraitHas("reads_first", "write");
  CheckRules(env, model, ids, reads_first ? "read" : "write");
}

void Update(const Env& env, const Model& model, int64_t id, const Converted& converted) {
  Values changed = converted.values;
  Stamp(env, changed, false);
  for (const auto& [name, value] : changed) env.store().Set(model.name, id, name, value);
  CheckRow(env, model, id);
  ApplyRelations(env, model, id, converted.relations);
}

void ForgetExternalIds(const Env& env, const Model& model, int64_t id) {
  for (const int64_t row : env.store().With("ir.model.data", "res_id", id)) {
    const Values& values = *env.store().Find("ir.model.data", row);
    const bool own = values.at("model") == model.name && values.at("res_id") == id;
    if (own) env.store().Erase("ir.model.data", row);
  }
}

void EraseAll(const Env& env, const Model& model, const Ids& ids) {
  const auto cascade = ReleaseReferences(env, model, ids);
  for (const auto& [child, id] : cascade) EraseAll(env, *child, {id});
  for (const int64_t id : ids) {
    env.store().Erase(model.name, id);
    ForgetExternalIds(env, model, id);
  }
}

}  // namespace

Ids Create(const Env& env, const Model& model, const Json& vals_list) {
  CheckModelAccess(env, model, "create");
  for (const Json& vals : vals_list) CheckDict(vals, "get");
  Ids ids;
  for (const Json& vals : vals_list) ids.push_back(CreateOne(env, model, vals));
  return ids;
}

int64_t CreateOne(const Env& env, const Model& model, const Json& vals) {
  env.CheckDisturbed();
  CheckModelAccess(env, model, "create");
  CheckNames(env, model, vals, Origin::kCreate);
  Json prepared = WithDefaults(env, model, vals);
  BehaviourOf(env, model).PrepareCreate(env, prepared);
  return Insert(env, model, prepared);
}

void Write(const Env& env, const Model& model, const Ids& ids, const Json& vals) {
  CheckModelAccess(env, model, "write");
  CheckDict(vals, "get");
  if (ids.empty()) return;
  env.CheckDisturbed();
  CheckWritable(env, model, ids);
  Converted converted = ConvertVals(env, model, vals, Origin::kWrite);
  CheckReadReferences(env, model, converted.values);
  CheckRefusalsOf(env, model, ids, "write", converted.values);
  BehaviourOf(env, model).BeforeWrite(env, ids, converted.values);
  const Ids parents = BehaviourOf(env, model).ParentsOf(env, ids);
  for (const int64_t id : ids) Update(env, model, id, converted);
  for (const int64_t id : ids) BehaviourOf(env, model).AfterChange(env, id, false);
  BehaviourOf(env, model).RefreshParents(env, parents);
  CheckRefusalsOf(env, model, ids, "change");
  if (env.Is18()) CheckRules(env, model, ids, "read");
}

void Unlink(const Env& env, const Model& model, const Ids& ids) {
  CheckModelAccess(env, model, "unlink");
  CheckRules(env, model, ids, "unlink");
  Ids present;
  std::ranges::copy_if(ids, std::back_inserter(present),
                       [&](int64_t id) { return env.store().Exists(model.name, id); });
  CheckRefusalsOf(env, model, present, "unlink");
  BehaviourOf(env, model).BeforeUnlink(env, present);
  const Ids parents = BehaviourOf(env, model).ParentsOf(env, present);
  EraseAll(env, model, present);
  BehaviourOf(env, model).RefreshParents(env, parents);
}

}  // namespace sandbox
