// Update: one record, read back in the same transaction.
#include "engine/asked.h"
#include "engine/operations/operations.h"
#include "engine/response.h"

namespace gateway::engine {

using codec::JsonView;
using contract::ResponseRole;

Response Answer(const plan::Plan& plan, const odoo::Session& session, const plan::Write& write,
                JsonView result) {
  auto record = RecordAsked(result, write.id);
  if (!record) return std::move(record.failure());
  if (!*record) return NotFound(plan, write.id);
  ResponseBuilder builder(plan, session);
  if (write.read.empty()) {
    builder.BareRecord(ResponseRole::kRecord, write.id);
  } else if (!builder.Record(ResponseRole::kRecord, write.read, **record)) {
    return builder.Malformed();
  }
  return builder.Finish();
}

base::Task<Response> Run(Invoker& invoker, const plan::Write& body) {
  const odoo::Call call = odoo::CallOf(invoker.plan(), invoker.resolved());
  auto answer = co_await invoker.Invoke(call, true);
  if (!answer) co_return std::move(answer.failure());
  co_return Confirmed(Answer(invoker.plan(), invoker.session(), body, answer->result()));
}

}  // namespace gateway::engine
