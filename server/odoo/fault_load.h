// Faults of `model.load`, which answers `{"ids": false, "messages": [...]}` without an exception.
#pragma once

#include <simdjson.h>

#include <optional>

#include "base/result.h"
#include "odoo/fault.h"

namespace gateway::odoo {

// The failure in a result of `load`; nothing where it created or updated its records. A message
// tells a row: where the paths in `context` name rows (`[2].partner_id`), violations do.
std::optional<base::Failure> FailureOfLoad(simdjson::dom::element result,
                                           const FaultContext& context);

}  // namespace gateway::odoo
