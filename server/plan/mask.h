// read_mask -> what is read.
#pragma once

#include <string_view>
#include <vector>

#include "codec/problems.h"
#include "codec/read_spec.h"
#include "codec/values.h"

namespace gateway::plan {

// Everything that is read without a mask: what the contract lists, the connected Odoo has and is
// not on request.
codec::ReadSpec DefaultRead(const contract::Record& record, const codec::Target& target);

// The named fields, for writes: none where no path is given. Paths are those of the contract,
// `order_line.product_id`; `extra_fields.x_studio_size` for what it does not list; a path that
// names rows (`order_line`) reads their default. At most 8 names. Unknown paths are violations
// below the current path of `problems`.
codec::ReadSpec MaskedRead(const contract::Record& record,
                           const std::vector<std::string_view>& paths, const codec::Target& target,
                           codec::Problems& problems);

// The same for reads: no path reads the default, and at least one field is always read.
codec::ReadSpec ReadOf(const contract::Record& record, const std::vector<std::string_view>& paths,
                       const codec::Target& target, codec::Problems& problems);

}  // namespace gateway::plan
