#include "rpc/health.h"

#include <utility>

namespace gateway::rpc {

Health::Health(std::vector<grpc::HealthCheckServiceInterface*> ports) : ports_(std::move(ports)) {
  Tell("", true);
}

void Health::Set(const engine::Backend& backend, const Serves& serves) {
  for (const auto& method : backend.catalog.methods()) {
    const std::string& name = method->service;
    auto& serving = serving_[name];
    const bool is_serving = serves(method->record->model);
    serving.erase(&backend);
    if (is_serving) serving.insert(&backend);
    Tell(backend.name + "/" + name, is_serving);
    Tell(name, !serving.empty());
  }
}

void Health::Shutdown() {
  for (auto* port : ports_) port->Shutdown();
}

void Health::Tell(const std::string& service, bool serving) {
  for (auto* port : ports_) port->SetServingStatus(service, serving);
}

}  // namespace gateway::rpc
