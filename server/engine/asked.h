// Whether an answer is about what was asked: the one place that compares ids. Odoo itself never
// answers about other records; what mixes answers up is between it and the gateway. Pure.
//
// Failures are MALFORMED_RESPONSE; the ids are only in their text for the log.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "codec/json_view.h"
#include "plan/plan.h"

namespace gateway::engine {

using Ids = std::vector<std::int64_t>;

// The ids in a list of numbers (`create`, `search`) or of records (`web_read`), in their order. A
// failure if it is another thing or one of them is not a positive number.
base::Result<Ids> IdsIn(codec::JsonView numbers);
base::Result<Ids> RecordIdsIn(codec::JsonView records);

// The number that `search_count` answers. A failure if it is another thing or negative.
base::Result<std::int64_t> CountIn(codec::JsonView answer);

// The first element of a list; none if it is empty or not a list.
std::optional<codec::JsonView> FirstRecord(codec::JsonView records);

// Those of `asked` that an answer lacks, in the order of `asked`. A failure if the answer has an id
// that was not asked for, or one twice.
base::Result<Ids> MissingIn(const Ids& answered, const Ids& asked);

// The record with that id in a list of records; none if the list is empty. A failure if the list
// has anything else.
base::Result<std::optional<codec::JsonView>> RecordAsked(codec::JsonView records, std::int64_t id);

// Ids that Odoo chose come once each.
base::Status CheckDistinct(const Ids& ids);
// Ids of `count` records that Odoo made.
base::Status CheckMade(const Ids& ids, std::size_t count);
// Ids of one page, and of the record after it that shows that there is a next page.
base::Status CheckPage(const plan::Search& search, const Ids& ids);

}  // namespace gateway::engine
