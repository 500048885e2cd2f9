// Applies x2many commands to a stored record.
#pragma once

#include "orm/vals.h"

namespace sandbox {

void ApplyRelations(const Env& env, const Model& model, int64_t id, const Relations& relations);

}  // namespace sandbox
