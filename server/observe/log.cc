#include "observe/log.h"

#include <spdlog/fmt/fmt.h>

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "observe/json.h"
#include "observe/traceback.h"

namespace gateway::observe {
namespace {

using base::Code;

// Bytes of each text when escaped; all fields of a call together stay below kMaxLineBytes.
constexpr std::size_t kNameBytes = 256;
constexpr std::size_t kDetailBytes = 1024;
constexpr std::size_t kMessageBytes = 4096;
constexpr std::size_t kDebugBytes = 8192;
static_assert(9 * kNameBytes + 2 * kMessageBytes + kDebugBytes + 1024 < kMaxLineBytes);

constexpr std::array<std::string_view, 4> kLevelNames = {"debug", "info", "warn", "error"};

// By code: what the caller did is information, what the operator may have to look at is not.
constexpr std::array<Level, 17> kLevels = {
    Level::kInfo,   // OK
    Level::kInfo,   // CANCELLED
    Level::kError,  // UNKNOWN
    Level::kInfo,   // INVALID_ARGUMENT
    Level::kWarn,   // DEADLINE_EXCEEDED
    Level::kInfo,   // NOT_FOUND
    Level::kInfo,   // ALREADY_EXISTS
    Level::kInfo,   // PERMISSION_DENIED
    Level::kWarn,   // RESOURCE_EXHAUSTED
    Level::kInfo,   // FAILED_PRECONDITION
    Level::kInfo,   // ABORTED
    Level::kInfo,   // OUT_OF_RANGE
    Level::kInfo,   // UNIMPLEMENTED
    Level::kError,  // INTERNAL
    Level::kWarn,   // UNAVAILABLE
    Level::kError,  // DATA_LOSS
    Level::kInfo,   // UNAUTHENTICATED
};

// Events that are counted but tell the log nothing: a call's line comes when it is finished, with
// its reason.
std::optional<Level> LevelOf(const CallStarted&) { return std::nullopt; }
std::optional<Level> LevelOf(const UpstreamLoad&) { return std::nullopt; }
std::optional<Level> LevelOf(const FaultSeen&) { return std::nullopt; }
std::optional<Level> LevelOf(const RequestRefused&) { return std::nullopt; }
std::optional<Level> LevelOf(const ModelSurveyed&) { return std::nullopt; }
std::optional<Level> LevelOf(const CredentialSurveyed&) { return std::nullopt; }
// Whoever drops lines tells it in a line of its own, once there is room.
std::optional<Level> LevelOf(const LogDropped&) { return std::nullopt; }

std::optional<Level> LevelOf(const CallFinished& event) {
  return kLevels[static_cast<std::size_t>(event.code)];
}
std::optional<Level> LevelOf(const OdooCallFinished&) { return Level::kDebug; }
std::optional<Level> LevelOf(const InstanceChanged& event) {
  return event.state == InstanceChanged::State::kConnected ? Level::kInfo : Level::kWarn;
}
std::optional<Level> LevelOf(const ContractDrift& event) {
  return event.missing.empty() && event.retyped.empty() ? Level::kInfo : Level::kWarn;
}
std::optional<Level> LevelOf(const CertificateChanged& event) {
  const bool expired = event.expires <= std::chrono::system_clock::now();
  return event.taken && !expired ? Level::kInfo : Level::kWarn;
}
std::optional<Level> LevelOf(const GrpcLogged& event) {
  if (event.severity != GrpcLogged::Severity::kError) return std::nullopt;
  // What a caller did, or the machine: gRPC does not say which.
  return Level::kWarn;
}
std::optional<Level> LevelOf(const Started&) { return Level::kInfo; }
std::optional<Level> LevelOf(const Stopping&) { return Level::kInfo; }

}  // namespace

// One line under way.
struct Draft {
  Level least;
  JsonLine line;

  Draft& Event(std::string_view name) { return Name("event", name); }
  Draft& Name(std::string_view key, std::string_view value) { return Text(key, value, kNameBytes); }
  Draft& Text(std::string_view key, std::string_view value, std::size_t limit) {
    line.Text(key, value, limit);
    return *this;
  }
};

namespace {

std::string_view ReasonName(const CallFinished& event) {
  return event.code == Code::kOk ? std::string_view() : base::InfoOf(event.reason).name;
}

void Write(const CallFinished& event, Draft* draft) {
  draft->Event("call")
      .Name("request_id", event.request_id)
      .Name("trace_id", event.trace_id)
      .Name("peer", event.peer)
      .Name("caller", event.caller)
      .Name("method", event.path)
      .Name("instance", event.instance)
      .Name("model", event.model)
      .Name("operation", event.operation ? NameOf(*event.operation) : std::string_view())
      .Name("code", base::CodeName(event.code))
      .Name("reason", ReasonName(event));
  draft->line.Milliseconds("duration_ms", event.duration)
      .Count("request_bytes", event.request_bytes)
      .Count("response_bytes", event.response_bytes)
      .Text("message", event.message, kMessageBytes)
      .Text("odoo_message", event.odoo_message, kMessageBytes);
  if (draft->least == Level::kDebug) {
    draft->Text("debug", WithoutRows(event.debug), kDebugBytes);
  }
}

void Write(const OdooCallFinished& event, Draft* draft) {
  draft->Event("odoo_call")
      .Name("request_id", event.request_id)
      .Name("trace_id", event.trace_id)
      .Name("instance", event.instance)
      .Name("model", event.model)
      .Name("operation", NameOf(event.operation))
      .Name("outcome", NameOf(event.outcome))
      .Name("transport", event.transport)
      .line.Milliseconds("duration_ms", event.duration);
}

void Write(const InstanceChanged& event, Draft* draft) {
  const bool connected = event.state == InstanceChanged::State::kConnected;
  draft->Event("instance")
      .Name("instance", event.instance)
      .Name("state", connected ? "connected" : "degraded")
      .Name("version", event.version)
      .Name("protocol", event.protocol)
      .Text("detail", event.detail, kDetailBytes);
}

void Write(const ContractDrift& event, Draft* draft) {
  draft->Event("contract_drift")
      .Name("instance", event.instance)
      .Name("model", event.model)
      .Text("missing", event.missing, kDetailBytes)
      .Text("retyped", event.retyped, kDetailBytes);
}

void Write(const CertificateChanged& event, Draft* draft) {
  draft->Event("certificate")
      .Name("state", event.taken ? "taken" : "refused")
      .Text("detail", event.detail, kDetailBytes)
      .line.Time("expires", event.expires);
}

void Write(const GrpcLogged& event, Draft* draft) {
  draft->Event("grpc").Name("source", event.source).Text("message", event.message, kDetailBytes);
}

void Write(const Started& event, Draft* draft) {
  draft->Event("started")
      .Name("version", event.version)
      .Name("listen", event.listen)
      .Name("metrics_listen", event.metrics_listen);
}

void Write(const Stopping& event, Draft* draft) {
  draft->Event("stopping").Text("detail", event.detail, kDetailBytes);
}

// Events without a level.
void Write(const auto&, Draft*) {}

}  // namespace

std::string_view LevelName(Level level) { return kLevelNames[static_cast<std::size_t>(level)]; }

LogObserver::LogObserver(Level least, LineWriter write, Clock clock)
    : least_(least), write_(std::move(write)), clock_(std::move(clock)) {}

bool LogObserver::HoldsBack(const CallFinished& event, Draft* draft) {
  if (event.code != Code::kUnauthenticated) return false;
  const auto held_back = unauthenticated_.Pass(clock_());
  if (held_back && *held_back > 0) draft->line.Count("held_back", *held_back);
  return !held_back;
}

bool LogObserver::HoldsBack(const GrpcLogged& event, Draft* draft) {
  const std::size_t place = std::hash<std::string_view>()(event.source) % grpc_.size();
  const auto suppressed = grpc_[place].Pass(clock_());
  if (suppressed && *suppressed > 0) draft->line.Count("suppressed", *suppressed);
  return !suppressed;
}

void LogObserver::Observe(const Event& event) {
  std::visit(
      [this](const auto& some) {
        const std::optional<Level> level = LevelOf(some);
        if (!level || *level < least_) return;
        Draft draft{.least = least_, .line = {}};
        draft.line.Time("ts", clock_());
        draft.Name("level", LevelName(*level));
        if (HoldsBack(some, &draft)) return;
        Write(some, &draft);
        write_(*level, std::move(draft.line).Take());
      },
      event);
}

}  // namespace gateway::observe
