#include "rpc/server.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <thread>

#include "rpc/bytes.h"
#include "rpc/caller.h"
#include "rpc/reflection.h"

namespace gateway::rpc {
namespace {

using base::Fail;
using base::Reason;

constexpr std::array<std::string_view, 2> kReflectionMethods = {
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
};

bool IsReflection(std::string_view method) {
  return std::ranges::find(kReflectionMethods, method) != kReflectionMethods.end();
}

constexpr std::chrono::milliseconds kPollInterval{10};
// For answers on their way out.
constexpr std::chrono::milliseconds kLastAnswers{200};

// Health of services, by the facts of each instance.
class Health {
 public:
  explicit Health(grpc::HealthCheckServiceInterface& service) : service_(service) {
    service_.SetServingStatus("", true);
  }

  void Set(const engine::Backend& backend, const Serves& serves) {
    for (const auto& method : backend.catalog.methods()) {
      const std::string& name = method->service;
      auto& serving = serving_[name];
      const bool is_serving = serves(method->record->model);
      serving.erase(&backend);
      if (is_serving) serving.insert(&backend);
      service_.SetServingStatus(backend.name + "/" + name, is_serving);
      service_.SetServingStatus(name, !serving.empty());
    }
  }

 private:
  grpc::HealthCheckServiceInterface& service_;
  // By service, the instances where it can be called.
  std::map<std::string_view, std::set<const engine::Backend*>> serving_;
};

// A stream that ends at once.
class RefusedStream final : public grpc::ServerGenericBidiReactor {
 public:
  explicit RefusedStream(status::Answer answer) {
    Finish({static_cast<grpc::StatusCode>(answer.code), std::move(answer.message),
            std::move(answer.details)});
  }
  void OnDone() override { delete this; }
};

// One reflection stream: an answer to each request, until the caller ends it.
class ReflectionStream final : public grpc::ServerGenericBidiReactor {
 public:
  explicit ReflectionStream(const contract::Catalog& catalog) : catalog_(catalog) {
    StartRead(&buffer_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    buffer_ = ToBuffer(Reflect(catalog_, ToString(buffer_)));
    StartWrite(&buffer_);
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    StartRead(&buffer_);
  }
  void OnDone() override { delete this; }

 private:
  const contract::Catalog& catalog_;
  grpc::ByteBuffer buffer_;
};

class GenericService final : public grpc::CallbackGenericService {
 public:
  explicit GenericService(Services services) : services_(std::move(services)) {}

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    if (services_.reflection && IsReflection(context->method())) return StartReflection(*context);
    return StartUnaryCall(services_, *context);
  }

 private:
  // Whoever may call at all is told everything that is served.
  grpc::ServerGenericBidiReactor* StartReflection(const grpc::CallbackServerContext& context) {
    if (services_.access.open()) return new ReflectionStream(services_.catalog);
    const auto caller = Authenticate(services_, context);
    if (caller) return new ReflectionStream(services_.catalog);
    return new RefusedStream(
        status::Render(caller.failure(), RequestIdOf(context), services_.status));
  }

  const Services services_;
};

std::shared_ptr<grpc::ServerCredentials> CredentialsOf(const ServerOptions& options) {
  return options.tls == nullptr ? grpc::InsecureServerCredentials()
                                : TlsCredentials(*options.tls, options.client_certificate);
}

class GrpcServer final : public Server {
 public:
  explicit GrpcServer(Services services)
      : unanswered_(services.unanswered), backends_(services.backends), service_(services) {}
  ~GrpcServer() override { Stop(std::chrono::milliseconds(0)); }

  bool Listen(const ServerOptions& options) {
    // Our own generic service answers reflection.
    grpc::EnableDefaultHealthCheckService(true);
    grpc::ServerBuilder builder;
    int port = 0;
    credentials_ = CredentialsOf(options);
    builder.AddListeningPort(options.listen, credentials_, &port);
    builder.RegisterCallbackGenericService(&service_);
    builder.SetMaxReceiveMessageSize(static_cast<int>(options.max_request_bytes));
    builder.SetMaxSendMessageSize(static_cast<int>(options.max_response_bytes));
    // Another process on the same port would take half of the calls without a word.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port == 0) return false;
    address_ = options.listen.substr(0, options.listen.rfind(':') + 1) + std::to_string(port);
    health_.emplace(*server_->GetHealthCheckService());
    for (const engine::Backend& backend : backends_.all())
      SetServing(backend, [](std::string_view) { return false; });
    return true;
  }

  const std::string& address() const override { return address_; }

  void SetServing(const engine::Backend& backend, const Serves& serves) override {
    health_->Set(backend, serves);
  }

  void Stop(std::chrono::milliseconds grace) override {
    if (server_ == nullptr || stopped_) return;
    stopped_ = true;
    // Unlike SetServingStatus, it lasts: news of Odoo may still come.
    server_->GetHealthCheckService()->Shutdown();
    // Counted by ourselves: gRPC's own grace period also waits for connections that carry no call.
    const auto end = std::chrono::steady_clock::now() + grace;
    while (unanswered_ > 0 && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(kPollInterval);
    server_->Shutdown(std::chrono::system_clock::now() + kLastAnswers);
    server_->Wait();
  }

 private:
  std::atomic<int>& unanswered_;
  const engine::Backends& backends_;
  GenericService service_;
  // gRPC itself lets go of them once it listens.
  std::shared_ptr<grpc::ServerCredentials> credentials_;
  std::unique_ptr<grpc::Server> server_;
  std::optional<Health> health_;
  std::string address_;
  bool stopped_ = false;
};

}  // namespace

base::Result<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                                    Services services) {
  auto server = std::make_unique<GrpcServer>(services);
  if (server->Listen(options)) return std::unique_ptr<Server>(std::move(server));
  return Fail(Reason::kUpstreamUnavailable,
              "Cannot listen on " + options.listen +
                  ": the address is in use or not this machine's. Choose another --listen.");
}

}  // namespace gateway::rpc
