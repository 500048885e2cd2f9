// Rules of Odoo's own exceptions: class, place that raised it, words. The first rule that fits
// decides.
#pragma once

#include <string>
#include <string_view>

#include "base/reason.h"
#include "odoo/fault.h"
#include "odoo/fault_template.h"

namespace gateway::odoo {

// What rules read.
struct Evidence {
  // `odoo.exceptions.UserError`; empty where the protocol drops the class.
  std::string_view exception;
  // Odoo's words.
  std::string_view text;
  // Where it was raised: `/opt/odoo/odoo/models.py:_check_qorder`; empty where unknown.
  std::string origin;
};

struct Ruling {
  // UNSPECIFIED where no rule fits.
  base::Reason reason = base::Reason::kUnspecified;
  // What the words name: `field`, `model`, `model_field` (`sale.order.state`), `property`, `value`,
  // `ids`.
  Captures names;
  // An argument of the call at fault that is no field: `order`, `limit`, `context.lang`.
  std::string_view argument;
};

// Exceptions whose words or place say it all. They go before the error of the database that may
// stand behind them.
Ruling RuleOn(const Evidence& evidence, const FaultContext& context);

// What is left: the class and the kind of call. SERVER_ERROR if nothing fits.
Ruling RuleOnClass(const Evidence& evidence, const FaultContext& context);

}  // namespace gateway::odoo
