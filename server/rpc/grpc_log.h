// gRPC's own log, as events (observe::GrpcLogged) instead of text on stderr. gRPC logs what anybody
// can cause, a failed handshake for example, so it must neither fill the log nor break its form.
#pragma once

#include "observe/event.h"

namespace gateway::rpc {

// From now on gRPC's messages are log lines (observe/log.h): written to stderr directly as long as
// there is no GrpcLogScope, before the gateway's log begins and after it ended. Call it before
// gRPC is used.
void CaptureGrpcLog();

// While it lives, gRPC's messages go to `observer`. One at a time; any thread.
class GrpcLogScope {
 public:
  explicit GrpcLogScope(observe::Observer& observer);
  // Returns when no message is being observed any more.
  ~GrpcLogScope();
  GrpcLogScope(const GrpcLogScope&) = delete;
  GrpcLogScope& operator=(const GrpcLogScope&) = delete;
};

}  // namespace gateway::rpc
