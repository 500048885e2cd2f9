// Get: one record; nothing there is RECORD_NOT_FOUND.
#include "engine/operations/operations.h"
#include "engine/response.h"

namespace gateway::engine {

base::Task<Response> Run(Invoker& invoker, const plan::Read& body) {
  const odoo::Call call = odoo::CallOf(invoker.plan(), invoker.resolved());
  auto answer = co_await invoker.Invoke(call, false);
  if (!answer) co_return std::move(answer.failure());
  co_return Answer(invoker.plan(), invoker.session(), body, answer->result());
}

Response Answer(const plan::Plan& plan, const odoo::Session& session, const plan::Read& body,
                codec::JsonView result) {
  return OneRecord(plan, session, body.read, body.id, result);
}

}  // namespace gateway::engine
