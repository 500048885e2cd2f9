// A broken constraint of the database, in the terms of the request: which of its fields are at
// fault.
#pragma once

#include "odoo/fault_finding.h"
#include "odoo/fault_postgres.h"
#include "odoo/fault_text.h"

namespace gateway::odoo {

// Any error of the database; only those of constraints name fields.
Finding FindingOfSql(const SqlError& error, const FaultContext& context);

// Odoo's words for a broken constraint lead to the same names as the database's error itself.
Finding FindingOfWords(const TextMeaning& meaning, const FaultContext& context);

}  // namespace gateway::odoo
