#include "orm/relations.h"

#include <algorithm>

#include "orm/crud.h"
#include "orm/defaults.h"
#include "orm/records.h"
#include "rpc/fault.h"

namespace sandbox {
namespace {

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
    const int64_t row = CreateOne(WithoutDefaults(env_), *comodel_, values);
    if (!IsOne2many()) Link(row);
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

}  // namespace

void ApplyRelations(const Env& env, const Model& model, int64_t id, const Relations& relations) {
  for (const auto& [field, commands] : relations) {
    RelationWriter(env, model, id, *field).Apply(commands);
  }
}

}  // namespace sandbox
