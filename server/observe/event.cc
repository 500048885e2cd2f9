#include "observe/event.h"

#include <array>

namespace gateway::observe {
namespace {

constexpr std::array<std::string_view, kOutcomeCount> kOutcomes = {"ok", "fault", "lost"};
constexpr std::array<std::string_view, kSeverityCount> kSeverities = {"debug", "info", "error"};

}  // namespace

std::string_view NameOf(Outcome outcome) { return kOutcomes[static_cast<std::size_t>(outcome)]; }

std::string_view NameOf(GrpcLogged::Severity severity) {
  return kSeverities[static_cast<std::size_t>(severity)];
}

void InstanceObserver::Observe(const Event& event) {
  Event named = event;
  std::visit(
      [this](auto& some) {
        if constexpr (requires { some.instance; }) some.instance = name_;
      },
      named);
  observer_.Observe(named);
}

}  // namespace gateway::observe
