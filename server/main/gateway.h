// All rooms put together, in the order in which they depend on each other.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string_view>

#include "access/access.h"
#include "config/config.h"
#include "contract/catalog.h"
#include "engine/engine.h"
#include "main/drift_watch.h"
#include "observe/log.h"
#include "observe/metrics.h"
#include "observe/metrics_server.h"
#include "rpc/server.h"
#include "tls/reloader.h"

namespace gateway {

class Gateway {
 public:
  Gateway(const config::Config& config, contract::Catalog catalog, std::string_view version);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  // Listens, whether or not Odoo can be reached.
  base::Status Start();
  // Lets calls under way end.
  void Stop(std::string_view why);

 private:
  base::Status StartTls();
  std::string MetricsAddress() const;
  void OnConnection(const engine::Connection& connection);
  void Survey(const engine::Connection& connection);

  const config::Config& config_;
  const contract::Catalog catalog_;
  const std::string version_;
  const access::Access access_;
  std::shared_ptr<observe::MetricsObserver> metrics_;
  observe::Observers observers_;
  std::optional<observe::MetricsServer> metrics_server_;
  http::Loop loop_;
  std::unique_ptr<engine::Instance> instance_;
  std::unique_ptr<engine::Engine> engine_;
  // Loop thread.
  DriftWatch drift_watch_;
  std::atomic<int> unanswered_{0};
  // Null: no TLS.
  std::unique_ptr<tls::Reloader> tls_;
  std::unique_ptr<rpc::Server> server_;
  // Null until it listens; the instance may be connected before.
  std::atomic<rpc::Server*> listening_{nullptr};
};

}  // namespace gateway
