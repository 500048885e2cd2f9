#include "rpc/server.h"

#include <grpc/grpc.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

#include <algorithm>
#include <array>
#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

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

// For whatever a call may last, and some to spare: what is left then is a caller that never sent
// its request.
constexpr std::chrono::milliseconds kConnectionAgeGrace = std::chrono::minutes(11);

constexpr std::chrono::milliseconds kPollInterval{10};
// For answers on their way out.
constexpr std::chrono::milliseconds kLastAnswers{200};

grpc::Status StatusOf(const Services& services, const grpc::CallbackServerContext& context,
                      const base::Failure& failure) {
  const status::Answer answer = status::Render(failure, RequestIdOf(context), services.status);
  return {static_cast<grpc::StatusCode>(answer.code), answer.message, answer.details};
}

// A stream that ends at once.
class RefusedStream final : public grpc::ServerGenericBidiReactor {
 public:
  explicit RefusedStream(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

// One reflection stream: an answer to each request, until the caller ends it.
class ReflectionStream final : public grpc::ServerGenericBidiReactor {
 public:
  // `caller` null: nobody's rate counts.
  ReflectionStream(const Services& services, const grpc::CallbackServerContext& context,
                   const access::Caller* caller)
      : services_(services), context_(context), caller_(caller) {
    StartRead(&buffer_);
  }

  // A request costs as much as a call, so it counts as one.
  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    if (caller_ != nullptr) {
      if (const auto admitted = caller_->Admit(http::Clock::now()); !admitted)
        return Finish(StatusOf(services_, context_, admitted.failure()));
    }
    buffer_ = ToBuffer(Reflect(services_.catalog, ToString(buffer_)));
    StartWrite(&buffer_);
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    StartRead(&buffer_);
  }
  void OnDone() override { delete this; }

 private:
  const Services& services_;
  const grpc::CallbackServerContext& context_;
  const access::Caller* const caller_;
  grpc::ByteBuffer buffer_;
};

class GenericService final : public grpc::CallbackGenericService {
 public:
  explicit GenericService(const Services& services) : services_(services) {}

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    if (services_.reflection && IsReflection(context->method())) return StartReflection(*context);
    return StartUnaryCall(services_, *context);
  }

 private:
  // Whoever may call at all is told everything that is served.
  grpc::ServerGenericBidiReactor* StartReflection(const grpc::CallbackServerContext& context) {
    if (services_.access.open()) return new ReflectionStream(services_, context, nullptr);
    const auto caller = services_.access.Identify(CredentialsOf(context));
    if (caller) return new ReflectionStream(services_, context, *caller);
    return new RefusedStream(StatusOf(services_, context, caller.failure()));
  }

  const Services services_;
};

std::shared_ptr<grpc::ServerCredentials> TransportOf(const ServerOptions& options) {
  return options.tls == nullptr ? grpc::InsecureServerCredentials()
                                : TlsCredentials(*options.tls, options.client_certificate);
}

// A port that is listened on, and the server behind it.
class Port {
 public:
  bool Listen(const std::string& listen, std::shared_ptr<grpc::ServerCredentials> credentials,
              grpc::ServerBuilder& builder) {
    int port = 0;
    credentials_ = std::move(credentials);
    // Our own generic service answers reflection.
    grpc::EnableDefaultHealthCheckService(true);
    // Another process on the same port would take half of the calls without a word.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddListeningPort(listen, credentials_, &port);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port == 0) return false;
    address_ = listen.substr(0, listen.rfind(':') + 1) + std::to_string(port);
    return true;
  }

  bool listens() const { return server_ != nullptr; }
  const std::string& address() const { return address_; }
  grpc::HealthCheckServiceInterface* health() const { return server_->GetHealthCheckService(); }

  // Tells callers to open no more calls here, and lets those under way end until `grace` is over;
  // `settle` returns when they did, or is to end them. Connections that carry no call do not count.
  void Close(std::chrono::milliseconds grace, const std::function<void()>& settle) {
    if (!listens()) return;
    const auto end = std::chrono::system_clock::now() + grace + 2 * kLastAnswers;
    auto closed = std::async(std::launch::async, [&] { server_->Shutdown(end); });
    settle();
    if (closed.wait_for(kLastAnswers) == std::future_status::timeout)
      grpc_server_cancel_all_calls(server_->c_server());
    closed.wait();
    server_->Wait();
  }

 private:
  // gRPC itself lets go of them once it listens.
  std::shared_ptr<grpc::ServerCredentials> credentials_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

void SetLimits(const ServerOptions& options, grpc::ServerBuilder& builder) {
  // gRPC counts a message's bytes after decompression: a small request could fill all memory.
  for (const auto algorithm : {GRPC_COMPRESS_DEFLATE, GRPC_COMPRESS_GZIP})
    builder.SetCompressionAlgorithmSupportStatus(algorithm, false);
  // What is on its way in. Beyond it, gRPC ends streams, so calls that nobody has seen yet.
  builder.SetResourceQuota(grpc::ResourceQuota("odoo-gateway").Resize(options.max_arriving_bytes));
  builder.SetMaxReceiveMessageSize(static_cast<int>(options.max_request_bytes));
  builder.SetMaxSendMessageSize(static_cast<int>(options.max_response_bytes));
  const std::pair<const char*, std::int64_t> arguments[] = {
      {GRPC_ARG_MAX_CONCURRENT_STREAMS, options.max_streams},
      {GRPC_ARG_MAX_CONNECTION_AGE_MS, options.max_connection_age.count()},
      {GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, kConnectionAgeGrace.count()},
  };
  for (const auto& [name, value] : arguments)
    builder.AddChannelArgument(name, static_cast<int>(value));
}

class GrpcServer final : public Server {
 public:
  explicit GrpcServer(const Services& services)
      : calls_(services.calls), backends_(services.backends), service_(services) {}
  ~GrpcServer() override { Stop(std::chrono::milliseconds(0)); }

  base::Status Listen(const ServerOptions& options) {
    grpc::ServerBuilder builder;
    builder.RegisterCallbackGenericService(&service_);
    SetLimits(options, builder);
    if (!port_.Listen(options.listen, TransportOf(options), builder))
      return CannotListen(options.listen, "--listen");
    std::vector<grpc::HealthCheckServiceInterface*> health = {port_.health()};
    if (!options.health_listen.empty()) {
      grpc::ServerBuilder alone;
      alone.RegisterCallbackGenericService(&nothing_);
      if (!health_port_.Listen(options.health_listen, grpc::InsecureServerCredentials(), alone))
        return CannotListen(options.health_listen, "--health-listen");
      health.push_back(health_port_.health());
    }
    health_ = std::make_unique<Health>(std::move(health));
    for (const engine::Backend& backend : backends_.all())
      SetServing(backend, [](std::string_view) { return false; });
    return base::Done{};
  }

  const std::string& address() const override { return port_.address(); }
  const std::string& health_address() const override { return health_port_.address(); }

  void SetServing(const engine::Backend& backend, const Serves& serves) override {
    health_->Set(backend, serves);
  }

  void Stop(std::chrono::milliseconds grace) override {
    if (stopped_) return;
    stopped_ = true;
    // Unlike Set, it lasts: news of Odoo may still come.
    if (health_) health_->Shutdown();
    port_.Close(grace, [this, grace] {
      if (!Answered(grace)) calls_.CancelAll();
      Answered(kLastAnswers);
    });
    health_port_.Close(std::chrono::milliseconds(0), [] {});
  }

 private:
  // Whether all calls are, after `patience` at the latest.
  bool Answered(std::chrono::milliseconds patience) const {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (calls_.count() > 0) {
      if (std::chrono::steady_clock::now() >= end) return false;
      std::this_thread::sleep_for(kPollInterval);
    }
    return true;
  }

  static base::Failure CannotListen(const std::string& address, std::string_view flag) {
    return Fail(Reason::kUpstreamUnavailable,
                "Cannot listen on " + address +
                    ": the address is in use or not this machine's. Choose another " +
                    std::string(flag) + ".");
  }

  Calls& calls_;
  const engine::Backends& backends_;
  GenericService service_;
  // Refuses every call: gRPC starts no server that has nothing to serve.
  grpc::CallbackGenericService nothing_;
  Port port_;
  // Health alone, without TLS.
  Port health_port_;
  std::unique_ptr<Health> health_;
  bool stopped_ = false;
};

}  // namespace

base::Result<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                                    Services services) {
  auto server = std::make_unique<GrpcServer>(services);
  if (auto listens = server->Listen(options); !listens) return std::move(listens.failure());
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace gateway::rpc
