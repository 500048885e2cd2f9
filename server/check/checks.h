// Facts -> findings; pure.
#pragma once

#include "check/facts.h"
#include "check/finding.h"

namespace gateway::check {

// In the order of the report. After a failed step, what needs it is not judged.
Findings Judge(const Facts& facts);

}  // namespace gateway::check
