// grpc.health.v1: the server itself ("") always serves; a service does where any instance has it,
// and `INSTANCE/SERVICE` tells of one instance. gRPC answers the questions, this decides what it
// says.
#pragma once

#include <grpcpp/health_check_service_interface.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/backends.h"

namespace gateway::rpc {

// Whether a model can be used.
using Serves = std::function<bool(std::string_view model)>;

// One thread.
class Health {
 public:
  // Of each port that is asked; they outlive this.
  explicit Health(std::vector<grpc::HealthCheckServiceInterface*> ports);

  void Set(const engine::Backend& backend, const Serves& serves);
  // Nothing serves any more, whatever Set says later.
  void Shutdown();

 private:
  void Tell(const std::string& service, bool serving);

  const std::vector<grpc::HealthCheckServiceInterface*> ports_;
  // By service, the instances where it can be called.
  std::map<std::string_view, std::set<const engine::Backend*>> serving_;
};

}  // namespace gateway::rpc
