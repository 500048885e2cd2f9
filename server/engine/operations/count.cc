// Count: how many records a query finds.
#include "engine/asked.h"
#include "engine/operations/operations.h"
#include "engine/response.h"

namespace gateway::engine {
base::Task<Response> Run(Invoker& invoker, const plan::Count& body) {
  const odoo::Call call = odoo::CallOf(invoker.plan(), invoker.resolved());
  auto answer = co_await invoker.Invoke(call, false);
  if (!answer) co_return std::move(answer.failure());
  co_return Answer(invoker.plan(), invoker.session(), body, answer->result());
}

Response Answer(const plan::Plan& plan, const odoo::Session& session, const plan::Count&,
                codec::JsonView result) {
  auto count = CountIn(result);
  if (!count) return std::move(count.failure());
  ResponseBuilder builder(plan, session);
  builder.Integer(contract::ResponseRole::kCount, *count);
  return builder.Finish();
}

}  // namespace gateway::engine
