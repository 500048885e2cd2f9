#include "rpc/methods.h"

#include "base/embedded.h"
#include "rpc/handlers.h"

namespace sandbox {
namespace {

// The ORM's own methods that Odoo marks as private although their names do not say so.
const std::set<std::string, std::less<>> kPrivate{
    "sudo",
    "with_user",
    "with_context",
    "with_company",
    "with_env",
    "filtered",
    "filtered_domain",
    "mapped",
    "sorted",
    "grouped",
    "flush_model",
    "flush_recordset",
    "invalidate_model",
    "invalidate_recordset",
    "modified",
    "browse",
    "ensure_one",
    "concat",
    "union",
    "search_fetch",
    "fetch",
    "init",

};

Method MakeMethod(const std::string& name, const Json& entry, const std::string& owner) {
  const std::string parameters = entry["parameters"];
  Method method;
  method.signature.qualified_name = entry.value("class", owner) + "." + name;
  method.signature.of_model = entry.value("model", false);
  method.signature.takes_any = parameters.find("**") != std::string::npos;
  method.signature.parameters = Signature::ParseParameters(parameters);
  method.effect = entry.value("effect", Json());
  method.handler =
      HandlerOf(method.effect.is_null() ? entry.value("handler", name) : std::string("effect"));
  method.creates = name == "create";
  return method;
}

}  // namespace

MethodTable::MethodTable(const Schema& schema) {
  const Json all = Json::parse(Embedded("data/" + schema.version() + "/methods.json"));
  for (const auto& [model_name, entries] : all.items()) {
    const Model* model = schema.Find(model_name);
    const std::string owner = model ? model->python_class : "BaseModel";
    for (const auto& [name, entry] : entries.items()) {
      methods_[model_name + "." + name] = MakeMethod(name, entry, owner);
    }
  }
}

const Method* MethodTable::Find(const Model& model, const std::string& name) const {
  for (const std::string& owner : {model.name, std::string("*")}) {
    const auto found = methods_.find(owner + "." + name);
    if (found != methods_.end()) return &found->second;
  }
  return nullptr;
}

bool IsPrivate(const std::string& name) { return name.starts_with('_') || kPrivate.contains(name); }

}  // namespace sandbox
