// All rooms put together, in the order in which they depend on each other.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "config/config.h"
#include "engine/engine.h"
#include "main/catalogs.h"
#include "main/drift_watch.h"
#include "observe/log.h"
#include "observe/metrics.h"
#include "observe/metrics_server.h"
#include "rpc/grpc_log.h"
#include "rpc/server.h"
#include "tls/reloader.h"

namespace gateway {

class Gateway {
 public:
  Gateway(const config::Config& config, Catalogs catalogs, std::string_view version);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  // Listens, whether or not Odoo can be reached.
  base::Status Start();
  // Lets calls under way end.
  void Stop(std::string_view why);

 private:
  // One Odoo, and what is observed of it.
  struct Member {
    Member(const std::string& its_name, const contract::Catalog& its_catalog,
           observe::Observer& observers)
        : name(its_name), catalog(its_catalog), observer(its_name, observers) {}

    const std::string name;
    const contract::Catalog& catalog;
    observe::InstanceObserver observer;
    // Loop thread.
    DriftWatch drift_watch;
    std::unique_ptr<engine::Instance> instance;
  };

  base::Status StartAudit();
  base::Status StartTls();
  std::string MetricsAddress() const;
  void StartInstances();
  void OnConnection(Member& member, const engine::Connection& connection);
  void Survey(Member& member, const engine::Connection& connection);

  const config::Config& config_;
  const Catalogs catalogs_;
  const std::string version_;
  const access::Access access_;
  std::shared_ptr<observe::MetricsObserver> metrics_;
  const observe::LineWriter log_writer_;
  observe::Observers observers_;
  // Set once the observers are complete.
  std::optional<rpc::GrpcLogScope> grpc_log_;
  std::optional<observe::MetricsServer> metrics_server_;
  http::Loop loop_;
  std::vector<std::unique_ptr<Member>> members_;
  // Of the members; set while the server may listen.
  std::unique_ptr<engine::Backends> backends_;
  std::unique_ptr<engine::Engine> engine_;
  rpc::Calls calls_;
  rpc::Arrivals arrivals_;
  // Null: no TLS.
  std::unique_ptr<tls::Reloader> tls_;
  std::unique_ptr<rpc::Server> server_;
  // Null until it listens; instances may be connected before.
  std::atomic<rpc::Server*> listening_{nullptr};
};

}  // namespace gateway
