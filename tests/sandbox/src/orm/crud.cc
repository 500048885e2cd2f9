#include "orm/crud.h"

#include <algorithm>

#include "base/clock.h"
#include "base/python.h"
#include "base/text.h"
#include "models/behaviour.h"
#include "orm/access.h"
#include "orm/constraints.h"
#include "orm/convert.h"
#include "orm/records.h"
#include "rpc/fault.h"

namespace sandbox {
namespace {

constexpr std::string_view kDefaultPrefix = "default_";

// The x2many values of one call, applied when the record itself is stored.
using Relations = std::vector<std::pair<const Field*, std::vector<Command>>>;

struct Converted {
  Values values;
  Relations relations;
};

// Where values come from: Odoo's complaints differ.
enum class Origin { kCreate, kWrite, kNestedCreate };

Fault UnknownField(const Env& env, const Model& model, const std::string& name, Origin origin) {
  // Partner.write of 19 looks the field up before the ORM could complain.
  const bool looks_up = model.TraitHas("write_looks_up_fields", "*");
  if (origin == Origin::kWrite && looks_up) return KeyError(name);
  const char* text = origin == Origin::kNestedCreate ? "unknown_field_nested" : "unknown_field";
  return ValueError(env.Text(text, {{"field", name}, {"model", model.name}}));
}

const Field& KnownField(const Env& env, const Model& model, const std::string& name,
                        Origin origin) {
  if (const Field* field = model.Find(name)) return *field;
  throw UnknownField(env, model, name, origin);
}

void CheckDict(const Json& vals, const char* attribute) {
  if (vals.is_object()) return;
  throw AttributeError("'" + python::TypeName(vals) + "' object has no attribute '" + attribute +
                       "'");
}

Converted Convert(const Env& env, const Model& model, const Json& vals, Origin origin);

// Values of nested rows are looked at before anything is stored, as Odoo's cache does.
void CheckNested(const Env& env, const Field& field, const std::vector<Command>& commands) {
  const Model* comodel = env.schema().Find(field.relation);
  for (const Command& command : commands) {
    if (!comodel || command.kind > 1) continue;
    CheckDict(command.values, "items");
    Convert(env, *comodel, command.values,
            command.kind == 1 ? Origin::kWrite : Origin::kNestedCreate);
  }
}

bool IsMagic(const std::string& name) {
  return name == "id" || name == "create_date" || name == "create_uid" || name == "write_date" ||
         name == "write_uid";
}

Converted Convert(const Env& env, const Model& model, const Json& vals, Origin origin) {
  Converted converted;
  for (const auto& [name, value] : vals.items()) KnownField(env, model, name, origin);
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

// Some references are read while the record is computed: there a wrong id is a MissingError, at
// the others only the database notices.
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

// ---- x2many ----

class RelationWriter {
 public:
  RelationWriter(const Env& env, const Model& model, int64_t id, const Field& field)
      : env_(env),
        model_(model),
        id_(id),
        field_(field),
        comodel_(env.schema().Find(field.relation)) {}

  void Apply(const std::vector<Command>& commands) {
    if (!comodel_) return;  // relations to models that the sandbox lacks stay empty
    for (const Command& command : commands) ApplyOne(command);
  }

 private:
  bool IsOne2many() const { return field_.type == FieldType::kOne2many; }

  void ApplyOne(const Command& command) {
    switch (command.kind) {
      case 0:
        return CreateRow(command.values);
      case 1:
        return sandbox::Write(env_, *comodel_, {Id(command.id)}, command.values);
      case 2:
        CheckExists(env_, *comodel_, Id(command.id));
        return sandbox::Unlink(env_, *comodel_, {Id(command.id)});
      case 3:
        return Remove(Id(command.id));
      case 4:
        return Link(Id(command.id));
      case 5:
        return Set(Json::array());
      case 6:
        return Set(command.values);
      default:
        return;  // Odoo ignores unknown commands
    }
  }

  static int64_t Id(const Json& id) {
    if (id.is_string()) throw InvalidIntegerText(id.get<std::string>());
    return id.is_number() ? id.get<int64_t>() : 0;
  }

  void CreateRow(Json values) {
    if (IsOne2many()) values[field_.relation_field] = id_;
    // The defaults of the parent's context are not those of its rows.
    const int64_t row = CreateOne(WithoutDefaults(), *comodel_, values);
    if (!IsOne2many()) Link(row);
  }

  Env WithoutDefaults() const {
    Json context = Json::object();
    for (const auto& [key, value] : env_.context().items()) {
      if (!key.starts_with(kDefaultPrefix)) context[key] = value;
    }
    return env_.superuser() ? env_.WithContext(context).Sudo() : env_.WithContext(context);
  }

  Ids Current() const {
    return RelatedIds(env_.WithContextValue("active_test", false), model_, id_, field_);
  }

  void Store(const Ids& ids) { env_.store().Set(model_.name, id_, field_.name, ids); }

  void Link(int64_t row) {
    CheckExists(env_, *comodel_, row);
    if (IsOne2many()) {
      return sandbox::Write(env_, *comodel_, {row}, {{field_.relation_field, id_}});
    }
    Ids ids = Current();
    if (std::ranges::find(ids, row) == ids.end()) ids.push_back(row);
    std::ranges::sort(ids);
    Store(ids);
  }

  // A row that cannot live without its parent goes with it.
  void Remove(int64_t row) {
    if (IsOne2many()) {
      const auto key = comodel_->foreign_keys.find(field_.relation_field);
      const bool owned = key != comodel_->foreign_keys.end() && key->second.on_delete == "cascade";
      if (owned) return sandbox::Unlink(env_, *comodel_, {row});
      return sandbox::Write(env_, *comodel_, {row}, {{field_.relation_field, false}});
    }
    Ids ids = Current();
    std::erase(ids, row);
    Store(ids);
  }

  void Set(const Json& wanted) {
    Ids rows;
    for (const Json& id : wanted.is_array() ? wanted : Json::array()) rows.push_back(Id(id));
    for (const int64_t row : Current()) {
      if (std::ranges::find(rows, row) == rows.end()) Remove(row);
    }
    for (const int64_t row : rows) Link(row);
  }

  const Env& env_;
  const Model& model_;
  int64_t id_;
  const Field& field_;
  const Model* comodel_;
};

void ApplyRelations(const Env& env, const Model& model, int64_t id, const Relations& relations) {
  for (const auto& [field, commands] : relations) {
    RelationWriter(env, model, id, *field).Apply(commands);
  }
}

// ---- create ----

// Defaults that the data can only name.
Json LiveDefault(const Env& env, const Json& value) {
  if (value == "@now") return NowDatetime();
  if (value == "@today") return Today();
  if (value == "@company") return env.company();
  if (value == "@user") return env.uid();
  return value;
}

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
  Converted converted = Convert(env, model, vals, Origin::kCreate);
  CheckReadReferences(env, model, converted.values);
  BehaviourOf(model.name).Complete(env, converted.values);
  Stamp(env, converted.values, true);
  const int64_t id = env.store().NextId(model.name);
  env.store().Insert(model.name, id, std::move(converted.values));
  CheckRow(env, model, id);
  ApplyRelations(env, model, id, converted.relations);
  BehaviourOf(model.name).AfterChange(env, id, true);
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

// ---- unlink ----

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
  BehaviourOf(model.name).AdjustCopy(env, id, vals);
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
  for (const auto& [name, value] : vals.items()) KnownField(env, model, name, Origin::kCreate);
  Json prepared = WithDefaults(env, model, vals);
  BehaviourOf(model.name).PrepareCreate(env, prepared);
  return Insert(env, model, prepared);
}

void Write(const Env& env, const Model& model, const Ids& ids, const Json& vals) {
  CheckModelAccess(env, model, "write");
  CheckDict(vals, "get");
  if (ids.empty()) return;
  env.CheckDisturbed();
  CheckWritable(env, model, ids);
  Converted converted = Convert(env, model, vals, Origin::kWrite);
  CheckReadReferences(env, model, converted.values);
  BehaviourOf(model.name).BeforeWrite(env, ids, converted.values);
  const Ids parents = BehaviourOf(model.name).ParentsOf(env, ids);
  for (const int64_t id : ids) Update(env, model, id, converted);
  for (const int64_t id : ids) BehaviourOf(model.name).AfterChange(env, id, false);
  BehaviourOf(model.name).RefreshParents(env, parents);
  if (env.Is18()) CheckRules(env, model, ids, "read");
}

void Unlink(const Env& env, const Model& model, const Ids& ids) {
  CheckModelAccess(env, model, "unlink");
  CheckRules(env, model, ids, "unlink");
  Ids present;
  std::ranges::copy_if(ids, std::back_inserter(present),
                       [&](int64_t id) { return env.store().Exists(model.name, id); });
  BehaviourOf(model.name).BeforeUnlink(env, present);
  const Ids parents = BehaviourOf(model.name).ParentsOf(env, present);
  EraseAll(env, model, present);
  BehaviourOf(model.name).RefreshParents(env, parents);
}

int64_t Copy(const Env& env, const Model& model, int64_t id, const Json& overrides) {
  CheckExists(env, model, id);
  CheckRules(env, model, {id}, "read");
  Json vals = CopiedValues(env, model, id);
  if (overrides.is_object()) {
    for (const auto& [name, value] : overrides.items()) vals[name] = value;
  }
  return CreateOne(env, model, vals);
}

Json DefaultGet(const Env& env, const Model& model, const std::vector<std::string>& fields) {
  Json defaults = Json::object();
  const auto wanted = [&](const std::string& name) {
    return model.Has(name) && (fields.empty() || std::ranges::find(fields, name) != fields.end());
  };
  for (const auto& [name, value] : model.defaults.items()) {
    if (wanted(name)) defaults[name] = LiveDefault(env, value);
  }
  for (const auto& [key, value] : env.context().items()) {
    if (!key.starts_with(kDefaultPrefix)) continue;
    const std::string name = key.substr(kDefaultPrefix.size());
    if (wanted(name)) defaults[name] = value;
  }
  return defaults;
}

}  // namespace sandbox
