#include "observe/audit.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "observe/json.h"

namespace gateway::observe {
namespace {

constexpr std::size_t kMaxNameBytes = 256;
// As many as a batch may make.
constexpr std::size_t kMostDone = 1000;
// As many as a call may name; only what was refused named more.
constexpr std::size_t kMostRefused = 100;

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

std::string LineOf(const CallFinished& event, Operation operation, std::uint64_t held_back,
                   std::chrono::system_clock::time_point now) {
  JsonLine line;
  const auto name = [&line](std::string_view key, std::string_view value) {
    line.Text(key, value, kMaxNameBytes);
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
  if (held_back > 0) line.Count("held_back", held_back);
  return std::move(line).Take();
}

}  // namespace

AuditObserver::AuditObserver(LineWriter write, Clock clock)
    : write_(std::move(write)), clock_(std::move(clock)) {}

void AuditObserver::Observe(const Event& event) {
  const auto* call = std::get_if<CallFinished>(&event);
  if (call == nullptr || (call->validate_only && call->code == base::Code::kOk)) return;
  const auto operation = call->operation;
  if (!operation || !base::Writes(*operation)) return;
  std::optional<std::uint64_t> held_back = 0;
  if (call->code == base::Code::kUnauthenticated) held_back = strangers_.Pass(clock_());
  if (held_back) write_(Level::kInfo, LineOf(*call, *operation, *held_back, clock_()));
}

}  // namespace gateway::observe
