#include "observe/audit.h"

#include <algorithm>
#include <span>
#include <utility>

#include "observe/json.h"

namespace gateway::observe {
namespace {

constexpr std::size_t kNameBytes = 256;
// As many as a batch may make.
constexpr std::size_t kMostDone = 1000;
// As many as a call may name; only what was refused named more.
constexpr std::size_t kMostRefused = 100;

bool MayWrite(Operation operation) {
  return operation == Operation::kCreate || operation == Operation::kUpdate ||
         operation == Operation::kDelete || operation == Operation::kBatchCreate ||
         operation == Operation::kCall;
}

std::string_view OutcomeOf(const CallFinished& event) {
  if (event.code == base::Code::kOk) return "done";
  return event.reason == base::Reason::kOutcomeUnknown ? "unknown" : "not_done";
}

void AddIds(const CallFinished& event, JsonLine& line) {
  const std::size_t most = event.code == base::Code::kOk ? kMostDone : kMostRefused;
  const auto cut = [most](std::span<const std::int64_t> ids) {
    return ids.first(std::min(ids.size(), most));
  };
  line.Numbers("ids", cut(event.ids)).Numbers("result_ids", cut(event.result_ids));
  if (event.ids.size() > most || event.result_ids.size() > most) line.True("ids_cut");
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
  if (event.validate_only) line.True("validate_only");
  AddIds(event, line);
  name("code", base::CodeName(event.code));
  if (event.code != base::Code::kOk) name("reason", base::InfoOf(event.reason).name);
  return std::move(line).Take();
}

}  // namespace

AuditObserver::AuditObserver(LineWriter write, Clock clock)
    : write_(std::move(write)), clock_(std::move(clock)) {}

void AuditObserver::Observe(const Event& event) {
  const auto* call = std::get_if<CallFinished>(&event);
  if (call == nullptr || (call->validate_only && call->code == base::Code::kOk)) return;
  const auto operation = call->operation;
  if (operation && MayWrite(*operation)) write_(Level::kInfo, LineOf(*call, *operation, clock_()));
}

}  // namespace gateway::observe
