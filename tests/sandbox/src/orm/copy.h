// Duplicates records.
#pragma once

#include "orm/env.h"

namespace sandbox {

int64_t Copy(const Env& env, const Model& model, int64_t id, const Json& overrides);

}  // namespace sandbox
