// Answers of all protocols -> results. What the messages are, protocol.cc knows.
#include <array>

#include "odoo/error_answer.h"
#include "odoo/protocol.h"
#include "odoo/xmlrpc_document.h"

namespace gateway::odoo {
namespace {

using base::Reason;
using simdjson::dom::element;
using ResultOrFailure = base::Result<element>;

// Deeper documents are refused by simdjson before anything recurses.
constexpr std::size_t kMaxDepth = 64;

base::Failure Foreign(const Reply& reply, const ContextMaker& context) {
  return ClassifyHttp(reply.status, reply.content_type, reply.body, reply.retry_after, context());
}

// Odoo's None.
element Null() {
  static simdjson::dom::parser parser;
  static const element null = parser.parse(std::string_view("null"));
  return null;
}

base::Failure AnswersAnotherCall(element root, std::int64_t asked) {
  base::Failure failure = base::Fail(
      Reason::kMalformedResponse,
      "The answer that arrived does not belong to this call: it lacks the call's JSON-RPC id.");
  std::int64_t id = 0;
  const bool numbered = root["id"].get(id) == simdjson::SUCCESS;
  failure.debug = "JSON-RPC id: sent " + std::to_string(asked) + ", answered " +
                  (numbered ? std::to_string(id) : "none");
  return failure;
}

// A missing `result` is Odoo's None.
ResultOrFailure ResultOfJsonRpc(const Reply& reply, element root, const ContextMaker& context) {
  if (!IsJsonRpc(root)) return Foreign(reply, context);
  if (reply.message_id && !HasMessageId(root, *reply.message_id)) {
    return AnswersAnotherCall(root, *reply.message_id);
  }
  if (auto fault = FaultOfJsonRpc(reply.status, root)) {
    return Classify(*std::move(fault), context());
  }
  element result;
  return root["result"].get(result) == simdjson::SUCCESS ? result : Null();
}

ResultOrFailure ResultOfJson2(const Reply& reply, element root, const ContextMaker& context) {
  if (reply.status >= 200 && reply.status < 300) return root;
  if (auto fault = FaultOfJson2(reply.status, root)) return Classify(*std::move(fault), context());
  return Foreign(reply, context);
}

// Odoo committed, then could not write the result down.
ResultOrFailure ResultOfUnsent(Unsent unsent, const Fault& fault) {
  if (unsent == Unsent::kNone) return Null();
  base::Failure failure =
      base::Fail(Reason::kMalformedResponse,
                 "Odoo executed the call, but XML-RPC cannot carry its result. Connect over "
                 "JSON-RPC, or leave out the field that holds it.");
  failure.debug = fault.debug;
  return failure;
}

ResultOrFailure ResultOfXmlRpc(const Reply& reply, element root, const ContextMaker& context) {
  element result;
  if (root["params"].at(0).get(result) == simdjson::SUCCESS) return result;
  auto fault = FaultOfXmlRpc(reply.status, root);
  if (!fault) return Foreign(reply, context);
  const Unsent unsent = UnsentResult(*fault);
  return unsent == Unsent::kNo ? Classify(*std::move(fault), context())
                               : ResultOfUnsent(unsent, *fault);
}

// Not PAYLOAD_TOO_LARGE: that says that Odoo did nothing.
base::Failure TooLarge() {
  return base::Fail(Reason::kMalformedResponse,
                    "Odoo's answer does not fit into memory; ask for less at once.");
}

struct Strategy {
  // The body as JSON; null where it is that.
  std::string (*json)(std::string_view body);
  bool (*fits)(std::string_view body);
  ResultOrFailure (*result)(const Reply&, element, const ContextMaker&);
};

// By Protocol.
constexpr std::array<Strategy, 3> kStrategies = {{
    {nullptr, nullptr, &ResultOfJsonRpc},
    {nullptr, nullptr, &ResultOfJson2},
    {&JsonOfXmlRpc, &FitsTree, &ResultOfXmlRpc},
}};

}  // namespace

base::Result<Answer> Decode(const Reply& reply, Protocol protocol, const ContextMaker& context) {
  const Strategy& strategy = kStrategies[static_cast<std::size_t>(protocol)];
  if (strategy.fits != nullptr && !strategy.fits(reply.body)) return TooLarge();
  std::string converted;
  if (strategy.json != nullptr) converted = strategy.json(reply.body);
  std::string& json = strategy.json == nullptr ? reply.body : converted;
  auto parser = std::make_shared<simdjson::dom::parser>();
  if (parser->allocate(json.size(), kMaxDepth) != simdjson::SUCCESS) return TooLarge();
  json.reserve(json.size() + simdjson::SIMDJSON_PADDING);
  element root;
  if (parser->parse(json.data(), json.size(), false).get(root) != simdjson::SUCCESS) {
    return Foreign(reply, context);
  }
  auto result = strategy.result(reply, root, context);
  if (!result) return std::move(result.failure());
  return Answer(std::move(parser), *result);
}

}  // namespace gateway::odoo
