// The audit log: one JSON line for every call that may have changed something in Odoo, and for
// every one that was refused. Apart from the ordinary log, so that it can be kept elsewhere and
// longer.
//
//   {"ts":"2026-01-31T12:00:00.000Z","event":"audit","outcome":"done","caller":"shop",
//    "peer":"ipv4:10.0.0.7","request_id":"r-1","trace_id":"...","instance":"default",
//    "method":"/odoo.sale.v1.SaleOrderService/UpdateSaleOrder","model":"sale.order",
//    "operation":"update","ids":[7],"code":"OK"}
//
// `outcome`: `done`; `not_done`, with a reason: nothing was written; `unknown`: a write was sent
// and its answer lost, look in Odoo. `ids`: the records that were named or made; `result_ids`: what
// an action made of them, say invoices. All of what was done, the first 100 of what was not;
// `"ids_cut":true` where there were more. `"validate_only":true`: checks alone were asked for, and
// told only where they were refused. Of calls that nobody known makes, one line a second tells how
// many came before it ("held_back"). No values of records.
#pragma once

#include <chrono>
#include <functional>

#include "observe/event.h"
#include "observe/log.h"
#include "observe/once_a_second.h"

namespace gateway::observe {

class AuditObserver final : public Observer {
 public:
  using Clock = std::function<std::chrono::system_clock::time_point()>;

  explicit AuditObserver(LineWriter write, Clock clock = std::chrono::system_clock::now);

  void Observe(const Event& event) override;

 private:
  LineWriter write_;
  Clock clock_;
  OnceASecond strangers_;
};

}  // namespace gateway::observe
