#include "orm/constraints.h"

#include <algorithm>

#include "base/python.h"
#include "base/text.h"
#include "orm/convert.h"
#include "orm/domain.h"
#include "orm/records.h"

namespace sandbox {
namespace {

Json StoredValue(const Values& values, const std::string& column) {
  const auto value = values.find(column);
  return value == values.end() ? Json(nullptr) : value->second;
}

bool IsNull(const Json& value, const Field* field) {
  if (value.is_null()) return true;
  const bool false_is_null = !field || field->type != FieldType::kBoolean;
  return value == false && false_is_null;
}

// PostgreSQL quotes the whole row: this is what must never reach the gateway's callers.
std::string RowDetail(int64_t id, const Values& values) {
  std::string row = std::to_string(id);
  for (const auto& [name, value] : values) {
    if (value.is_array()) continue;
    row += ", " + (value.is_null() || value == false ? "null" : python::Str(value));
  }
  return "\nDETAIL:  Failing row contains (" + row + ").";
}

Fault IntegrityError(const std::string& kind, const Model& model, const std::string& message,
                     const std::string& detail) {
  Fault fault = DatabaseError("errors." + kind, message + detail + "\n");
  fault.table = model.table;
  return fault;
}

void CheckColumns(const Model& model, const Values& values) {
  for (const auto& [name, value] : values) {
    if (const Field* field = model.Find(name)) CheckColumn(model, *field, value);
  }
}

void CheckNotNull(const Model& model, int64_t id, const Values& values) {
  for (const std::string& column : model.not_null) {
    const Field* field = model.Find(column);
    if (!field || !IsNull(StoredValue(values, column), field)) continue;
    // Columns of models that the sandbox does not know cannot be filled.
    if (model.TraitHas("optional_columns", column)) continue;
    Fault fault = IntegrityError("NotNullViolation", model,
                                 "null value in column \"" + column + "\" of relation \"" +
                                     model.table + "\" violates not-null constraint",
                                 RowDetail(id, values));
    fault.column = column;
    throw fault;
  }
}

void CheckChecks(const Env& env, const Model& model, int64_t id, const Values& values) {
  for (const CheckConstraint& check : model.checks) {
    if (Domain::Parse(env, model, check.domain).Matches(env, model, id)) continue;
    Fault fault = IntegrityError("CheckViolation", model,
                                 "new row for relation \"" + model.table +
                                     "\" violates check constraint \"" + check.name + "\"",
                                 RowDetail(id, values));
    fault.constraint = check.name;
    throw fault;
  }
}

bool SameKey(const Values& left, const Values& right, const UniqueConstraint& unique) {
  return std::ranges::all_of(unique.columns, [&](const std::string& column) {
    const Json value = StoredValue(left, column);
    return !IsNull(value, nullptr) && value == StoredValue(right, column);
  });
}

void CheckUnique(const Env& env, const Model& model, int64_t id, const Values& values) {
  for (const UniqueConstraint& unique : model.unique) {
    for (const int64_t other : env.store().All(model.name)) {
      if (other == id || !SameKey(values, *env.store().Find(model.name, other), unique)) continue;
      std::vector<std::string> key;
      for (const std::string& column : unique.columns) {
        key.push_back(python::Str(StoredValue(values, column)));
      }
      Fault fault =
          IntegrityError("UniqueViolation", model,
                         "duplicate key value violates unique constraint \"" + unique.name + "\"",
                         "\nDETAIL:  Key (" + Join(unique.columns, ", ") + ")=(" + Join(key, ", ") +
                             ") already exists.");
      fault.constraint = unique.name;
      fault.column = unique.columns[0];
      throw fault;
    }
  }
}

void CheckForeignKeys(const Env& env, const Model& model, const Values& values) {
  for (const auto& [column, key] : model.foreign_keys) {
    const Json value = StoredValue(values, column);
    const Field* field = model.Find(column);
    if (!field || !value.is_number_integer()) continue;
    const Model* comodel = env.schema().Find(field->relation);
    if (comodel && env.store().Exists(comodel->name, value.get<int64_t>())) continue;
    Fault fault = IntegrityError("ForeignKeyViolation", model,
                                 "insert or update on table \"" + model.table +
                                     "\" violates foreign key constraint \"" + key.name + "\"",
                                 "\nDETAIL:  Key (" + column + ")=(" + value.dump() +
                                     ") is not present in table \"" +
                                     ReplaceAll(field->relation, ".", "_") + "\".");
    fault.constraint = key.name;
    fault.column = column;
    throw fault;
  }
}

const Model* ModelOfTable(const Env& env, const std::string& table) {
  for (const auto& [name, model] : env.schema().models()) {
    if (model.table == table) return &model;
  }
  return nullptr;
}

Fault StillReferenced(const Model& model, const Model& referring, const std::string& column,
                      const ForeignKey& key, int64_t id) {
  Fault fault = IntegrityError("ForeignKeyViolation", referring,
                               "update or delete on table \"" + model.table +
                                   "\" violates foreign key constraint \"" + key.name +
                                   "\" on table \"" + referring.table + "\"",
                               "\nDETAIL:  Key (id)=(" + std::to_string(id) +
                                   ") is still referenced from table \"" + referring.table + "\".");
  fault.constraint = key.name;
  fault.column = column;
  return fault;
}

std::string LabelOf(const Model* model, const std::string& column) {
  const Field* field = model ? model->Find(column) : nullptr;
  return field ? field->label : column;
}

Catalog::Arguments TextArguments(const Env& env, const Fault& fault) {
  const Model* model = ModelOfTable(env, fault.table);
  return {{"model_name", model ? env.Term(model->description) : fault.table},
          {"model", model ? model->name : ""},
          {"label", env.Term(LabelOf(model, fault.column))},
          {"field", fault.column},
          {"constraint", fault.constraint}};
}

}  // namespace

void CheckRow(const Env& env, const Model& model, int64_t id) {
  const Values values = *env.store().Find(model.name, id);
  CheckColumns(model, values);
  CheckNotNull(model, id, values);
  CheckChecks(env, model, id, values);
  CheckUnique(env, model, id, values);
  CheckForeignKeys(env, model, values);
}

std::vector<std::pair<const Model*, int64_t>> ReleaseReferences(const Env& env, const Model& model,
                                                                const Ids& ids) {
  std::vector<std::pair<const Model*, int64_t>> cascade;
  for (const auto& [name, referring] : env.schema().models()) {
    for (const auto& [column, key] : referring.foreign_keys) {
      const Field* field = referring.Find(column);
      if (!field || field->relation != model.name) continue;
      for (const int64_t id : ids) {
        for (const int64_t row : env.store().Referring(name, column, id)) {
          if (std::ranges::find(ids, row) != ids.end() && name == model.name) continue;
          if (key.on_delete == "restrict") throw StillReferenced(model, referring, column, key, id);
          if (key.on_delete == "cascade") cascade.emplace_back(&referring, row);
          if (key.on_delete == "set null") env.store().Set(name, row, column, false);
        }
      }
    }
  }
  return cascade;
}

bool IsIntegrityError(const Fault& fault) {
  for (const std::string_view kind : {"NotNull", "Check", "Unique", "ForeignKey"}) {
    if (fault.name == "psycopg2.errors." + std::string(kind) + "Violation") return true;
  }
  return false;
}

std::string IntegrityText(const Env& env, const Fault& fault) {
  const bool named =
      fault.name.ends_with("CheckViolation") || fault.name.ends_with("UniqueViolation");
  if (named) return env.Text("constraint_" + fault.constraint);
  const bool not_null = fault.name.ends_with("NotNullViolation");
  return env.Text(not_null ? "sql_not_null" : "sql_foreign_key", TextArguments(env, fault));
}

Fault ExplainDatabaseError(const Env& env, const Fault& fault) {
  if (!IsIntegrityError(fault)) return fault;
  // Odoo explains outside of the call, where the caller's language is no longer known.
  const Env plain = env.WithContext(Json::object());
  const bool not_null = fault.name.ends_with("NotNullViolation");
  Fault explained = ValidationError(plain.Text(not_null ? "sql_prefix_not_null" : "sql_prefix",
                                               {{"reason", IntegrityText(plain, fault)}}));
  explained.where = "\"/opt/odoo/odoo/service/model.py\", line 175, in retrying";
  explained.cause = std::make_shared<const Fault>(fault);
  return explained;
}

}  // namespace sandbox
