// The gRPC server by itself: what its health says while it comes and goes.
#include "rpc/server.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <future>
#include <thread>

#include "fake_odoo.h"
#include "rpc/bytes.h"

namespace gateway::rpc {
namespace {

using namespace std::chrono_literals;
using test::BuiltIn;
using test::Eventually;

constexpr std::string_view kPartners = "odoo.contacts.v1.PartnerService";
constexpr std::string_view kGetPartner = "/odoo.contacts.v1.PartnerService/GetPartner";

// As in grpc.health.v1.HealthCheckResponse; kNone where there is no answer.
enum HealthStatus { kNone = 0, kServing = 1, kNotServing = 2 };

grpc::Status Call(const std::string& address, std::string_view method, const std::string& request,
                  std::string* response) {
  grpc::GenericStub stub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + 10s);
  const grpc::ByteBuffer sent = ToBuffer(request);
  grpc::ByteBuffer received;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, std::string(method), {}, &sent, &received,
                 [&done](grpc::Status status) { done.set_value(std::move(status)); });
  grpc::Status status = done.get_future().get();
  if (status.ok()) *response = ToString(received);
  return status;
}

grpc::Status StatusOf(const std::string& address, std::string_view method) {
  std::string response;
  return Call(address, method, {}, &response);
}

// The messages have one field each, number 1: the service's name, and the status.
HealthStatus HealthOf(const std::string& address, std::string_view service) {
  std::string name("\x0a");
  name.append(1, static_cast<char>(service.size())).append(service);
  std::string response;
  const grpc::Status status = Call(address, "/grpc.health.v1.Health/Check",
                                   service.empty() ? std::string() : name, &response);
  return status.ok() && response.size() == 2 ? static_cast<HealthStatus>(response[1]) : kNone;
}

class ServerTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(Restart({.listen = "127.0.0.1:0"})); }

  bool Restart(const ServerOptions& options) {
    server_.reset();
    auto server = Server::Start(options, services());
    if (server) server_ = std::move(*server);
    return server_ != nullptr;
  }

  Services services() {
    return {BuiltIn(), backends_, engine_, access_, observers_, {}, true, calls_, arrivals_};
  }

  HealthStatus OfItself() const { return HealthOf(server_->address(), ""); }
  HealthStatus OfPartners() const { return HealthOf(server_->address(), kPartners); }

  const engine::Backend& Default() const { return *backends_.Find("default"); }
  const engine::Backend& Shop() const { return *backends_.Find("shop"); }

  Calls calls_{std::size_t{1} << 20};
  Arrivals arrivals_{300ms, 10ms};
  std::unique_ptr<Server> server_;

 private:
  static engine::InstanceOptions Nowhere() {
    engine::InstanceOptions options;
    options.upstream.url = "http://127.0.0.1:1";
    return options;
  }

  const access::Access access_{{}, {}};
  observe::Observers observers_{{}};
  http::Loop loop_;
  engine::Instance instance_{loop_, Nowhere(), observers_, [](const engine::Connection&) {}};
  engine::Instance other_{loop_, Nowhere(), observers_, [](const engine::Connection&) {}};
  engine::Backends backends_{{{"default", BuiltIn(), instance_}, {"shop", BuiltIn(), other_}}};
  engine::Engine engine_{loop_, {}, observers_};
};

TEST_F(ServerTest, HealthIsThatOfEachService) {
  EXPECT_EQ(OfItself(), kServing);
  EXPECT_EQ(OfPartners(), kNotServing);
  server_->SetServing(Shop(), [](std::string_view model) { return model == "res.partner"; });
  EXPECT_EQ(OfPartners(), kServing);
  EXPECT_EQ(HealthOf(server_->address(), "shop/" + std::string(kPartners)), kServing);
  EXPECT_EQ(HealthOf(server_->address(), "default/" + std::string(kPartners)), kNotServing);
  EXPECT_EQ(HealthOf(server_->address(), "odoo.sale.v1.SaleOrderService"), kNotServing);
  EXPECT_EQ(HealthOf(server_->address(), "no.such.Service"), kNone);
  EXPECT_EQ(OfItself(), kServing);
}

TEST_F(ServerTest, AServiceIsThereWhereAnyInstanceHasIt) {
  const Serves all = [](std::string_view) { return true; };
  const Serves none = [](std::string_view) { return false; };
  server_->SetServing(Default(), all);
  server_->SetServing(Shop(), all);
  server_->SetServing(Default(), none);
  EXPECT_EQ(OfPartners(), kServing);
  server_->SetServing(Shop(), none);
  EXPECT_EQ(OfPartners(), kNotServing);
}

// Odoo may come back while the last calls end.
TEST_F(ServerTest, HealthStaysDownWhileItStops) {
  ASSERT_TRUE(Restart({.listen = "127.0.0.1:0", .health_listen = "127.0.0.1:0"}));
  const Serves all = [](std::string_view) { return true; };
  const auto health = [this](std::string_view service) {
    return HealthOf(server_->health_address(), service);
  };
  server_->SetServing(Default(), all);
  ASSERT_EQ(health(kPartners), kServing);
  const auto call = calls_.Begin(std::make_shared<CallSlot>());
  std::thread stopping([this] { server_->Stop(60s); });
  EXPECT_TRUE(Eventually([&] { return health("") == kNotServing; }));
  server_->SetServing(Default(), all);
  EXPECT_EQ(health(kPartners), kNotServing);
  EXPECT_EQ(health(""), kNotServing);
  // Nobody comes in any more.
  EXPECT_TRUE(Eventually([this] { return OfItself() == kNone; }));
  calls_.End(call);
  stopping.join();
}

TEST_F(ServerTest, HealthOnAPortOfItsOwn) {
  ASSERT_TRUE(Restart({.listen = "127.0.0.1:0", .health_listen = "127.0.0.1:0"}));
  server_->SetServing(Default(), [](std::string_view) { return true; });
  EXPECT_EQ(HealthOf(server_->health_address(), ""), kServing);
  EXPECT_EQ(HealthOf(server_->health_address(), kPartners), kServing);
  // Nothing else is there.
  EXPECT_EQ(StatusOf(server_->health_address(), kGetPartner).error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_NE(StatusOf(server_->address(), kGetPartner).error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(ServerTest, HealthPortThatIsTaken) {
  const auto again =
      Server::Start({.listen = "127.0.0.1:0", .health_listen = server_->address()}, services());
  ASSERT_FALSE(again);
  EXPECT_THAT(again.failure().message, testing::HasSubstr("--health-listen"));
}

// A caller that begins a call and sends nothing, or half of it.
class Dawdler final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  Dawdler(grpc::GenericStub& stub, bool sends_message) {
    stub.PrepareBidiStreamingCall(&context_, std::string(kGetPartner), {}, this);
    if (sends_message) StartWrite(&empty_);
    StartCall();
  }
  void OnDone(const grpc::Status& status) override { done_.set_value(status); }
  grpc::Status Wait() { return done_.get_future().get(); }

 private:
  grpc::ClientContext context_;
  const grpc::ByteBuffer empty_ = ToBuffer({});
  std::promise<grpc::Status> done_;
};

TEST_F(ServerTest, WhoeverSendsNothingIsAnswered) {
  grpc::GenericStub stub(
      grpc::CreateChannel(server_->address(), grpc::InsecureChannelCredentials()));
  for (const bool sends_message : {false, true}) {
    Dawdler dawdler(stub, sends_message);
    const grpc::Status status = dawdler.Wait();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
    EXPECT_THAT(status.error_message(), testing::HasSubstr("did not arrive"));
  }
  EXPECT_EQ(calls_.count(), 0U);
}

TEST(CallsTest, HoldAsMuchAsTheyMay) {
  Calls calls(10);
  const auto begin = [&calls] { return calls.Begin(std::make_shared<CallSlot>()); };
  const auto first = begin();
  const auto second = begin();
  const auto third = begin();
  EXPECT_TRUE(calls.Take(first, nullptr, 6));
  EXPECT_FALSE(calls.Take(second, nullptr, 5));
  EXPECT_TRUE(calls.Take(third, nullptr, 4));
  calls.End(first);
  EXPECT_TRUE(calls.Take(second, nullptr, 6));
  EXPECT_EQ(calls.count(), 2U);
}

TEST(CallsTest, LeaveRoomForOtherCallers) {
  const access::Caller shop(config::Caller(), {});
  const access::Caller report(config::Caller(), {});
  Calls calls(10);
  const auto begin = [&calls] { return calls.Begin(std::make_shared<CallSlot>()); };
  const auto first = begin();
  EXPECT_TRUE(calls.Take(first, &shop, 4));
  EXPECT_FALSE(calls.Take(begin(), &shop, 2));
  EXPECT_TRUE(calls.Take(begin(), &report, 5));
  calls.End(first);
  // One request of any size that fits.
  EXPECT_FALSE(calls.Take(begin(), &shop, 6));
  EXPECT_TRUE(calls.Take(begin(), &shop, 5));
}

}  // namespace
}  // namespace gateway::rpc
