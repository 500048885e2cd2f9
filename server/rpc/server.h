// The gRPC server: every served contract behind one generic service, health and reflection.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "rpc/credentials.h"
#include "rpc/health.h"
#include "rpc/unary_call.h"

namespace gateway::rpc {

struct ServerOptions {
  // `host:port`; port 0 takes a free one.
  std::string listen;
  // Outlives the server. Null: no TLS.
  const tls::Reloader* tls = nullptr;
  ClientCertificate client_certificate = ClientCertificate::kNone;
  std::size_t max_request_bytes = std::size_t{16} << 20;
  std::size_t max_response_bytes = std::size_t{64} << 20;
  // Of all requests that are on their way in, and what gRPC needs for connections and calls.
  std::size_t max_arriving_bytes = std::size_t{256} << 20;
  // Calls that one connection may have open at once; gRPC keeps further ones at the caller.
  std::size_t max_streams = 1000;
  // After that a connection takes no more calls: a caller that balances looks its servers up again.
  std::chrono::milliseconds max_connection_age = std::chrono::minutes(30);
  // `host:port` where health alone is served, without TLS; empty: nowhere.
  std::string health_listen = {};
};

class Server {
 public:
  // Listens when it returns. `services` and what it refers to must outlive the server.
  static base::Result<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                     Services services);
  virtual ~Server() = default;

  // With the port that was taken.
  virtual const std::string& address() const = 0;
  // Likewise; empty where health has no port of its own.
  virtual const std::string& health_address() const = 0;
  // What health says of the instance's services, by their models. None is served at first. One
  // thread.
  virtual void SetServing(const engine::Backend& backend, const Serves& serves) = 0;
  // Lets the calls under way end until `grace` is over, then cancels them and closes every
  // connection. Health says NOT_SERVING from the start, whatever SetServing says later, so that
  // callers go elsewhere.
  virtual void Stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace gateway::rpc
