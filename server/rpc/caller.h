// Who calls, and by which id the call is found again in logs and errors.
#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include <string>

#include "access/access.h"
#include "engine/trace.h"

namespace gateway::rpc {

// The caller's `x-request-id` where it is 1 to 128 letters, digits or `-_.:`, otherwise a new one.
std::string RequestIdOf(const grpc::CallbackServerContext& context);

// That id, and the trace context in `traceparent` and `tracestate`.
engine::Trace TraceOf(const grpc::CallbackServerContext& context);

// The peer's address without its port, for example `ipv4:127.0.0.1`.
std::string PeerOf(const grpc::CallbackServerContext& context);

// The bearer token that was sent, and the names of the client certificate that was verified. Views
// live as long as the context.
access::Credentials CredentialsOf(const grpc::CallbackServerContext& context);

}  // namespace gateway::rpc
