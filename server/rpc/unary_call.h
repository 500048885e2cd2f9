// One unary call: reads exactly one message, runs it through the engine, answers exactly once.
#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include "access/access.h"
#include "engine/engine.h"
#include "observe/event.h"
#include "rpc/arrivals.h"
#include "rpc/calls.h"
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
  Calls& calls;
  Arrivals& arrivals;
};

// The reactor of a call; deletes itself when gRPC is done with it.
grpc::ServerGenericBidiReactor* StartUnaryCall(const Services& services,
                                               grpc::GenericCallbackServerContext& context);

}  // namespace gateway::rpc
