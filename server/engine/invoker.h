// Calls to Odoo on behalf of one plan: its deadline, its cancellation, and what it says about the
// fields of a fault. All of them have one place among the calls in flight: a write that was let in
// is also read back. Loop thread only; lives in the frame of its call.
#pragma once

#include <optional>

#include "base/task.h"
#include "engine/upstream.h"
#include "odoo/session.h"
#include "plan/plan.h"

namespace gateway::engine {

using Answered = base::Result<odoo::Answer>;

class Invoker {
 public:
  Invoker(const plan::Plan& plan, const odoo::Session& session, Upstream& upstream,
          http::Clock::time_point deadline, Cancellation& cancellation, const Trace& trace)
      : plan_(plan),
        session_(session),
        upstream_(upstream),
        deadline_(deadline),
        cancellation_(cancellation),
        trace_(trace) {}

  // Counts as the plan's operation. `write`: may change something, so it is sent once at most.
  base::Task<Answered> Invoke(const odoo::Call& call, bool write);
  // A question before the plan.
  base::Task<Answered> LookUp(const odoo::Call& call);
  // A question after a failure, which may take a part of the time that is left: whoever asks has an
  // answer already.
  base::Task<Answered> Ask(const odoo::Call& call);

  const plan::Plan& plan() const { return plan_; }
  const odoo::Session& session() const { return session_; }
  bool cancelled() const { return cancellation_.requested(); }
  // External ids that were looked up.
  codec::ResolvedIds& resolved() { return resolved_; }

 private:
  base::Task<Answered> Send(const odoo::Call& call, Purpose purpose, odoo::ContextMaker context);
  odoo::FaultContext ContextOf(const odoo::Call& call) const;

  const plan::Plan& plan_;
  const odoo::Session& session_;
  Upstream& upstream_;
  const http::Clock::time_point deadline_;
  Cancellation& cancellation_;
  const Trace& trace_;
  codec::ResolvedIds resolved_;
  std::optional<Admission::Place> place_;
};

}  // namespace gateway::engine
