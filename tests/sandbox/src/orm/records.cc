#include "orm/records.h"

#include <algorithm>
#include <utility>

#include "base/python.h"
#include "base/text.h"
#include "models/behaviour.h"
#include "orm/convert.h"
#include "orm/domain.h"
#include "orm/rules.h"
#include "rpc/fault.h"

namespace sandbox {
namespace {

struct SortKey {
  std::string field;
  bool descending;
};

std::vector<SortKey> ParseOrder(const std::string& order) {
  std::vector<SortKey> keys;
  for (const std::string& part : Split(order, ',')) {
    const std::string text = Lower(Trim(part));
    const std::string field = text.substr(0, text.find_first_of(" ."));
    if (!field.empty()) keys.push_back({field, text.find(" desc") != std::string::npos});
  }
  return keys;
}

// Relations sort by the name of the other record, texts without regard to case.
Json SortValue(const Env& env, const Model& model, int64_t id, const std::string& name) {
  if (name == "id") return id;
  const Field* field = model.Find(name);
  if (!field) return nullptr;
  Json value = RawValue(env, model, id, name);
  if (field->type == FieldType::kMany2one) {
    const Model* comodel = env.schema().Find(field->relation);
    if (!comodel || !value.is_number_integer()) return nullptr;
    // sale.order.line sorts by its order's own order; ids are as good for a stand-in.
    if (comodel->name == "sale.order") return value;
    return Lower(DisplayName(env, *comodel, value.get<int64_t>()));
  }
  if (value.is_string()) return Lower(value.get<std::string>());
  if (value == false && field->type != FieldType::kBoolean) return nullptr;  // NULL
  return value;
}

// PostgreSQL puts NULL last, and first when descending.
int CompareKeys(const Json& left, const Json& right) {
  if (left == right) return 0;
  if (left.is_null()) return 1;
  if (right.is_null()) return -1;
  return left < right ? -1 : 1;
}

Ids One2manyIds(const Env& env, int64_t id, const Field& field, const Model& comodel) {
  Ids ids = env.store().Referring(comodel.name, field.relation_field, id);
  const bool hides_archived = env.ActiveTest() && comodel.Has("active");
  if (hides_archived) {
    std::erase_if(ids, [&](int64_t other) {
      return !python::Truth(RawValue(env, comodel, other, "active"));
    });
  }
  if (!field.domain.is_null()) {
    const Domain shown = Domain::Parse(env, comodel, field.domain);
    std::erase_if(ids, [&](int64_t other) { return !shown.Matches(env, comodel, other); });
  }
  SortIds(env, comodel, comodel.order, ids);
  return ids;
}

Ids StoredIds(const Json& value) {
  if (value.is_array()) return value.get<Ids>();
  if (value.is_number_integer()) return {value.get<int64_t>()};
  return {};
}

// What the path of a related field leads to.
Json RelatedValue(const Env& env, const Model& model, int64_t id, const Field& field) {
  std::vector<std::string> links = Split(field.related, '.');
  const std::string last = links.back();
  links.pop_back();
  const Model* owner = &model;
  for (const std::string& link : links) {
    id = RawId(env, *owner, id, link);
    if (id == 0) return EmptyValue(field);
    const Field* link_field = owner->Find(link);
    owner = link_field ? env.schema().Find(link_field->relation) : nullptr;
    if (!owner) return EmptyValue(field);
  }
  return RawValue(env, *owner, id, last);
}

// An expression's value as this field's: 0 of a float is 0.0.
Json InType(const Field& field, Json value) {
  if (value == false || value.is_null()) return EmptyValue(field);
  if (field.IsNumber() && field.type != FieldType::kInteger) return value.get<double>();
  return value;
}

}  // namespace

Json RawValue(const Env& env, const Model& model, int64_t id, const std::string& name) {
  if (name == "id") return id;
  const Field* field = model.Find(name);
  if (field && field->type == FieldType::kOne2many) {
    return RelatedIds(env, model, id, *field);
  }
  if (name == "display_name") return DisplayName(env, model, id);
  if (field && !field->related.empty()) return RelatedValue(env, model, id, *field);
  const Values* values = env.store().Find(model.name, id);
  if (values && field && !field->computed.is_null()) {
    return InType(*field, Evaluate(env, model, id, field->computed));
  }
  if (values) {
    if (auto computed = BehaviourOf(env, model).Computed(env, id, name)) return *computed;
    const auto stored = values->find(name);
    if (stored != values->end() && !stored->second.is_null()) return stored->second;
  }
  return field ? EmptyValue(*field) : Json(false);
}

int64_t RawId(const Env& env, const Model& model, int64_t id, const std::string& field) {
  const Json value = RawValue(env, model, id, field);
  return value.is_number_integer() ? value.get<int64_t>() : 0;
}

double RawNumber(const Env& env, const Model& model, int64_t id, const std::string& field) {
  const Json value = RawValue(env, model, id, field);
  return value.is_number() ? value.get<double>() : 0.0;
}

std::string RawText(const Env& env, const Model& model, int64_t id, const std::string& field) {
  const Json value = RawValue(env, model, id, field);
  return value.is_string() ? value.get<std::string>() : "";
}

Ids RelatedIds(const Env& env, const Model& model, int64_t id, const Field& field) {
  const Model* comodel = env.schema().Find(field.relation);
  if (field.type != FieldType::kOne2many) {
    return StoredIds(RawValue(env, model, id, field.name));
  }
  if (!comodel || field.relation_field.empty()) return {};
  return One2manyIds(env, id, field, *comodel);
}

std::string DisplayName(const Env& env, const Model& model, int64_t id) {
  return BehaviourOf(env, model).DisplayName(env, id);
}

Fault MissingError(const Env& env, const Model& model, const Json& id) {
  return MakeFault("odoo.exceptions.MissingError",
                   env.Text("missing", {{"record", model.name + "(" + python::Repr(id) + ",)"},
                                        {"uid", std::to_string(env.uid())}}));
}

void CheckExists(const Env& env, const Model& model, int64_t id) {
  if (!env.store().Exists(model.name, id)) throw MissingError(env, model, id);
}

void SortIds(const Env& env, const Model& model, const std::string& order, Ids& ids) {
  const std::vector<SortKey> keys = ParseOrder(order);
  std::vector<std::pair<std::vector<Json>, int64_t>> rows;
  for (const int64_t id : ids) {
    std::vector<Json> values;
    for (const SortKey& key : keys) values.push_back(SortValue(env, model, id, key.field));
    rows.emplace_back(std::move(values), id);
  }
  std::ranges::stable_sort(rows, [&](const auto& left, const auto& right) {
    for (size_t i = 0; i < keys.size(); ++i) {
      const int compared = CompareKeys(left.first[i], right.first[i]);
      if (compared != 0) return keys[i].descending ? compared > 0 : compared < 0;
    }
    return false;
  });
  std::ranges::transform(rows, ids.begin(), [](const auto& row) { return row.second; });
}

}  // namespace sandbox
