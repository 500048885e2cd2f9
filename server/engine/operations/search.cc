// Search: a page of records, and how many the whole query finds if that is asked for.
#include "engine/asked.h"
#include "engine/operations/operations.h"
#include "engine/response.h"
#include "plan/page_token.h"

namespace gateway::engine {
namespace {

using codec::JsonView;
using contract::ResponseRole;

base::Task<base::Result<std::int64_t>> Total(Invoker& invoker, const plan::Search& search) {
  const odoo::Call call = odoo::CountCall(invoker.plan(), search.domain, invoker.resolved());
  auto answer = co_await invoker.Invoke(call, false);
  if (!answer) co_return std::move(answer.failure());
  co_return CountIn(answer->result());
}

}  // namespace

// web_search_read: {length, records}. One record more than the page means that there is a next
// page.
Response Answer(const plan::Plan& plan, const odoo::Session& session, const plan::Search& search,
                JsonView result, std::optional<std::int64_t> total) {
  const auto records = result.Member("records");
  if (!records) return MalformedResult("web_search_read answered no records");
  auto ids = RecordIdsIn(*records);
  if (!ids) return std::move(ids.failure());
  auto page = CheckPage(search, *ids);
  if (!page) return std::move(page.failure());
  ResponseBuilder builder(plan, session);
  const auto size = static_cast<std::size_t>(search.page_size);
  if (!builder.Records(search.read, *records, size)) return builder.Malformed();
  if (ids->size() > size) {
    const std::int64_t position =
        search.keyset ? (*ids)[size - 1] : search.offset + search.page_size;
    builder.Text(ResponseRole::kNextPageToken,
                 plan::EncodePageToken({search.fingerprint, position}));
  }
  if (total) builder.Integer(ResponseRole::kTotalSize, *total);
  return builder.Finish();
}

base::Task<Response> Run(Invoker& invoker, const plan::Search& body) {
  const odoo::Call call = odoo::CallOf(invoker.plan(), invoker.resolved());
  auto answer = co_await invoker.Invoke(call, false);
  if (!answer) co_return std::move(answer.failure());
  std::optional<std::int64_t> total;
  if (body.count_total) {
    auto counted = co_await Total(invoker, body);
    if (!counted) co_return std::move(counted.failure());
    total = *counted;
  }
  co_return Answer(invoker.plan(), invoker.session(), body, answer->result(), total);
}

}  // namespace gateway::engine
