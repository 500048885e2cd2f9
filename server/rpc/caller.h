// Who calls, and by which id the call is found again in logs and errors.
#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include <string>

namespace gateway::rpc {

// The caller's `x-request-id` where it is 1 to 128 letters, digits or `-_.:`, otherwise a new one.
std::string RequestIdOf(const grpc::CallbackServerContext& context);

// The peer's address without its port, for example `ipv4:127.0.0.1`.
std::string CallerOf(const grpc::CallbackServerContext& context);

}  // namespace gateway::rpc
