// One unary call: reads exactly one message, runs it through the engine, answers exactly once.
#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include <atomic>

#include "access/access.h"
#include "engine/engine.h"
#include "observe/event.h"
#include "status/status.h"

namespace gateway::rpc {

// What all calls share; outlives them.
struct Services {
  // All that is served, of whichever instance.
  const contract::Catalog& catalog;
  const engine::Backends& backends;
  engine::Engine& engine;
  const access::Access& access;
  observe::Observer& observer;
  status::Options status;
  // Whether grpc.reflection is served.
  bool reflection;
  // Calls that have not been answered yet.
  std::atomic<int>& unanswered;
};

// Who makes the call, counted against its rate. Only where not everybody may call.
base::Result<const access::Caller*> Authenticate(const Services& services,
                                                 const grpc::CallbackServerContext& context);

// The reactor of a call; deletes itself when gRPC is done with it.
grpc::ServerGenericBidiReactor* StartUnaryCall(const Services& services,
                                               grpc::GenericCallbackServerContext& context);

}  // namespace gateway::rpc
