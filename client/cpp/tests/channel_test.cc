#include "odoo_gateway/channel.h"

#include <atomic>
#include <mutex>

#include <gmock/gmock.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

namespace odoo_gateway {
namespace {

using grpc::StatusCode;

// Fails each call with one code, and counts them.
class Failing final : public grpc::CallbackGenericService {
 public:
  explicit Failing(StatusCode code) : code_(code) {}

  int calls() const { return calls_; }

 private:
  class Reactor final : public grpc::ServerGenericBidiReactor {
   public:
    explicit Reactor(StatusCode code) { Finish({code, "no"}); }
    void OnDone() override { delete this; }
  };

  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext*) override {
    ++calls_;
    return new Reactor(code_);
  }

  const StatusCode code_;
  std::atomic<int> calls_ = 0;
};

int CallsMade(StatusCode code, const std::string& method, const ChannelOptions& options = {}) {
  Failing service(code);
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterCallbackGenericService(&service);
  const auto server = builder.BuildAndStart();
  grpc::GenericStub stub(CreateChannel("127.0.0.1:" + std::to_string(port), options));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  const grpc::Slice nothing;
  const grpc::ByteBuffer request(&nothing, 1);
  grpc::ByteBuffer response;
  std::mutex done;
  done.lock();
  grpc::Status status;
  stub.UnaryCall(&context, method, {}, &request, &response, [&](grpc::Status ended) {
    status = std::move(ended);
    done.unlock();
  });
  done.lock();
  EXPECT_EQ(status.error_code(), code);
  server->Shutdown(std::chrono::system_clock::now());
  return service.calls();
}

constexpr char kRead[] = "/odoo.contacts.v1.PartnerService/GetPartner";
constexpr char kCreate[] = "/odoo.contacts.v1.PartnerService/CreatePartner";
constexpr char kAction[] = "/odoo.account.v1.InvoiceService/RegisterPayment";

TEST(Retries, ReadsWhereNobodyIsThere) { EXPECT_EQ(CallsMade(StatusCode::UNAVAILABLE, kRead), 4); }

TEST(Retries, NoWriteThatMayHaveHappened) {
  EXPECT_EQ(CallsMade(StatusCode::UNAVAILABLE, kCreate), 1);
  EXPECT_EQ(CallsMade(StatusCode::UNKNOWN, kCreate), 1);
  EXPECT_EQ(CallsMade(StatusCode::UNAVAILABLE, kAction), 1);
}

TEST(Retries, WritesThatOdooRolledBack) { EXPECT_EQ(CallsMade(StatusCode::ABORTED, kCreate), 4); }

TEST(Retries, NothingThatStaysWrong) {
  EXPECT_EQ(CallsMade(StatusCode::INVALID_ARGUMENT, kRead), 1);
}

TEST(Retries, AsAConfigOfTheCallerSays) {
  ChannelOptions options;
  options.service_config = "{}";
  EXPECT_EQ(CallsMade(StatusCode::UNAVAILABLE, kRead, options), 1);
}

}  // namespace
}  // namespace odoo_gateway
