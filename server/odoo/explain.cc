#include "odoo/explain.h"

#include <string_view>

#include "odoo/fault_load.h"

namespace gateway::odoo {
namespace {

// Odoo writes `"jsonrpc": "2.0"` first; the names of exceptions are in JSON-2 alone.
Protocol ProtocolOf(std::string_view body) {
  const std::size_t begin = body.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos || body[begin] == '<') return Protocol::kXmlRpc;
  const std::string_view head = body.substr(begin, 64);
  return head.find("\"jsonrpc\"") == std::string_view::npos ? Protocol::kJson2 : Protocol::kJsonRpc;
}

std::optional<base::Failure> FailureInResult(simdjson::dom::element result,
                                             const FaultContext& context) {
  bool accepted = true;
  if (context.method == "load") return FailureOfLoad(result, context);
  const bool told = result.get(accepted) == simdjson::SUCCESS;
  if (context.method == "authenticate" && told && !accepted) return RejectedLogin();
  return std::nullopt;
}

}  // namespace

std::optional<base::Failure> FailureIn(const Reply& reply, std::optional<Protocol> protocol,
                                       const FaultContext& context) {
  const auto answer =
      Decode(reply, protocol ? *protocol : ProtocolOf(reply.body), [&context] { return context; });
  if (!answer) return answer.failure();
  return FailureInResult(answer->element(), context);
}

}  // namespace gateway::odoo
