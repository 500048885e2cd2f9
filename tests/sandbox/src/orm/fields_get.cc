#include "orm/fields_get.h"

#include <algorithm>

#include "base/python.h"
#include "orm/access.h"

namespace sandbox {
namespace {

Json FieldAttributes(const Env& env, const Field& field, const Json& attributes) {
  Json answer = Json::object();
  for (const auto& [name, value] : field.attributes.items()) {
    if (name == "hidden") continue;
    if (!python::Truth(attributes) ||
        std::ranges::find(attributes, Json(name)) != attributes.end()) {
      answer[name] = name == "string" ? Json(env.Term(field.label)) : value;
    }
  }
  return answer;
}

}  // namespace

Json FieldsGet(const Env& env, const Model& model, const Json& allfields, const Json& attributes) {
  Json answer = Json::object();
  for (const auto& [name, field] : model.fields) {
    const bool wanted =
        !python::Truth(allfields) || std::ranges::find(allfields, Json(name)) != allfields.end();
    if (wanted && !field.hidden && FieldAllowed(env, field)) {
      answer[name] = FieldAttributes(env, field, attributes);
    }
  }
  return answer;
}

}  // namespace sandbox
