// Whether rows that an update names are the record's own.
#pragma once

#include <vector>

#include "codec/json_view.h"
#include "plan/plan.h"

namespace gateway::engine {

// Those of `rows` that `record`, as `web_read` answered it, does not have; in their order. Goes
// through the answer once, however many rows are named.
std::vector<const plan::OwnedRow*> RowsOfOthers(const std::vector<plan::OwnedRow>& rows,
                                                codec::JsonView record);

}  // namespace gateway::engine
