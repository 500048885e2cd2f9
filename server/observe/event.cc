#include "observe/event.h"

#include <array>

namespace gateway::observe {
namespace {

constexpr std::array<std::string_view, kOperationCount> kOperations = {
    "create", "get",          "search", "count",  "update",
    "delete", "batch_create", "call",   "lookup", "connect"};
constexpr std::array<std::string_view, kOutcomeCount> kOutcomes = {"ok", "fault", "lost"};

}  // namespace

std::string_view NameOf(Operation operation) {
  return kOperations[static_cast<std::size_t>(operation)];
}

std::string_view NameOf(Outcome outcome) { return kOutcomes[static_cast<std::size_t>(outcome)]; }

}  // namespace gateway::observe
