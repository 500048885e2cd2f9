// Filters and conditions -> a Domain, checked.
#pragma once

#include <string_view>
#include <vector>

#include "codec/problems.h"
#include "codec/values.h"
#include "contract/catalog.h"
#include "contract/permit.h"
#include "plan/domain.h"

namespace gateway::plan {

// Deeper `any_of` and `none_of` are refused.
inline constexpr int kMaxFilterDepth = 16;
// Conditions, nested filters and values to compare with in one request, all together.
inline constexpr int kMaxParts = 10000;
// Names in one path of a condition.
inline constexpr int kMaxPathNames = 8;

// What both readers need, and what they count together.
struct FilterContext {
  const contract::Catalog& catalog;
  const codec::Target& target;
  codec::Problems& problems;
  const contract::Permit* permit = nullptr;
  int parts = 0;

  // Counts one part more. False, with one violation, beyond kMaxParts.
  bool Spend();
};

// A text for `ilike`: wildcards stand for themselves.
std::string Escaped(std::string_view text);

// A violation where the records of a known model have no parents, so that `child_of` means nothing,
// or where the caller may not know whose parents they are.
void CheckHierarchy(std::string_view model, FilterContext& context);

// A filter message; the path in `problems` is that of the message.
Domain ReadFilter(const contract::Filter& filter, std::string_view bytes, FilterContext& context);

// One odoo.type.v1.Condition on a record.
Domain ReadCondition(const contract::Record& record, std::string_view bytes,
                     FilterContext& context);

}  // namespace gateway::plan
