#include "check/finding.h"

#include <algorithm>
#include <array>

namespace gateway::check {
namespace {

constexpr std::array<std::string_view, 3> kNames = {"ok", "warn", "fail"};

}  // namespace

std::string_view StatusName(Status status) { return kNames[static_cast<std::size_t>(status)]; }

bool AllPassed(const Findings& findings) {
  return std::ranges::none_of(
      findings, [](const Finding& finding) { return finding.status == Status::kFailed; });
}

}  // namespace gateway::check
