// What the handlers of business methods share.
#pragma once

#include <string>

#include "rpc/methods.h"

namespace sandbox {

// The records of an action, which must exist and be visible.
Ids RecordsOf(const BoundCall& call);

// The `ir.actions.act_window` that shows records of a model: `res_id` for one, else a domain.
Json WindowOf(const std::string& title, const std::string& model, const Ids& ids);

}  // namespace sandbox
