// Serves metrics over HTTP for Prometheus to fetch.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "observe/metrics.h"

namespace gateway::observe {

// Has threads of its own; they take up to two seconds to end.
class MetricsServer {
 public:
  // Serves `http://<address>/metrics` until destroyed. `address` is `host:port`, the host numeric;
  // port 0: any free one.
  static base::Result<MetricsServer> Start(const std::string& address,
                                           const MetricsObserver& metrics);

  MetricsServer(MetricsServer&&) noexcept;
  MetricsServer& operator=(MetricsServer&&) noexcept;
  ~MetricsServer();

  int port() const;

 private:
  struct Impl;
  explicit MetricsServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gateway::observe
