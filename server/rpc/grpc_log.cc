#include "rpc/grpc_log.h"

#include <grpc/support/log.h>
#include <unistd.h>

#include <array>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "observe/descriptor.h"
#include "observe/log.h"

namespace gateway::rpc {
namespace {

using observe::GrpcLogged;

// gRPC says so before it aborts the process.
constexpr std::string_view kLastMessage = "assertion failed";
// Begins what a caller sent in a header: `Error parsing metadata: error=... key=... value=...`.
constexpr std::string_view kHeaderValue = " value=";

void WriteToStderr(observe::Level /*level*/, std::string_view line) {
  observe::WriteAll(STDERR_FILENO, std::string(line) + "\n");
}

struct Receiver {
  // Shared while a message is observed.
  std::shared_mutex mutex;
  // Null: there is no scope.
  observe::Observer* scope = nullptr;
  observe::LogObserver direct{observe::Level::kInfo, WriteToStderr};
};

// Never destroyed: gRPC's threads may log until the process ends.
Receiver& TheReceiver() {
  static auto& receiver = *new Receiver;
  return receiver;
}

GrpcLogged::Severity SeverityOf(gpr_log_severity severity) {
  using Severity = GrpcLogged::Severity;
  constexpr std::array<Severity, 3> kSeverities = {Severity::kDebug, Severity::kInfo,
                                                   Severity::kError};
  return kSeverities[static_cast<std::size_t>(severity)];
}

// "file.cc:12" of the path that gRPC was built with.
std::string SourceOf(const gpr_log_func_args& args) {
  const std::string_view path = args.file;
  return std::string(path.substr(path.rfind('/') + 1)) + ":" + std::to_string(args.line);
}

void Receive(gpr_log_func_args* args) {
  const std::string source = SourceOf(*args);
  std::string_view message = args->message;
  message = message.substr(0, message.find(kHeaderValue));
  Receiver& receiver = TheReceiver();
  const std::shared_lock lock(receiver.mutex);
  // The gateway's log writes from a thread of its own, which an abort does not wait for.
  const bool direct = receiver.scope == nullptr || message.starts_with(kLastMessage);
  observe::Observer& observer = direct ? receiver.direct : *receiver.scope;
  observer.Observe(GrpcLogged{SeverityOf(args->severity), source, message});
}

void Direct(observe::Observer* observer) {
  Receiver& receiver = TheReceiver();
  const std::unique_lock lock(receiver.mutex);
  receiver.scope = observer;
}

}  // namespace

void CaptureGrpcLog() { gpr_set_log_function(Receive); }

GrpcLogScope::GrpcLogScope(observe::Observer& observer) { Direct(&observer); }

GrpcLogScope::~GrpcLogScope() { Direct(nullptr); }

}  // namespace gateway::rpc
