#include "main/gateway.h"

#include <array>
#include <utility>

#include "main/options.h"
#include "observe/audit.h"
#include "observe/file_writer.h"
#include "schema/drift.h"

namespace gateway {
namespace {

constexpr std::chrono::milliseconds kStopGrace{20000};
constexpr std::chrono::seconds kArrivalTime{60};
constexpr std::string_view kStderr = "stderr";

observe::Level LevelOf(config::LogLevel level) {
  using observe::Level;
  constexpr std::array<Level, 4> kLevels = {Level::kDebug, Level::kInfo, Level::kWarn,
                                            Level::kError};
  return kLevels[static_cast<std::size_t>(level)];
}

rpc::ClientCertificate ClientCertificateOf(const config::Tls& tls) {
  if (tls.client_ca_file.empty()) return rpc::ClientCertificate::kNone;
  return tls.client_certificate == config::ClientCertificate::kRequire
             ? rpc::ClientCertificate::kRequired
             : rpc::ClientCertificate::kOptional;
}

std::vector<std::string> NamesOf(const std::vector<config::Caller>& callers) {
  std::vector<std::string> names;
  names.reserve(callers.size());
  for (const config::Caller& caller : callers) names.push_back(caller.name);
  return names;
}

std::shared_ptr<observe::MetricsObserver> MakeMetrics(const config::Config& config,
                                                      const Catalogs& catalogs,
                                                      std::string_view version) {
  std::vector<observe::ServedInstance> instances;
  for (const config::Instance& instance : config.instances) {
    auto& served = instances.emplace_back(
        observe::ServedInstance{instance.name, {}, instance.max_in_flight, instance.max_waiting});
    for (const auto& method : catalogs.Of(instance.name).methods()) {
      served.methods.push_back({method->path, method->record->model, method->operation});
    }
  }
  return std::make_shared<observe::MetricsObserver>(instances, version, NamesOf(config.callers));
}

// Shared: a log's last lines may be counted after all else is gone.
observe::DropCounter DropsOf(std::shared_ptr<observe::MetricsObserver> metrics,
                             observe::LogDropped::Log log) {
  return [metrics = std::move(metrics), log](std::size_t lines) {
    metrics->Observe(observe::LogDropped{lines, log});
  };
}

using KnownRights = decltype(observe::ModelSurveyed::rights);

KnownRights RightsOf(const engine::Survey& survey, const std::string& model) {
  KnownRights rights;
  static_assert(rights.size() == base::kRightCount);
  const auto access = survey.access.find(model);
  if (access == survey.access.end()) return rights;
  for (std::size_t i = 0; i < rights.size(); ++i) {
    if (access->second.known.test(i)) rights[i] = access->second.granted.test(i);
  }
  return rights;
}

}  // namespace

Gateway::Gateway(const config::Config& config, Catalogs catalogs, std::string_view version)
    : config_(config),
      catalogs_(std::move(catalogs)),
      version_(version),
      access_(config.callers, catalogs_.Distinct()),
      metrics_(MakeMetrics(config, catalogs_, version)),
      log_writer_(observe::StderrWriter(DropsOf(metrics_, observe::LogDropped::Log::kOrdinary))),
      observers_({metrics_,
                  std::make_shared<observe::LogObserver>(LevelOf(config.log_level), log_writer_)}),
      calls_(config.max_pending_bytes),
      arrivals_(kArrivalTime, std::chrono::seconds(1)) {}

Gateway::~Gateway() {
  if (server_ != nullptr) server_->Stop(std::chrono::milliseconds(0));
  // No call runs any more; the instances must not find the server gone.
  members_.clear();
}

void Gateway::StartInstances() {
  std::vector<engine::Backend> backends;
  for (const config::Instance& instance : config_.instances) {
    const contract::Catalog& catalog = catalogs_.Of(instance.name);
    members_.push_back(std::make_unique<Member>(instance.name, catalog, observers_));
    Member& member = *members_.back();
    member.instance = std::make_unique<engine::Instance>(
        loop_, InstanceOptionsOf(config_, instance, catalog), member.observer,
        [this, &member](const auto& changed) { OnConnection(member, changed); });
    backends.push_back({instance.name, catalog, *member.instance});
  }
  backends_ = std::make_unique<engine::Backends>(std::move(backends));
}

base::Status Gateway::StartAudit() {
  if (config_.audit_log.empty()) return base::Done{};
  if (config_.audit_log == kStderr) {
    observers_.Add(std::make_shared<observe::AuditObserver>(log_writer_));
    return base::Done{};
  }
  auto writer =
      observe::FileWriter(config_.audit_log, DropsOf(metrics_, observe::LogDropped::Log::kAudit));
  if (!writer) return std::move(writer.failure());
  observers_.Add(std::make_shared<observe::AuditObserver>(std::move(*writer)));
  return base::Done{};
}

base::Status Gateway::StartTls() {
  const config::Tls& files = config_.tls;
  if (!files.enabled()) return base::Done{};
  auto tls = tls::Reloader::Start(
      {files.certificate_file, files.key_file, files.client_ca_file}, files.reload_interval,
      [this](const tls::News& news) {
        observers_.Observe(observe::CertificateChanged{news.taken, news.problem, news.expires});
      });
  if (!tls) return std::move(tls.failure());
  tls_ = std::move(*tls);
  return base::Done{};
}

base::Status Gateway::Start() {
  if (auto started = StartAudit(); !started) return started;
  grpc_log_.emplace(observers_);
  if (auto started = StartTls(); !started) return started;
  if (!config_.metrics_listen.empty()) {
    auto metrics_server = observe::MetricsServer::Start(config_.metrics_listen, *metrics_);
    if (!metrics_server) return std::move(metrics_server.failure());
    metrics_server_ = std::move(*metrics_server);
  }
  StartInstances();
  engine_ = std::make_unique<engine::Engine>(
      loop_, engine::EngineOptions{.default_timeout = config_.default_timeout}, observers_);
  auto server = rpc::Server::Start({.listen = config_.listen,
                                    .tls = tls_.get(),
                                    .client_certificate = ClientCertificateOf(config_.tls),
                                    .max_request_bytes = config_.max_request_bytes,
                                    .max_response_bytes = config_.max_answer_bytes,
                                    .max_arriving_bytes = config_.max_pending_bytes,
                                    .max_streams = config_.max_streams,
                                    .max_connection_age = config_.max_connection_age,
                                    .health_listen = config_.health_listen},
                                   {*catalogs_.all,
                                    *backends_,
                                    *engine_,
                                    access_,
                                    observers_,
                                    {config_.error_debug},
                                    config_.reflection,
                                    calls_,
                                    arrivals_});
  if (!server) return std::move(server.failure());
  server_ = std::move(*server);
  listening_ = server_.get();
  // On the loop, so that no older state overwrites a newer one.
  loop_.Post([this] {
    for (const auto& member : members_) OnConnection(*member, *member->instance->connection());
  });
  observers_.Observe(observe::Started{version_, server_->address(), MetricsAddress()});
  return base::Done{};
}

// With the port that was taken.
std::string Gateway::MetricsAddress() const {
  const std::string& asked = config_.metrics_listen;
  return metrics_server_
             ? asked.substr(0, asked.rfind(':') + 1) + std::to_string(metrics_server_->port())
             : asked;
}

void Gateway::OnConnection(Member& member, const engine::Connection& connection) {
  Survey(member, connection);
  rpc::Server* server = listening_;
  if (server == nullptr) return;
  server->SetServing(*backends_->Find(member.name),
                     [&](std::string_view model) { return connection.Serves(model); });
}

// Facts of the connected Odoo as metrics. They stay as they are while it cannot be reached.
void Gateway::Survey(Member& member, const engine::Connection& connection) {
  if (connection.session == nullptr || !connection.reachable) return;
  const odoo::Session& session = *connection.session;
  const auto drifts = schema::DriftOf(member.catalog, session.version, *session.schema);
  member.drift_watch.Tell(drifts, member.observer);
  for (const std::string& model : member.catalog.models()) {
    const auto drift = drifts.find(model);
    const bool available = drift != drifts.end();
    observe::ModelSurveyed event{model, available, available ? drift->second.unusable() : 0};
    // The survey may be older than the session, of a time when the model was there.
    if (available && connection.survey != nullptr)
      event.rights = RightsOf(*connection.survey, model);
    member.observer.Observe(event);
  }
  if (connection.survey == nullptr) return;
  // Another key's expiry says nothing of a password.
  const bool has_key = !session.credentials.api_key.empty();
  const auto expiry = has_key ? connection.survey->FirstExpiry() : odoo::Expiry();
  member.observer.Observe(observe::CredentialSurveyed{expiry});
}

void Gateway::Stop(std::string_view why) {
  observers_.Observe(observe::Stopping{why});
  server_->Stop(kStopGrace);
}

}  // namespace gateway
