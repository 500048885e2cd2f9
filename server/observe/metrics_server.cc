#include "observe/metrics_server.h"

#include <prometheus/exposer.h>
#include <prometheus/registry.h>

#include <exception>
#include <utility>
#include <vector>

namespace gateway::observe {

namespace {

// civetweb gives each connection a thread until its request is answered, so a client that sends or
// reads slowly holds one. With this many threads, that many slow clients less one do not delay a
// scrape; with more, each lot of them delays it by the timeout at most. Further connections wait:
// 20 in civetweb's queue, then in the kernel's.
constexpr const char* kThreads = "32";
// For the whole request, and for each moment without progress of the answer. A lost packet is sent
// again within a second.
constexpr const char* kRequestTimeoutMs = "2000";

std::vector<std::string> OptionsFor(const std::string& address) {
  return {"listening_ports",    address,          "num_threads", kThreads,
          "request_timeout_ms", kRequestTimeoutMs};
}

}  // namespace

struct MetricsServer::Impl {
  // The exposer keeps only weak pointers.
  std::shared_ptr<prometheus::Registry> registry;
  prometheus::Exposer exposer;

  Impl(const std::string& address, std::shared_ptr<prometheus::Registry> collected)
      : registry(std::move(collected)), exposer(OptionsFor(address)) {
    exposer.RegisterCollectable(registry);
  }
};

base::Result<MetricsServer> MetricsServer::Start(const std::string& address,
                                                 const MetricsObserver& metrics) try {
  return MetricsServer(std::make_unique<Impl>(address, metrics.registry()));
} catch (const std::exception&) {
  // civetweb's words ("null context when constructing CivetServer...") help nobody.
  return base::Fail(base::Reason::kInvalidFieldValue,
                    "cannot serve metrics on " + address +
                        ": the port is taken, or the host is no address of this machine; choose "
                        "another address, or none");
}

MetricsServer::MetricsServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
MetricsServer::MetricsServer(MetricsServer&&) noexcept = default;
MetricsServer& MetricsServer::operator=(MetricsServer&&) noexcept = default;
MetricsServer::~MetricsServer() = default;

int MetricsServer::port() const {
  const std::vector<int> ports = impl_->exposer.GetListeningPorts();
  return ports.empty() ? 0 : ports.front();
}

}  // namespace gateway::observe
