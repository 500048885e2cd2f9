// Transfers: what is reserved, moved and left for a backorder.
#pragma once

#include "orm/env.h"

namespace sandbox {

// Makes a delivery of the goods of a sale order, a receipt of those of a purchase order. Does
// nothing where there are no goods, or no such operation type.
void DeliverOrder(const Env& env, int64_t order);
void ReceiveOrder(const Env& env, int64_t order);

// Cancels what of a sale order is not yet delivered.
void CancelDeliveries(const Env& env, int64_t order);

// Draft moves become confirmed, and what is there is reserved.
void ConfirmTransfer(const Env& env, int64_t picking);
void ReserveTransfer(const Env& env, int64_t picking);

// Moves the picked quantities; `backorder`: whether a new transfer takes the rest.
void FinishTransfer(const Env& env, int64_t picking, bool backorder);

// The moves that are neither done nor cancelled.
Ids OpenMoves(const Env& env, int64_t picking);

}  // namespace sandbox
