// What the models tell about their fields.
#pragma once

#include "orm/env.h"

namespace sandbox {

// `allfields`, `attributes`: lists of names, or anything false for all.
Json FieldsGet(const Env& env, const Model& model, const Json& allfields, const Json& attributes);

}  // namespace sandbox
