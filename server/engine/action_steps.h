// An action: what must hold before, its wizard, its method, and what came of it. Loop thread only;
// lives in the frame of its call.
#pragma once

#include <optional>
#include <vector>

#include "engine/engine.h"
#include "engine/invoker.h"

namespace gateway::engine {

class ActionSteps {
 public:
  ActionSteps(Invoker& invoker, const plan::Call& call)
      : invoker_(invoker),
        plan_(invoker.plan()),
        session_(invoker.session()),
        call_(call),
        method_(*plan_.method),
        action_(method_.action) {}

  base::Task<Response> Run();

 private:
  base::Task<base::Status> CheckPreconditions();
  // The first record that is not there or that the user may not see.
  base::Task<std::optional<std::int64_t>> FindAbsent();
  // The id of a new one. Nothing has happened in Odoo then but a record that nobody sees.
  base::Task<base::Result<std::int64_t>> MakeWizard();
  // Reads the record back: whether the method did what it is there for.
  base::Task<Response> Confirm(Answered acted);
  bool ChoseHow() const;
  Response Verify(const odoo::Answer& read, const odoo::Answer* acted) const;
  // Reads what the method says it made.
  base::Task<Response> Collect(Answered acted);

  Invoker& invoker_;
  const plan::Plan& plan_;
  const odoo::Session& session_;
  const plan::Call& call_;
  const contract::Method& method_;
  const contract::Action& action_;
};

}  // namespace gateway::engine
