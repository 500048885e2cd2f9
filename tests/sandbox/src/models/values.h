// Small helpers for filling values.
#pragma once

#include <string>

#include "orm/env.h"

namespace sandbox {

// Sets `field` unless the caller did.
inline void SetDefault(Values& values, const std::string& field, Json value) {
  values.try_emplace(field, std::move(value));
}

// The first record of a model, or false: reference data of the seed for what a caller leaves open.
inline Json FirstId(const Env& env, const std::string& model) {
  const Ids ids = env.store().All(model);
  return ids.empty() ? Json(false) : Json(ids.front());
}

}  // namespace sandbox
