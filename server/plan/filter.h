// Filters and conditions -> a Domain, checked.
#pragma once

#include <string_view>
#include <vector>

#include "codec/problems.h"
#include "codec/values.h"
#include "contract/catalog.h"
#include "plan/domain.h"

namespace gateway::plan {

// Deeper `any_of` and `none_of` are refused.
inline constexpr int kMaxFilterDepth = 16;
// Conditions in one request, all levels together.
inline constexpr int kMaxLeaves = 1000;
// Names in one path of a condition.
inline constexpr int kMaxPathNames = 8;

// What both readers need, and what they count together.
struct FilterContext {
  const contract::Catalog& catalog;
  const codec::Target& target;
  codec::Problems& problems;
  int leaves = 0;
};

// A filter message; the path in `problems` is that of the message.
Domain ReadFilter(const contract::Filter& filter, std::string_view bytes, FilterContext& context);

// One odoo.type.v1.Condition on a record.
Domain ReadCondition(const contract::Record& record, std::string_view bytes,
                     FilterContext& context);

// Counts a condition. False, with a violation, beyond kMaxLeaves.
bool CountLeaf(FilterContext& context);

}  // namespace gateway::plan
