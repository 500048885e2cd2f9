#include "orm/vals.h"

#include "base/python.h"
#include "orm/access.h"
#include "orm/records.h"
#include "rpc/fault.h"

namespace sandbox {
namespace {

Fault UnknownField(const Env& env, const Model& model, const std::string& name, Origin origin) {
  // Partner.write of 19 looks the field up before the ORM could complain.
  const bool looks_up = model.TraitHas("write_looks_up_fields", "*");
  if (origin == Origin::kWrite && looks_up) return KeyError(name);
  const char* text = origin == Origin::kNestedCreate ? "unknown_field_nested" : "unknown_field";
  return ValueError(env.Text(text, {{"field", name}, {"model", model.name}}));
}

// Values of nested rows are looked at before anything is stored, as Odoo's cache does.
void CheckNested(const Env& env, const Field& field, const std::vector<Command>& commands) {
  const Model* comodel = env.schema().Find(field.relation);
  for (const Command& command : commands) {
    if (!comodel || command.kind > 1) continue;
    CheckDict(command.values, "items");
    ConvertVals(env, *comodel, command.values,
                command.kind == 1 ? Origin::kWrite : Origin::kNestedCreate);
  }
}

}  // namespace

void CheckNames(const Env& env, const Model& model, const Json& vals, Origin origin) {
  for (const auto& [name, value] : vals.items()) {
    if (!model.Has(name)) throw UnknownField(env, model, name, origin);
  }
}

void CheckDict(const Json& vals, const char* attribute) {
  if (vals.is_object()) return;
  throw AttributeError("'" + python::TypeName(vals) + "' object has no attribute '" + attribute +
                       "'");
}

bool IsMagic(const std::string& name) {
  return name == "id" || name == "create_date" || name == "create_uid" || name == "write_date" ||
         name == "write_uid";
}

Converted ConvertVals(const Env& env, const Model& model, const Json& vals, Origin origin) {
  Converted converted;
  CheckNames(env, model, vals, origin);
  for (const auto& [name, value] : vals.items()) {
    const Field& field = *model.Find(name);
    CheckFieldAccess(env, model, field, env.Is18() ? "write" : "read");
    if (IsMagic(name)) continue;
    if (field.IsX2many()) {
      converted.relations.emplace_back(&field, ParseCommands(model, field, value));
      CheckNested(env, field, converted.relations.back().second);
    } else {
      converted.values[name] = ConvertValue(env, model, field, value);
    }
  }
  return converted;
}

void CheckReadReferences(const Env& env, const Model& model, const Values& values) {
  for (const auto& [name, value] : values) {
    const Field* field = model.Find(name);
    if (!field || field->type != FieldType::kMany2one || !value.is_number_integer()) continue;
    const Model* comodel = env.schema().Find(field->relation);
    if (comodel && model.TraitHas("read_references", name)) {
      CheckExists(env, *comodel, value.get<int64_t>());
    }
  }
}

}  // namespace sandbox
