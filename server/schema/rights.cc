#include "schema/rights.h"

#include <array>
#include <iterator>

namespace gateway::schema {
namespace {

constexpr std::array<std::string_view, kRightCount> kNames = {"read", "create", "write", "unlink"};

// By contract::Operation; the first is never served. An action changes its record.
constexpr Right kRights[] = {Right::kRead,   Right::kCreate, Right::kRead,
                             Right::kRead,   Right::kRead,   Right::kWrite,
                             Right::kUnlink, Right::kCreate, Right::kWrite};
static_assert(std::size(kRights) == contract::kOperationCount);

}  // namespace

std::string_view RightName(Right right) { return kNames[static_cast<std::size_t>(right)]; }

Right RightFor(contract::Operation operation) {
  return kRights[static_cast<std::size_t>(operation)];
}

Needs NeedsOf(const contract::Catalog& catalog) {
  Needs needs;
  for (const auto& method : catalog.methods())
    needs[method->record->model].set(static_cast<std::size_t>(RightFor(method->operation)));
  return needs;
}

}  // namespace gateway::schema
