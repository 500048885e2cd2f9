// What sale.order and sale.order.line share.
#pragma once

#include <string>

#include "orm/env.h"

namespace sandbox {

// Field names that changed from 18 to 19.
inline const char* LineTaxField(const Env& env) { return env.Is18() ? "tax_id" : "tax_ids"; }
inline const char* LineUomField(const Env& env) {
  return env.Is18() ? "product_uom" : "product_uom_id";
}

// Adds up an order's amounts from its lines.
void RecomputeOrder(const Env& env, int64_t order);

// Throws UserError where records of different companies meet.
void CheckOrderCompany(const Env& env, int64_t order);
void CheckLineCompany(const Env& env, int64_t line);

}  // namespace sandbox
