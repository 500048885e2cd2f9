// Delete: `unlink` of one record.
#include "engine/operations/operations.h"
#include "engine/response.h"

namespace gateway::engine {
// Models without record rules let `unlink` succeed on ids that are not there, so the gateway looks
// first. What it cannot see may still be hidden by a rule: Odoo is asked all the same and has the
// last word.
base::Task<Response> Run(Invoker& invoker, const plan::Unlink& body) {
  plan::Domain domain = plan::All({});
  domain.children.push_back(plan::Where({"id", "=", {body.id}, {}, {}}));
  const odoo::Call looking = odoo::ExistsCall(invoker.plan(), domain);
  auto seen = co_await invoker.Invoke(looking, false);
  if (!seen) co_return std::move(seen.failure());
  const odoo::Call call = odoo::CallOf(invoker.plan(), invoker.resolved());
  auto answer = co_await invoker.Invoke(call, true);
  if (!answer) co_return std::move(answer.failure());
  if (seen->result().Integer() == 0) co_return NotFound(invoker.plan(), body.id);
  co_return ResponseBuilder(invoker.plan(), invoker.session()).Finish();
}

}  // namespace gateway::engine
