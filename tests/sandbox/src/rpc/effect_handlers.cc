// Methods that are data: they refuse, or set fields (methods.json).
//   {"refuses": [...],                          see CheckRefusals in orm/rules.h
//    "skips": domain,                           records that it leaves as they are
//    "rows": {"move_ids": {"when": domain, "writes": {"state": e}}},
//    "writes": {"state": {"value": "cancel"}},  expressions, of the record in rows, too
//    "takes_values": true,                      further named arguments are written as well
//    "answers": true}                           nothing where it is left out
#include "orm/access.h"
#include "orm/crud.h"
#include "orm/domain.h"
#include "orm/records.h"
#include "orm/rules.h"
#include "rpc/actions.h"
#include "rpc/handlers.h"

namespace sandbox {
namespace {

bool Fits(const BoundCall& call, const Model& model, int64_t id, const Json& domain) {
  return Domain::Parse(call.env, model, domain).Matches(call.env, model, id);
}

// Of the fields that this version has.
Json ValuesOf(const BoundCall& call, int64_t id, const Model& target, const Json& writes) {
  Json values = Json::object();
  for (const auto& [field, expression] : writes.items()) {
    if (target.Has(field)) values[field] = Evaluate(call.env, call.model, id, expression);
  }
  return values;
}

void WriteRows(const BoundCall& call, int64_t id, const std::string& name, const Json& change) {
  const Field* field = call.model.Find(name);
  const Model* rows = field ? call.env.schema().Find(field->relation) : nullptr;
  if (!rows) return;
  const Json values = ValuesOf(call, id, *rows, change.at("writes"));
  Ids changed;
  for (const int64_t row : RelatedIds(call.env, call.model, id, *field)) {
    const bool fits = Fits(call, *rows, row, change.value("when", Json::array()));
    // Odoo reads relations without the records that rules hide.
    if (fits && RuleAllows(call.env, *rows, row)) changed.push_back(row);
  }
  Write(call.env.Sudo(), *rows, changed, values);
}

void ApplyEffect(const BoundCall& call, int64_t id) {
  const Json& effect = call.effect;
  CheckRefusals(call.env, call.model, id, effect.value("refuses", Json::array()));
  if (effect.contains("skips") && Fits(call, call.model, id, effect["skips"])) return;
  const Json rows = effect.value("rows", Json::object());
  for (const auto& [field, change] : rows.items()) WriteRows(call, id, field, change);
  Json values = ValuesOf(call, id, call.model, effect.value("writes", Json::object()));
  if (effect.value("takes_values", false)) values.update(call.arguments);
  if (!values.empty()) Write(call.env, call.model, {id}, values);
}

Json RunEffect(const BoundCall& call) {
  for (const int64_t id : RecordsOf(call)) ApplyEffect(call, id);
  return call.effect.contains("answers") ? call.effect["answers"] : kNothing;
}

}  // namespace

const std::vector<HandlerEntry>& EffectHandlers() {
  static const std::vector<HandlerEntry> handlers{{"effect", RunEffect}};
  return handlers;
}

}  // namespace sandbox
