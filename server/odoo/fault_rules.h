// Rules of Odoo's own exceptions: class, place that raised it, words. The first rule that fits
// decides.
#pragma once

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
  // Where it was raised, if known: `/opt/odoo/odoo/models.py`, `_check_qorder`.
  std::string_view file;
  std::string_view function;
};

struct Ruling {
  base::Reason reason = base::Reason::kUnspecified;
  // What the words name: `field`, `model`, `model_field` (`sale.order.state`), `constraint`, ...
  Captures names;
};

// What rules decide before PostgreSQL's error is looked at: exceptions whose words or place say it
// all. UNSPECIFIED if none.
Ruling RuleOn(const Evidence& evidence, const FaultContext& context);

// What the class alone says. SERVER_ERROR if nothing.
base::Reason RuleOnClass(const Evidence& evidence, const FaultContext& context);

}  // namespace gateway::odoo
