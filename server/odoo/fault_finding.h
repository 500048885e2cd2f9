// What is behind a fault, in Odoo's terms: the step between the raw exception and the failure that
// a caller sees.
#pragma once

#include <string>

#include "base/reason.h"
#include "base/result.h"
#include "odoo/fault.h"
#include "odoo/fault_paths.h"

namespace gateway::odoo {

struct Finding {
  base::Reason reason = base::Reason::kServerError;
  // At fault; empty where a failure is about no model.
  std::string model;
  std::string constraint;
  std::string sqlstate;
  // Fields or arguments at fault.
  Paths paths;
};

Finding FindingOf(const Fault& fault, const FaultContext& context);

// The words and details for a caller.
base::Failure FailureOfFinding(const Finding& finding, const Fault& fault,
                               const FaultContext& context);

}  // namespace gateway::odoo
