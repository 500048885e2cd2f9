// Values for fields that a create leaves open.
#pragma once

#include <string>
#include <vector>

#include "orm/env.h"

namespace sandbox {

// The defaults of `fields` (all of the model where empty): the model's, and context `default_*`.
Json DefaultGet(const Env& env, const Model& model, const std::vector<std::string>& fields);

// A default of the data, which can only name what depends on the call ("@now", "@company").
Json LiveDefault(const Env& env, const Json& value);

// The same caller without context `default_*`.
Env WithoutDefaults(const Env& env);

}  // namespace sandbox
