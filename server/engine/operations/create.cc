// Create and BatchCreate: one transaction, all records or none.
#include "engine/asked.h"
#include "engine/operations/operations.h"
#include "engine/response.h"

namespace gateway::engine {

using codec::JsonView;
using contract::ResponseRole;

// Ids alone, or the one record that was read back in the same transaction.
Response Answer(const plan::Plan& plan, const odoo::Session& session, const plan::Create& create,
                JsonView result) {
  const bool read_back = !create.read.empty();
  auto ids = read_back ? RecordIdsIn(result) : IdsIn(result);
  if (!ids) return std::move(ids.failure());
  auto made = CheckMade(*ids, create.values.size());
  if (!made) return std::move(made.failure());
  ResponseBuilder builder(plan, session);
  if (read_back) {
    const bool good = builder.Record(ResponseRole::kRecord, create.read, *FirstRecord(result));
    return good ? Response(builder.Finish()) : builder.Malformed();
  }
  for (const std::int64_t id : *ids) {
    if (create.batch) {
      builder.Integer(ResponseRole::kIds, id);
    } else {
      builder.BareRecord(ResponseRole::kRecord, id);
    }
  }
  return builder.Finish();
}

base::Task<Response> Run(Invoker& invoker, const plan::Create& body) {
  const odoo::Call call = odoo::CallOf(invoker.plan(), invoker.resolved());
  auto answer = co_await invoker.Invoke(call, true);
  if (!answer) co_return std::move(answer.failure());
  co_return Confirmed(Answer(invoker.plan(), invoker.session(), body, answer->result()));
}

}  // namespace gateway::engine
