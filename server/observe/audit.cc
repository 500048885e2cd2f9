#include "observe/audit.h"

#include <utility>

#include "observe/json.h"

namespace gateway::observe {
namespace {

constexpr std::size_t kNameBytes = 256;

bool MayWrite(Operation operation) {
  return operation == Operation::kCreate || operation == Operation::kUpdate ||
         operation == Operation::kDelete || operation == Operation::kBatchCreate ||
         operation == Operation::kCall;
}

std::string_view OutcomeOf(const CallFinished& event) {
  if (event.code == base::Code::kOk) return "done";
  return event.reason == base::Reason::kOutcomeUnknown ? "unknown" : "not_done";
}

std::string LineOf(const CallFinished& event, Operation operation,
                   std::chrono::system_clock::time_point now) {
  JsonLine line;
  const auto name = [&line](std::string_view key, std::string_view value) {
    line.Text(key, value, kNameBytes);
  };
  line.Time("ts", now);
  name("event", "audit");
  name("outcome", OutcomeOf(event));
  name("caller", event.caller);
  name("peer", event.peer);
  name("request_id", event.request_id);
  name("trace_id", event.trace_id);
  name("instance", event.instance);
  name("method", event.path);
  name("model", event.model);
  name("operation", NameOf(operation));
  line.Numbers("ids", event.ids).Numbers("result_ids", event.result_ids);
  name("code", base::CodeName(event.code));
  if (event.code != base::Code::kOk) name("reason", base::InfoOf(event.reason).name);
  return std::move(line).Take();
}

}  // namespace

AuditObserver::AuditObserver(LineWriter write, Clock clock)
    : write_(std::move(write)), clock_(std::move(clock)) {}

void AuditObserver::Observe(const Event& event) {
  const auto* call = std::get_if<CallFinished>(&event);
  if (call == nullptr || call->validate_only) return;
  const auto operation = call->operation;
  if (operation && MayWrite(*operation)) write_(Level::kInfo, LineOf(*call, *operation, clock_()));
}

}  // namespace gateway::observe
