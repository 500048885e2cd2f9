#include "orm/defaults.h"

#include <algorithm>

#include "base/clock.h"
#include "orm/records.h"

namespace sandbox {
namespace {

constexpr std::string_view kDefaultPrefix = "default_";

}  // namespace

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

Json LiveDefault(const Env& env, const Json& value) {
  if (value == "@now") return NowDatetime();
  if (value == "@today") return Today();
  if (value == "@company") return env.company();
  if (value == "@user") return env.uid();
  if (value == "@currency") {
    return RawId(env, env.model("res.company"), env.company(), "currency_id");
  }
  return value;
}

Env WithoutDefaults(const Env& env) {
  Json context = Json::object();
  for (const auto& [key, value] : env.context().items()) {
    if (!key.starts_with(kDefaultPrefix)) context[key] = value;
  }
  return env.WithContext(context);
}

}  // namespace sandbox
