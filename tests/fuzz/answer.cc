// Answers of any bytes to calls of every operation, over the protocol that the build names: a
// status that fits the trailers, or a response that protobuf can read.
#include <set>

#include "engine/operations/operations.h"
#include "engine/response.h"
#include "google/rpc/status.pb.h"
#include "odoo/protocol.h"
#include "status/status.h"
#include "target.h"

namespace gateway::fuzz {
namespace {

// Of the record that requests name.
constexpr std::int64_t kAskedId = 1;

// What a create cannot do without.
std::string ValuesText(const contract::Values& values) {
  std::string text;
  for (const contract::ValuesField& entry : values.fields) {
    if (!entry.field->required) continue;
    const bool reference = entry.field->shape == contract::Shape::kRef;
    text += entry.field->name + (reference ? " { id: 1 } " : ": 'A' ");
  }
  return "values { " + text + "}";
}

// The smallest good request of each operation, and one that reads.
std::string RequestOf(const contract::Method& method) {
  using contract::Operation;
  static const std::map<Operation, std::string> kRequests = {
      {Operation::kUpdate, "id: 1 read_mask { paths: 'display_name' }"},
      {Operation::kGet, "id: 1"},
      {Operation::kDelete, "id: 1"}};
  const auto known = kRequests.find(method.operation);
  if (known != kRequests.end()) return test::RequestBytes(method, known->second);
  std::string text = method.values == nullptr ? "" : ValuesText(*method.values);
  if (method.number(contract::RequestRole::kId) != 0) text += " id: 1";
  if (method.number(contract::RequestRole::kIds) != 0) text += " ids: 1";
  return test::RequestBytes(method, text);
}

engine::Response ResponseOf(const plan::Plan& plan, codec::JsonView result) {
  const odoo::Session session;
  return std::visit(
      [&](const auto& body) -> engine::Response {
        using Body = std::decay_t<decltype(body)>;
        // What `unlink` answers is not looked at.
        if constexpr (std::is_same_v<Body, plan::Unlink>) {
          return engine::ResponseBuilder(plan, session).Finish();
        } else if constexpr (std::is_same_v<Body, plan::Call>) {
          return engine::Answer(plan, session, body, {kAskedId}, result);
        } else if constexpr (std::is_same_v<Body, plan::Search>) {
          return engine::Answer(plan, session, body, result, result.Integer());
        } else {
          return engine::Answer(plan, session, body, result);
        }
      },
      plan.body);
}

odoo::FaultContext ContextOf(const odoo::Call& call, const std::vector<plan::NamedField>& fields) {
  odoo::FaultContext context = odoo::ContextOf(call);
  for (const plan::NamedField& field : fields) {
    context.fields.push_back(field.odoo_path);
    for (const std::string& text : field.texts)
      context.values.push_back({field.odoo_path, field.model, field.comodel, text});
  }
  return context;
}

void CheckFailure(const base::Failure& failure) {
  constexpr std::size_t kDetails = 6000;
  Require(failure.reason != base::Reason::kUnspecified, "a fault has a reason");
  const status::Answer answer = status::Render(failure, "r-1", {.debug = true});
  google::rpc::Status status;
  Require(status.ParseFromString(answer.details), "protobuf reads the status");
  Require(answer.details.size() <= kDetails, "the status fits the trailers");
}

// The response is about the record that every request names, and no id comes twice.
void CheckIds(const plan::Plan& plan, const test::Json& response) {
  const std::string asked = std::to_string(kAskedId);
  const bool creates = std::holds_alternative<plan::Create>(plan.body);
  if (!creates && response.contains("record"))
    Require(response["record"]["id"] == asked, "the record is the one that was asked for");
  std::set<std::string> ids;
  for (const test::Json& record : response.value("records", test::Json::array()))
    Require(ids.insert(record["id"]).second, "a record comes once");
}

void Check(Input input) {
  const contract::Method& method = MethodOf(input.Word(0, ""));
  const codec::Target target = TargetOf(VersionOf(input.Word(1, "18")));
  const int status = std::atoi(input.Word(2, "200").c_str());
  const auto plan = plan::MakePlan(test::BuiltIn(), method, target, RequestOf(method));
  Require(plan.ok(), "the request is good");
  const codec::ResolvedIds none;
  const bool action = std::holds_alternative<plan::Call>(plan->body);
  const odoo::Call call = action ? odoo::ActionCall(*plan, {}) : odoo::CallOf(*plan, none);
  const auto fields = plan::FieldsOf(*plan, none);
  const odoo::Reply reply{status, "application/json", "", input.bytes};
  const auto answer =
      odoo::Decode(reply, odoo::Protocol::PROTOCOL, [&] { return ContextOf(call, fields); });
  if (!answer) return CheckFailure(answer.failure());
  const auto response = ResponseOf(*plan, answer->result());
  if (!response) return CheckFailure(response.failure());
  const auto message = test::NewMessage(*test::DescriptorOf(method).output_type());
  Require(message->ParseFromString(*response), "protobuf reads the response");
  CheckIds(*plan, test::ToJson(*message));
}

}  // namespace
}  // namespace gateway::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  gateway::fuzz::Check(gateway::fuzz::Split(data, size));
  return 0;
}
