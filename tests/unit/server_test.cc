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

// As in grpc.health.v1.HealthCheckResponse; kNone where there is no answer.
enum Health { kNone = 0, kServing = 1, kNotServing = 2 };

// The messages have one field each, number 1: the service's name, and the status.
Health HealthOf(const std::string& address, std::string_view service) {
  grpc::GenericStub stub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + 10s);
  std::string name("\x0a");
  name.append(1, static_cast<char>(service.size())).append(service);
  const grpc::ByteBuffer request = ToBuffer(service.empty() ? std::string() : name);
  grpc::ByteBuffer response;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", {}, &request, &response,
                 [&done](grpc::Status status) { done.set_value(std::move(status)); });
  if (!done.get_future().get().ok()) return kNone;
  const std::string bytes = ToString(response);
  return bytes.size() == 2 ? static_cast<Health>(bytes[1]) : kNone;
}

class ServerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto server =
        Server::Start({.listen = "127.0.0.1:0"},
                      {BuiltIn(), backends_, engine_, access_, observers_, {}, true, unanswered_});
    ASSERT_TRUE(server) << server.failure().message;
    server_ = std::move(*server);
  }

  Health OfItself() const { return HealthOf(server_->address(), ""); }
  Health OfPartners() const { return HealthOf(server_->address(), kPartners); }

  const engine::Backend& Default() const { return *backends_.Find("default"); }
  const engine::Backend& Shop() const { return *backends_.Find("shop"); }

  std::atomic<int> unanswered_ = 0;
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
  const Serves all = [](std::string_view) { return true; };
  server_->SetServing(Default(), all);
  ASSERT_EQ(OfPartners(), kServing);
  unanswered_ = 1;
  std::thread stopping([this] { server_->Stop(60s); });
  EXPECT_TRUE(Eventually([this] { return OfItself() == kNotServing; }));
  server_->SetServing(Default(), all);
  EXPECT_EQ(OfPartners(), kNotServing);
  EXPECT_EQ(OfItself(), kNotServing);
  unanswered_ = 0;
  stopping.join();
}

}  // namespace
}  // namespace gateway::rpc
