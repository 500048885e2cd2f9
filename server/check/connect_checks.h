// The checks of connecting.
#pragma once

#include "check/facts.h"
#include "check/finding.h"

namespace gateway::check {

void JudgeConnecting(const Facts& facts, Findings& findings);

}  // namespace gateway::check
