// Looks at one Odoo, once.
#pragma once

#include <chrono>

#include "check/facts.h"
#include "engine/instance.h"

namespace gateway::check {

// Returns when all is known or a step failed, after `patience` at the latest. `options` as for
// serving.
Facts Inspect(const engine::InstanceOptions& options, const contract::Catalog& catalog,
              std::chrono::milliseconds patience);

}  // namespace gateway::check
