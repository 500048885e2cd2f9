// Requests of any bytes: refused with a reason, or a plan whose calls are JSON and XML.
#include "odoo/protocol.h"
#include "odoo/xmlrpc_document.h"
#include "plan/plan.h"
#include "target.h"

namespace gateway::fuzz {
namespace {

void CheckBody(const plan::Plan& plan, odoo::Protocol protocol) {
  odoo::Session session;
  session.protocol = protocol;
  const codec::ResolvedIds none;
  const bool wizard = plan.method->action.wizard.has_value();
  const odoo::Call call = wizard ? odoo::WizardCall(plan, none) : odoo::CallOf(plan, none);
  const auto message = odoo::Encode(call, session, 1);
  Require(message.ok(), "a plan writes no key twice");
  const bool xml = protocol == odoo::Protocol::kXmlRpc;
  const std::string json = xml ? odoo::JsonOfXmlRpc(message->body) : message->body;
  simdjson::dom::parser parser;
  Require(parser.parse(json).error() == simdjson::SUCCESS, "a call is JSON or XML-RPC");
}

void Check(const Input& input) {
  const contract::Method& method = MethodOf(input.Word(0, ""));
  const codec::Target target = TargetOf(VersionOf(input.Word(1, "18")));
  const auto plan = plan::MakePlan(test::BuiltIn(), method, target, input.bytes);
  if (!plan) {
    Require(plan.failure().reason != base::Reason::kUnspecified, "a refusal has a reason");
    Require(!plan.failure().message.empty(), "a refusal has a message");
    return;
  }
  CheckBody(*plan, odoo::Protocol::kJsonRpc);
  CheckBody(*plan, odoo::Protocol::kJson2);
  CheckBody(*plan, odoo::Protocol::kXmlRpc);
  const plan::RequestPaths paths(*plan);
  for (const plan::NamedField& field : plan::FieldsOf(*plan, {})) {
    paths.Of(field.odoo_path);
  }
  paths.Of(input.bytes);
}

}  // namespace
}  // namespace gateway::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  gateway::fuzz::Check(gateway::fuzz::Split(data, size));
  return 0;
}
