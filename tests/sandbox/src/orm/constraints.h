// The database's own checks: NOT NULL, CHECK, UNIQUE and foreign keys, Odoo's way of telling them,
// and Odoo's check of hierarchies. The errors carry table, column and constraint, so that `load`
// can tell them differently.
#pragma once

#include "orm/env.h"
#include "rpc/fault.h"

namespace sandbox {

// Checks one row that is in the store already. Throws the psycopg2 error; Odoo's own for a record
// that became its own ancestor.
void CheckRow(const Env& env, const Model& model, int64_t id);

// Refuses (restrict), empties or follows (cascade) what refers to `ids`, which are about to go.
// Returns further records to delete.
std::vector<std::pair<const Model*, int64_t>> ReleaseReferences(const Env& env, const Model& model,
                                                                const Ids& ids);

// psycopg2's integrity errors as Odoo's ValidationError; other faults as they are.
Fault ExplainDatabaseError(const Env& env, const Fault& fault);

// The text of that, without "The operation cannot be completed", as `load` tells it.
std::string IntegrityText(const Env& env, const Fault& fault);

bool IsIntegrityError(const Fault& fault);

}  // namespace sandbox
