#include "config/finalize.h"

#include "config/parse.h"

namespace gateway::config {
namespace {

void ApplySettings(const Object& object, const Target& target, Problems* problems) {
  for (const Given& given : object.given) {
    for (std::size_t i = 0; i < given.texts.size(); ++i) {
      base::Status applied = given.setting->apply(given.texts[i], target);
      if (applied) continue;
      problems->push_back(
          {given.OriginOf(i), applied.failure().reason, std::move(applied.failure().message)});
    }
  }
}

void ApplyObject(const Object& object, Target target, Problems* problems) {
  object.section->open(object.name, object.origin.name, &target);
  if (object.section->repeat == Repeat::kByName) {
    const auto name = ParseName(object.name);
    if (!name) problems->push_back({object.origin, name.failure().reason, name.failure().message});
  }
  ApplySettings(object, target, problems);
  for (const Object& inner : object.inner) ApplyObject(inner, target, problems);
}

}  // namespace

Config Apply(const Object& top, const Getenv& getenv, Problems* problems) {
  Config config;
  ApplyObject(top, {.getenv = &getenv, .config = &config}, problems);
  return config;
}

}  // namespace gateway::config
