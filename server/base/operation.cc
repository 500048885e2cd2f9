#include "base/operation.h"

#include <array>
#include <cstddef>

namespace gateway::base {
namespace {

using enum Operation;

constexpr std::array<OperationTraits, kOperationCount> kTraits = {{
    {kUnspecified, "unspecified", false, false, Right::kRead},
    {kCreate, "create", true, false, Right::kCreate},
    {kGet, "get", false, true, Right::kRead},
    {kSearch, "search", false, true, Right::kRead},
    {kCount, "count", false, true, Right::kRead},
    {kUpdate, "update", true, false, Right::kWrite},
    {kDelete, "delete", true, false, Right::kUnlink},
    {kBatchCreate, "batch_create", true, false, Right::kCreate},
    // An action changes its record.
    {kCall, "call", true, false, Right::kWrite},
    {kLookup, "lookup", false, false, Right::kRead},
    {kConnect, "connect", false, false, Right::kRead},
}};

constexpr bool InOrder() {
  for (std::size_t i = 0; i < kTraits.size(); ++i) {
    if (static_cast<std::size_t>(kTraits[i].operation) != i) return false;
  }
  return true;
}
static_assert(InOrder());

constexpr std::array<std::string_view, kRightCount> kRights = {"read", "create", "write", "unlink"};

}  // namespace

const OperationTraits& TraitsOf(Operation operation) {
  return kTraits[static_cast<std::size_t>(operation)];
}

std::string_view NameOf(Right right) { return kRights[static_cast<std::size_t>(right)]; }

}  // namespace gateway::base
