// The gRPC server: every served contract behind one generic service, health and reflection.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "rpc/credentials.h"
#include "rpc/unary_call.h"

namespace gateway::rpc {

struct ServerOptions {
  // `host:port`; port 0 takes a free one.
  std::string listen;
  std::size_t max_request_bytes = std::size_t{16} << 20;
  std::size_t max_response_bytes = std::size_t{64} << 20;
  // Outlives the server. Null: no TLS.
  const tls::Reloader* tls = nullptr;
  ClientCertificate client_certificate = ClientCertificate::kNone;
};

using Serves = std::function<bool(std::string_view model)>;

class Server {
 public:
  // Listens when it returns. `services` and what it refers to must outlive the server.
  static base::Result<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                     Services services);
  virtual ~Server() = default;

  // With the port that was taken.
  virtual const std::string& address() const = 0;
  // grpc.health.v1: the server itself ("") is always serving; `INSTANCE/SERVICE` is where `serves`
  // says so of the service's model, and `SERVICE` where any instance does. None is at first. One
  // thread.
  virtual void SetServing(const engine::Backend& backend, const Serves& serves) = 0;
  // Lets the calls under way end until `grace` is over, then cancels them and closes every
  // connection. Health says NOT_SERVING from the start, whatever SetServing says later, so that
  // callers go elsewhere.
  virtual void Stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace gateway::rpc
