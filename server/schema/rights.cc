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

Needs NeedsOf(const contract::Method& method) {
  Needs needs;
  const auto need = [&needs](const contract::Record& record, Right right) {
    needs[record.model].set(static_cast<std::size_t>(right));
  };
  need(*method.record, kRights[static_cast<std::size_t>(method.operation)]);
  if (method.action.wizard) need(*method.action.wizard->record, Right::kCreate);
  if (method.action.result != nullptr) need(*method.action.result, Right::kRead);
  return needs;
}

Needs NeedsOf(const contract::Catalog& catalog) {
  Needs needs;
  for (const auto& method : catalog.methods()) {
    for (const auto& [model, rights] : NeedsOf(*method)) needs[model] |= rights;
  }
  return needs;
}

}  // namespace gateway::schema
