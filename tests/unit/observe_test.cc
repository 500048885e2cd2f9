#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <exception>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "observe/event.h"
#include "observe/json.h"
#include "observe/log.h"
#include "observe/metrics.h"
#include "observe/metrics_server.h"
#include "observe/traceback.h"

namespace gateway::observe {
namespace {

using base::Code;
using base::Reason;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using namespace std::chrono_literals;

const std::string kCreate = "/odoo.sale.v1.SaleOrderService/CreateSaleOrder";
const std::string kConfirm = "/odoo.sale.v1.SaleOrderService/ConfirmSaleOrder";

std::vector<ServedInstance> Served() {
  return {{"default",
           {{kCreate, "sale.order", Operation::kCreate},
            {kConfirm, "sale.order", Operation::kCall},
            {"/odoo.contacts.v1.PartnerService/GetPartner", "res.partner", Operation::kGet}}}};
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

class Metrics : public testing::Test {
 protected:
  // Lines of the exposition that are not there before `event`.
  std::vector<std::string> Changes(const Event& event) {
    const std::vector<std::string> before = LinesOf(metrics_.Text());
    named_.Observe(event);
    std::vector<std::string> changed;
    const std::vector<std::string> after = LinesOf(metrics_.Text());
    EXPECT_EQ(before.size(), after.size()) << "a series was added at run time";
    for (std::size_t i = 0; i < after.size(); ++i) {
      if (after[i] != before[i]) changed.push_back(after[i]);
    }
    return changed;
  }

  MetricsObserver metrics_{Served(), "1.2.3", std::vector<std::string>{"shop"}};
  InstanceObserver named_{"default", metrics_};
};

// `name type label,label` for each metric, as README and dashboards rely on them.
std::vector<std::string> Catalog(const std::string& text) {
  std::vector<std::string> catalog;
  std::string name;
  for (const std::string& line : LinesOf(text)) {
    if (line.starts_with("# HELP ")) continue;
    if (line.starts_with("# TYPE ")) {
      catalog.push_back(line.substr(7));
      name = line.substr(7, line.find(' ', 7) - 7);
    } else if (line.starts_with(name) && catalog.back().find('|') == std::string::npos) {
      std::string labels;
      for (std::size_t at = 0; (at = line.find("=\"", at)) != std::string::npos; ++at) {
        const std::size_t begin = line.find_last_of("{,", at) + 1;
        const std::string label = line.substr(begin, at - begin);
        if (label != "le") labels += " " + label;
      }
      catalog.back() += " |" + labels;
    }
  }
  return catalog;
}

// With all that the connected Odoo tells.
TEST_F(Metrics, Golden) {
  named_.Observe(ModelSurveyed{"sale.order", true, 0, {true, true, true, true}});
  named_.Observe(CredentialSurveyed{std::chrono::system_clock::time_point(1s)});
  metrics_.Observe(CertificateChanged{.taken = true});
  std::vector<std::string> catalog = Catalog(metrics_.Text());
  std::ranges::sort(catalog);
  EXPECT_THAT(
      catalog,
      ElementsAre(
          "grpc_server_handled_total counter | grpc_code grpc_method grpc_service grpc_type",
          "grpc_server_handling_seconds histogram | grpc_method grpc_service grpc_type",
          "grpc_server_started_total counter | grpc_method grpc_service grpc_type",
          "odoo_gateway_build_info gauge | version",
          "odoo_gateway_caller_calls_total counter | caller grpc_code",
          "odoo_gateway_contract_fields_missing gauge | model odoo_instance",
          "odoo_gateway_credential_expiry_timestamp_seconds gauge | odoo_instance",
          "odoo_gateway_errors_total counter | odoo_instance reason",
          "odoo_gateway_faults_total counter | model odoo_instance reason",
          "odoo_gateway_grpc_log_messages_total counter | severity",
          "odoo_gateway_log_lines_dropped_total counter | log",
          "odoo_gateway_model_access gauge | model odoo_instance operation",
          "odoo_gateway_model_available gauge | model odoo_instance",
          "odoo_gateway_refused_total counter | reason",
          "odoo_gateway_tls_certificate_expiry_timestamp_seconds gauge |",
          "odoo_gateway_tls_certificate_loads_total counter | result",
          "odoo_gateway_upstream_call_seconds histogram | model odoo_instance operation",
          "odoo_gateway_upstream_calls_total counter | model odoo_instance operation outcome",
          "odoo_gateway_upstream_in_flight gauge | odoo_instance",
          "odoo_gateway_upstream_in_flight_limit gauge | odoo_instance",
          "odoo_gateway_upstream_up gauge | odoo_instance",
          "odoo_gateway_upstream_waiting gauge | odoo_instance",
          "odoo_gateway_upstream_waiting_limit gauge | odoo_instance"));
}

TEST_F(Metrics, BuildInfo) {
  EXPECT_THAT(metrics_.Text(), HasSubstr("odoo_gateway_build_info{version=\"1.2.3\"} 1\n"));
}

TEST_F(Metrics, CallStarted) {
  EXPECT_THAT(Changes(CallStarted{kCreate}),
              ElementsAre("grpc_server_started_total{grpc_method=\"CreateSaleOrder\","
                          "grpc_service=\"odoo.sale.v1.SaleOrderService\",grpc_type=\"unary\"} 1"));
}

TEST_F(Metrics, CallFinished) {
  const auto changes = Changes(CallFinished{.path = kConfirm,
                                            .code = Code::kNotFound,
                                            .reason = Reason::kRecordNotFound,
                                            .duration = 40s});
  const std::string labels =
      "grpc_method=\"ConfirmSaleOrder\",grpc_service=\"odoo.sale.v1.SaleOrderService\","
      "grpc_type=\"unary\"";
  EXPECT_THAT(changes, testing::UnorderedElementsAre(
                           "odoo_gateway_errors_total{odoo_instance=\"default\","
                           "reason=\"RECORD_NOT_FOUND\"} 1",
                           "grpc_server_handled_total{grpc_code=\"NotFound\"," + labels + "} 1",
                           "grpc_server_handling_seconds_count{" + labels + "} 1",
                           "grpc_server_handling_seconds_sum{" + labels + "} 40",
                           "grpc_server_handling_seconds_bucket{" + labels + ",le=\"60\"} 1",
                           "grpc_server_handling_seconds_bucket{" + labels + ",le=\"+Inf\"} 1"));
}

TEST_F(Metrics, UnservedMethodsShareOneLabel) {
  for (const std::string_view path : {"/odoo.sale.v1.SaleOrderService/No", "", "\"}\nevil 1"}) {
    EXPECT_THAT(Changes(CallStarted{path}),
                ElementsAre(HasSubstr("{grpc_method=\"unknown\",grpc_service=\"unknown\"")));
    EXPECT_THAT(Changes(CallFinished{.path = path, .code = Code::kUnimplemented}), Not(SizeIs(0)));
  }
}

TEST_F(Metrics, ErrorsCountByReasonAndInstance) {
  CallFinished failed{.path = kCreate, .code = Code::kUnknown, .reason = Reason::kOutcomeUnknown};
  EXPECT_THAT(Changes(failed), Contains("odoo_gateway_errors_total{odoo_instance=\"default\","
                                        "reason=\"OUTCOME_UNKNOWN\"} 1"));
  failed.code = Code::kOk;
  EXPECT_THAT(Changes(failed), testing::Each(Not(HasSubstr("errors_total"))));
  // Refused before it reached one.
  metrics_.Observe(
      CallFinished{.code = Code::kUnauthenticated, .reason = Reason::kCallerNotAuthenticated});
  EXPECT_THAT(LinesOf(metrics_.Text()), Contains("odoo_gateway_errors_total{odoo_instance=\"\","
                                                 "reason=\"CALLER_NOT_AUTHENTICATED\"} 1"));
}

TEST_F(Metrics, OdooCallFinished) {
  EXPECT_THAT(
      Changes(OdooCallFinished{.model = "sale.order",
                               .operation = Operation::kCreate,
                               .outcome = Outcome::kFault,
                               .duration = 31s}),
      testing::IsSupersetOf(
          {"odoo_gateway_upstream_calls_total{model=\"sale.order\",odoo_instance=\"default\","
           "operation="
           "\"create\","
           "outcome=\"fault\"} 1",
           "odoo_gateway_upstream_call_seconds_sum{model=\"sale.order\",odoo_instance=\"default\","
           "operation=\"create\"} 31"}));
}

TEST_F(Metrics, WhatContractsDoNotDoCountsAsOther) {
  const auto changed = [this](std::string_view model, Operation operation) {
    return Changes(OdooCallFinished{.model = model, .operation = operation}).front();
  };
  EXPECT_THAT(changed("res.partner", Operation::kLookup), HasSubstr("\"res.partner\""));
  EXPECT_THAT(changed("res.partner", Operation::kDelete), HasSubstr("\"other\""));
  EXPECT_THAT(changed("ir.model.data", Operation::kLookup), HasSubstr("\"other\""));
  EXPECT_THAT(changed("", Operation::kConnect), HasSubstr("\"other\""));
}

TEST_F(Metrics, UpstreamLoad) {
  EXPECT_THAT(Changes(UpstreamLoad{.in_flight = 3, .waiting = 4}),
              ElementsAre("odoo_gateway_upstream_in_flight{odoo_instance=\"default\"} 3",
                          "odoo_gateway_upstream_waiting{odoo_instance=\"default\"} 4"));
}

TEST_F(Metrics, FaultSeen) {
  EXPECT_THAT(
      Changes(FaultSeen{.reason = Reason::kBusinessRule, .model = "sale.order"}),
      ElementsAre("odoo_gateway_faults_total{model=\"sale.order\",odoo_instance=\"default\","
                  "reason=\"BUSINESS_RULE\"} 1"));
  EXPECT_THAT(
      Changes(FaultSeen{.reason = Reason::kBusinessRule, .model = "x"}),
      ElementsAre("odoo_gateway_faults_total{model=\"other\",odoo_instance=\"default\",reason="
                  "\"BUSINESS_RULE\"} 1"));
}

TEST(MetricsOfInstances, StandApart) {
  const std::vector<ServedInstance> served = {
      {"default", {{kCreate, "sale.order", Operation::kCreate}}, 8, 256},
      {"shop", {{"/example.v1.TagService/GetTag", "crm.tag", Operation::kGet}}, 2, 10}};
  MetricsObserver metrics(served, "1.2.3");
  InstanceObserver shop("shop", metrics);
  shop.Observe(UpstreamLoad{.in_flight = 3, .waiting = 4});
  shop.Observe(FaultSeen{.reason = Reason::kBusinessRule, .model = "sale.order"});
  shop.Observe(ModelSurveyed{"crm.tag", true, 0, {}});
  metrics.Observe(UpstreamLoad{.in_flight = 9, .instance = "no-such"});
  metrics.Observe(ModelSurveyed{"crm.tag", true, 0, {}, "no-such"});
  const auto lines = LinesOf(metrics.Text());
  EXPECT_THAT(
      lines,
      AllOf(Contains("odoo_gateway_upstream_in_flight{odoo_instance=\"default\"} 0"),
            Contains("odoo_gateway_upstream_in_flight{odoo_instance=\"shop\"} 3"),
            Contains("odoo_gateway_upstream_in_flight_limit{odoo_instance=\"shop\"} 2"),
            Contains("odoo_gateway_upstream_waiting_limit{odoo_instance=\"shop\"} 10"),
            Contains("odoo_gateway_model_available{model=\"crm.tag\",odoo_instance=\"shop\"} 1"),
            // The model is of the other instance's contracts.
            Contains("odoo_gateway_faults_total{model=\"other\",odoo_instance=\"shop\","
                     "reason=\"BUSINESS_RULE\"} 1"),
            Contains(HasSubstr("grpc_server_started_total{grpc_method=\"GetTag\"")),
            Contains(HasSubstr("grpc_server_started_total{grpc_method=\"CreateSaleOrder\""))));
  EXPECT_THAT(metrics.Text(), Not(HasSubstr("no-such")));
}

TEST_F(Metrics, RequestRefused) {
  EXPECT_THAT(Changes(RequestRefused{Reason::kUnknownField}),
              ElementsAre("odoo_gateway_refused_total{reason=\"UNKNOWN_FIELD\"} 1"));
}

TEST_F(Metrics, InstanceChanged) {
  EXPECT_THAT(Changes(InstanceChanged{.state = InstanceChanged::State::kConnected}),
              ElementsAre("odoo_gateway_upstream_up{odoo_instance=\"default\"} 1"));
  EXPECT_THAT(Changes(InstanceChanged{.state = InstanceChanged::State::kDegraded}),
              ElementsAre("odoo_gateway_upstream_up{odoo_instance=\"default\"} 0"));
}

TEST_F(Metrics, CallsOfCallers) {
  EXPECT_THAT(Changes(CallFinished{.path = kCreate, .caller = "shop", .code = Code::kNotFound}),
              Contains(R"(odoo_gateway_caller_calls_total{caller="shop",grpc_code="NotFound"} 1)"));
  // Nobody, and who is not configured, make no series.
  EXPECT_THAT(Changes(CallFinished{.path = kCreate, .caller = "x"}),
              Not(Contains(HasSubstr("caller="))));
}

TEST_F(Metrics, Certificates) {
  const auto expires = std::chrono::system_clock::time_point(7s);
  // From here on the series of its expiry is there.
  metrics_.Observe(CertificateChanged{.taken = true});
  EXPECT_THAT(
      Changes(CertificateChanged{.taken = true, .expires = expires}),
      UnorderedElementsAre("odoo_gateway_tls_certificate_expiry_timestamp_seconds 7",
                           R"(odoo_gateway_tls_certificate_loads_total{result="taken"} 2)"));
  EXPECT_THAT(Changes(CertificateChanged{.detail = "x", .expires = expires}),
              ElementsAre(R"(odoo_gateway_tls_certificate_loads_total{result="refused"} 1)"));
}

TEST_F(Metrics, ModelSurveyed) {
  const auto text = [this] { return LinesOf(metrics_.Text()); };
  named_.Observe(ModelSurveyed{"sale.order", true, 2, {true, std::nullopt, false, std::nullopt}});
  EXPECT_THAT(
      text(),
      AllOf(
          Contains(
              "odoo_gateway_model_available{model=\"sale.order\",odoo_instance=\"default\"} 1"),
          Contains("odoo_gateway_contract_fields_missing{model=\"sale.order\",odoo_instance="
                   "\"default\"} 2"),
          Contains(
              "odoo_gateway_model_access{model=\"sale.order\",odoo_instance=\"default\",operation="
              "\"read\"} 1"),
          Contains(
              "odoo_gateway_model_access{model=\"sale.order\",odoo_instance=\"default\",operation="
              "\"write\"} 0")));
  EXPECT_THAT(metrics_.Text(), Not(HasSubstr("operation=\"unlink\"")));
  named_.Observe(ModelSurveyed{"sale.order", true, 2, {std::nullopt, true, false, std::nullopt}});
  EXPECT_THAT(metrics_.Text(),
              AllOf(Not(HasSubstr("operation=\"read\"")), HasSubstr("operation=\"create\"} 1\n"),
                    HasSubstr("operation=\"write\"} 0\n")));
  named_.Observe(ModelSurveyed{"sale.order", false, 0, {}});
  EXPECT_THAT(
      text(),
      AllOf(Contains(
                "odoo_gateway_model_available{model=\"sale.order\",odoo_instance=\"default\"} 0"),
            Contains("odoo_gateway_contract_fields_missing{model=\"sale.order\",odoo_instance="
                     "\"default\"} 0"),
            Not(Contains(HasSubstr("odoo_gateway_model_access{")))));
}

TEST_F(Metrics, CredentialSurveyed) {
  const std::string name =
      "\nodoo_gateway_credential_expiry_timestamp_seconds{odoo_instance=\"default\"} ";
  EXPECT_THAT(metrics_.Text(), Not(HasSubstr(name)));
  named_.Observe(CredentialSurveyed{std::chrono::system_clock::time_point(1700000000s)});
  EXPECT_THAT(metrics_.Text(), HasSubstr(name + "1700000000\n"));
  named_.Observe(CredentialSurveyed{});
  EXPECT_THAT(metrics_.Text(), Not(HasSubstr(name)));
}

TEST_F(Metrics, LogDropped) {
  EXPECT_THAT(Changes(LogDropped{12}),
              ElementsAre("odoo_gateway_log_lines_dropped_total{log=\"ordinary\"} 12"));
  EXPECT_THAT(Changes(LogDropped{3, LogDropped::Log::kAudit}),
              ElementsAre("odoo_gateway_log_lines_dropped_total{log=\"audit\"} 3"));
}

TEST_F(Metrics, GrpcLogged) {
  using Severity = GrpcLogged::Severity;
  EXPECT_THAT(Changes(GrpcLogged{Severity::kError, "tls.cc:1", "x"}),
              ElementsAre("odoo_gateway_grpc_log_messages_total{severity=\"error\"} 1"));
  EXPECT_THAT(Changes(GrpcLogged{Severity::kInfo}),
              ElementsAre("odoo_gateway_grpc_log_messages_total{severity=\"info\"} 1"));
  EXPECT_THAT(Changes(GrpcLogged{Severity::kDebug}),
              ElementsAre("odoo_gateway_grpc_log_messages_total{severity=\"debug\"} 1"));
}

TEST_F(Metrics, StartAndStopAreNotCounted) {
  EXPECT_THAT(Changes(Started{}), SizeIs(0));
  EXPECT_THAT(Changes(Stopping{}), SizeIs(0));
}

TEST_F(Metrics, ManyThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int n = 0; n < 1000; ++n) named_.Observe(CallStarted{kCreate});
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(metrics_.Text(), HasSubstr("grpc_type=\"unary\"} 4000\n"));
}

// A connection to the loopback on which `request` was sent.
int Send(int port, const std::string& request) {
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(write(connection, request.data(), request.size()),
            static_cast<ssize_t>(request.size()));
  return connection;
}

// The answer to GET `path` on the loopback.
std::string Get(int port, const std::string& path) {
  const int connection = Send(port, "GET " + path + " HTTP/1.0\r\n\r\n");
  std::string answer;
  char buffer[4096];
  for (ssize_t n; (n = read(connection, buffer, sizeof buffer)) > 0;) {
    answer.append(buffer, static_cast<std::size_t>(n));
  }
  close(connection);
  return answer;
}

TEST_F(Metrics, ServedOverHttp) {
  const auto server = MetricsServer::Start("127.0.0.1:0", metrics_);
  ASSERT_TRUE(server);
  named_.Observe(RequestRefused{Reason::kUnknownField});
  EXPECT_THAT(Get(server->port(), "/metrics"),
              HasSubstr("odoo_gateway_refused_total{reason=\"UNKNOWN_FIELD\"} 1"));
}

// Clients that hold connections open, more than there are threads: silent ones, and ones that
// stopped in the first line or in the headers.
class SlowClients {
 public:
  SlowClients(int port, int count) {
    for (int i = 0; i < count; ++i) connections_.push_back(Send(port, kBeginnings[i % 3]));
  }
  ~SlowClients() {
    for (const int connection : connections_) close(connection);
  }

 private:
  const std::string kBeginnings[3] = {"", "GET /met", "GET /metrics HTTP/1.1\r\nHost: "};
  std::vector<int> connections_;
};

std::chrono::steady_clock::duration TimeOf(const auto& work) {
  const auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::steady_clock::now() - begun;
}

TEST_F(Metrics, SlowClientsDoNotDelayAScrape) {
  const auto server = MetricsServer::Start("127.0.0.1:0", metrics_);
  ASSERT_TRUE(server);
  const auto scrape = [&] {
    EXPECT_THAT(Get(server->port(), "/metrics"), HasSubstr("odoo_gateway_build_info"));
  };
  const SlowClients slow(server->port(), 24);
  for (int i = 0; i < 3; ++i) EXPECT_LT(TimeOf(scrape), 1s);
}

TEST_F(Metrics, MoreSlowClientsThanThreadsDelayAScrapeByTheTimeout) {
  const auto server = MetricsServer::Start("127.0.0.1:0", metrics_);
  ASSERT_TRUE(server);
  const SlowClients slow(server->port(), 50);
  EXPECT_LT(TimeOf([&] {
              EXPECT_THAT(Get(server->port(), "/metrics"), HasSubstr("odoo_gateway_build_info"));
            }),
            4s);
}

TEST_F(Metrics, AddressInUse) {
  const auto first = MetricsServer::Start("127.0.0.1:0", metrics_);
  ASSERT_TRUE(first);
  const auto second = MetricsServer::Start("127.0.0.1:" + std::to_string(first->port()), metrics_);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.failure().message, HasSubstr("choose another address"));
  EXPECT_FALSE(MetricsServer::Start("192.0.2.1:9464", metrics_));
  EXPECT_FALSE(MetricsServer::Start("nonsense", metrics_));
}

class Log : public testing::Test {
 protected:
  LogObserver At(Level least) {
    return LogObserver(
        least, [this](Level, std::string_view line) { lines_.emplace_back(line); },
        [] { return std::chrono::sys_days(std::chrono::January / 31 / 2026) + 12h + 5ms; });
  }

  std::vector<std::string> Lines(const Event& event, Level least = Level::kDebug) {
    lines_.clear();
    At(least).Observe(event);
    return lines_;
  }

  std::vector<std::string> lines_;
};

TEST_F(Log, CallThatWorked) {
  EXPECT_THAT(Lines(CallFinished{.path = kCreate,
                                 .peer = "ipv4:10.0.0.7",
                                 .caller = "shop",
                                 .request_id = "r-1",
                                 .model = "sale.order",
                                 .operation = Operation::kCreate,
                                 .duration = 12'345'678ns,
                                 .request_bytes = 9,
                                 .response_bytes = 8},
                    Level::kInfo),
              ElementsAre(R"({"ts":"2026-01-31T12:00:00.005Z","level":"info","event":"call",)"
                          R"("request_id":"r-1","peer":"ipv4:10.0.0.7","caller":"shop",)"
                          R"("method":"/odoo.sale.v1.SaleOrderService/CreateSaleOrder",)"
                          R"("model":"sale.order","operation":"create","code":"OK",)"
                          R"("duration_ms":12.346,"request_bytes":9,"response_bytes":8})"));
}

// One line a second, whatever comes; all others are as before.
TEST_F(Log, GuessesDoNotFillTheLog) {
  std::vector<std::string> lines;
  auto now = std::chrono::system_clock::time_point(std::chrono::hours(1));
  LogObserver log(
      Level::kInfo, [&](Level, std::string_view line) { lines.emplace_back(line); },
      [&] { return now; });
  const CallFinished guess{
      .path = kCreate, .code = Code::kUnauthenticated, .reason = Reason::kCallerNotAuthenticated};
  for (int i = 0; i < 1000; ++i) log.Observe(guess);
  log.Observe(CallFinished{.path = kCreate});
  now += 1s;
  log.Observe(guess);
  ASSERT_EQ(lines.size(), 3);
  EXPECT_THAT(lines[0], Not(HasSubstr("held_back")));
  EXPECT_THAT(lines[1], HasSubstr(R"("code":"OK")"));
  EXPECT_THAT(lines[2], HasSubstr(R"("held_back":999)"));
}

TEST_F(Log, Certificate) {
  const auto expires = std::chrono::sys_days(std::chrono::January / 31 / 2126);
  EXPECT_THAT(
      Lines(CertificateChanged{false, "tls.key: is not the key of tls.crt", expires}),
      ElementsAre(R"({"ts":"2026-01-31T12:00:00.005Z","level":"warn","event":"certificate",)"
                  R"("state":"refused","detail":"tls.key: is not the key of tls.crt",)"
                  R"("expires":"2126-01-31T00:00:00.000Z"})"));
  EXPECT_THAT(Lines(CertificateChanged{true, {}, expires}),
              ElementsAre(HasSubstr(R"("level":"info","event":"certificate","state":"taken")")));
}

TEST_F(Log, CallThatFailed) {
  const CallFinished event{.path = kCreate,
                           .code = Code::kInternal,
                           .reason = Reason::kServerError,
                           .message = "Odoo \"failed\".",
                           .debug = "Traceback (most recent call last):\n  x\nE: y"};
  const auto lines = Lines(event, Level::kInfo);
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], HasSubstr(R"("level":"error","event":"call")"));
  EXPECT_THAT(lines[0], HasSubstr(R"("code":"INTERNAL","reason":"SERVER_ERROR")"));
  EXPECT_THAT(lines[0], HasSubstr(R"("message":"Odoo \"failed\"."})"));
  EXPECT_THAT(Lines(event, Level::kDebug)[0],
              HasSubstr(R"("debug":"Traceback (most recent call last):\n  x\nE: y\n"})"));
}

TEST_F(Log, LevelsByCode) {
  const auto lines = [this](Code code, Level least) {
    return Lines(CallFinished{.code = code}, least).size();
  };
  EXPECT_EQ(lines(Code::kOk, Level::kWarn), 0U);
  EXPECT_EQ(lines(Code::kNotFound, Level::kWarn), 0U);
  EXPECT_EQ(lines(Code::kUnavailable, Level::kWarn), 1U);
  EXPECT_EQ(lines(Code::kUnavailable, Level::kError), 0U);
  EXPECT_EQ(lines(Code::kUnknown, Level::kError), 1U);
}

TEST_F(Log, OdooCallsAtDebugAlone) {
  const OdooCallFinished event{.model = "sale.order",
                               .operation = Operation::kBatchCreate,
                               .outcome = Outcome::kLost,
                               .duration = 1ms,
                               .transport = "json2"};
  EXPECT_THAT(Lines(event, Level::kInfo), SizeIs(0));
  EXPECT_THAT(Lines(event),
              ElementsAre(R"({"ts":"2026-01-31T12:00:00.005Z","level":"debug","event":"odoo_call",)"
                          R"("model":"sale.order","operation":"batch_create","outcome":"lost",)"
                          R"("transport":"json2","duration_ms":1.000})"));
}

TEST_F(Log, GrpcErrorsOnceASecondForEachPlace) {
  std::chrono::system_clock::time_point now{1s};
  std::vector<std::string> lines;
  LogObserver log(
      Level::kInfo, [&](Level, std::string_view line) { lines.emplace_back(line); },
      [&] { return now; });
  const auto logged = [&](std::string_view source, std::string_view message) {
    log.Observe(GrpcLogged{GrpcLogged::Severity::kError, source, message});
    return std::exchange(lines, {});
  };
  EXPECT_THAT(logged("tls.cc:1", "a\n\x1b[2J"),
              ElementsAre(R"({"ts":"1970-01-01T00:00:01.000Z","level":"warn","event":"grpc",)"
                          R"("source":"tls.cc:1","message":"a\n\u001b[2J"})"));
  for (int i = 0; i < 199; ++i) EXPECT_THAT(logged("tls.cc:1", "b"), SizeIs(0));
  // Another error is not hidden by them.
  EXPECT_THAT(logged("tcp.cc:2", "c"), ElementsAre(HasSubstr(R"("message":"c"})")));
  now += 1s;
  EXPECT_THAT(logged("tls.cc:1", "d"),
              ElementsAre(HasSubstr(R"("level":"warn","suppressed":199,"event":"grpc")")));
}

TEST_F(Log, GrpcTracesLeaveNoLine) {
  for (const auto severity : {GrpcLogged::Severity::kInfo, GrpcLogged::Severity::kDebug})
    EXPECT_THAT(Lines(GrpcLogged{severity, "http.cc:1", "authorization: Bearer x"}), SizeIs(0));
}

TEST_F(Log, ChangesOfState) {
  EXPECT_THAT(
      Lines(InstanceChanged{
          .state = InstanceChanged::State::kConnected, .version = "18.0", .protocol = "jsonrpc"}),
      ElementsAre(HasSubstr(
          R"("info","event":"instance","state":"connected","version":"18.0","protocol":"jsonrpc"})")));
  EXPECT_THAT(Lines(InstanceChanged{.detail = "refused"}),
              ElementsAre(HasSubstr(
                  R"("warn","event":"instance","state":"degraded","detail":"refused"})")));
  EXPECT_THAT(Lines(Started{.version = "1.2.3", .listen = "127.0.0.1:1"}),
              ElementsAre(HasSubstr(
                  R"("info","event":"started","version":"1.2.3","listen":"127.0.0.1:1"})")));
  EXPECT_THAT(
      Lines(ContractDrift{.model = "sale.order", .missing = "a, b", .retyped = "c d"}),
      ElementsAre(HasSubstr(
          R"("warn","event":"contract_drift","model":"sale.order","missing":"a, b","retyped":"c d"})")));
  EXPECT_THAT(Lines(ContractDrift{.model = "sale.order"}),
              ElementsAre(HasSubstr(R"("info","event":"contract_drift","model":"sale.order"})")));
  EXPECT_THAT(Lines(Stopping{.detail = "SIGTERM"}),
              ElementsAre(HasSubstr(R"("info","event":"stopping","detail":"SIGTERM"})")));
}

TEST_F(Log, CountedEventsLeaveNoLine) {
  EXPECT_THAT(Lines(CallStarted{kCreate}), SizeIs(0));
  EXPECT_THAT(Lines(UpstreamLoad{}), SizeIs(0));
  EXPECT_THAT(Lines(FaultSeen{}), SizeIs(0));
  EXPECT_THAT(Lines(RequestRefused{}), SizeIs(0));
  EXPECT_THAT(Lines(LogDropped{}), SizeIs(0));
}

TEST_F(Log, TellsTheWriterTheLevel) {
  std::vector<Level> levels;
  LogObserver log(Level::kDebug, [&](Level level, std::string_view) { levels.push_back(level); });
  for (const Code code : {Code::kOk, Code::kUnavailable, Code::kInternal})
    log.Observe(CallFinished{.code = code});
  EXPECT_THAT(levels, ElementsAre(Level::kInfo, Level::kWarn, Level::kError));
}

TEST_F(Log, NothingInjectsALineOrAField) {
  const std::string evil = "x\"}\r\n{\"level\":\"info\"}\u2028\u0085\x1b[2J\xFF";
  const auto lines = Lines(CallFinished{.path = evil,
                                        .caller = evil,
                                        .request_id = evil,
                                        .model = evil,
                                        .message = evil,
                                        .debug = evil});
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].find_first_of("\r\n\x1b\x7f\xff"), std::string::npos);
  EXPECT_THAT(lines[0], Not(HasSubstr("\u2028")));
  EXPECT_THAT(lines[0], Not(HasSubstr("\u0085")));
  EXPECT_THAT(lines[0],
              HasSubstr(R"("caller":"x\"}\r\n{\"level\":\"info\"}\u2028\u0085\u001b[2J\ufffd")"));
}

TEST_F(Log, LinesAreBounded) {
  for (const std::string unit : {"a", "\"", "\x01", "漢", "\xFF"}) {
    std::string text;
    while (text.size() < 100'000) text += unit;
    for (const Event& event : std::initializer_list<Event>{
             CallFinished{text, text, text, text, text, Operation::kBatchCreate, Code::kInternal,
                          Reason::kIntegrationUserRejected, 1h, 1, 1, text, text, text},
             InstanceChanged{{}, text, text, text}, Started{text, text, text}, Stopping{text},
             OdooCallFinished{text, {}, {}, 1h, text}}) {
      const auto lines = Lines(event);
      ASSERT_THAT(lines, SizeIs(1));
      EXPECT_LT(lines[0].size(), kMaxLineBytes);
      EXPECT_TRUE(lines[0].ends_with("}"));
    }
  }
}

TEST_F(Log, RowsOfTheDatabaseNeverAppear) {
  const auto lines = Lines(CallFinished{
      .code = Code::kInternal,
      .debug = "Traceback (most recent call last):\n"
               "  File \"/odoo/sql_db.py\", line 1, in execute\n"
               "psycopg2.errors.NotNullViolation: null value in column \"name\"\n"
               "DÉTAIL :  La ligne contient (1, $pbkdf2-secret,\nsecond line, secret).\n"
               "\n"
               "During handling of the above exception, another exception occurred:\n"
               "\n"
               "Traceback (most recent call last):\n"
               "  File \"/odoo/http.py\", line 2, in post\n"
               "odoo.exceptions.ValidationError: No. DETAIL: Key (token)=(secret) exists.\n"});
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], Not(HasSubstr("secret")));
  EXPECT_THAT(lines[0], Not(HasSubstr("DETAIL")));
  EXPECT_THAT(lines[0], HasSubstr("NotNullViolation: null value in column"));
  EXPECT_THAT(lines[0], HasSubstr("line 2, in post\\nodoo.exceptions.ValidationError: No. \\n"));
}

TEST(Json, EscapesAndCuts) {
  const auto escaped = [](std::string_view text, std::size_t limit = 100) {
    std::string out;
    AppendEscaped(text, limit, &out);
    return out;
  };
  EXPECT_EQ(escaped("a/é漢\U0001F600"), "a/é漢\U0001F600");
  EXPECT_EQ(escaped("a\u202Eb\u2066\u200F\U000E0041"), R"(a\u202eb\u2066\u200f\udb40\udc41)");
  EXPECT_EQ(escaped("\xC0\xAF\xED\xA0\x80"), R"(\ufffd\ufffd\ufffd\ufffd\ufffd)");
  EXPECT_EQ(escaped(std::string_view("\0\x1f\x7f", 3)), R"(\u0000\u001f\u007f)");
  EXPECT_EQ(escaped("abcdef", 6), "abcdef");
  EXPECT_EQ(escaped("abcdefg", 6), "abc...");
  EXPECT_EQ(escaped("\"\"\"\"", 6), R"(\"...)");
  EXPECT_EQ(escaped("éééé", 7), "éé...");
}

TEST(Traceback, AnyOtherTextKeepsItsFirstLine) {
  EXPECT_EQ(WithoutRows(""), "");
  EXPECT_EQ(WithoutRows("one\ntwo\nthree"), "one\n");
  EXPECT_EQ(WithoutRows("psycopg2.Error: no integer: \"a\""), "psycopg2.Error: no integer\n");
}

void Ignore(std::size_t) {}

TEST(Stderr, WritesAllLinesBeforeItEnds) {
  testing::internal::CaptureStderr();
  {
    const LineWriter write = StderrWriter(&Ignore);
    for (int i = 0; i < 1000; ++i) write(Level::kInfo, "{\"n\":\"{}%v\"}");
  }
  const auto lines = LinesOf(testing::internal::GetCapturedStderr());
  ASSERT_THAT(lines, SizeIs(1000));
  EXPECT_EQ(lines.back(), "{\"n\":\"{}%v\"}");
}

// stderr is a pipe as long as this lives.
class StderrPipe {
 public:
  StderrPipe() {
    EXPECT_EQ(pipe(ends_), 0);
    dup2(ends_[1], STDERR_FILENO);
    close(ends_[1]);
  }
  ~StderrPipe() {
    Restore();
    close(ends_[0]);
  }

  // What stands in the pipe, after waiting for it.
  std::string Read() {
    char buffer[65536];
    const ssize_t size = read(ends_[0], buffer, sizeof buffer);
    return {buffer, static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
  }
  // Until the last writer is gone.
  std::string ReadAll() {
    std::string all;
    for (std::string some; !(some = Read()).empty();) all += some;
    return all;
  }
  void Restore() {
    if (saved_ < 0) return;
    dup2(saved_, STDERR_FILENO);
    close(std::exchange(saved_, -1));
  }

 private:
  int ends_[2];
  int saved_ = dup(STDERR_FILENO);
};

TEST(Stderr, WritesWarningsAtOnce) {
  StderrPipe pipe;
  const LineWriter write = StderrWriter(&Ignore);
  // Of many, as this machine may be busy.
  const auto fastest = [&](Level level) {
    auto least = std::chrono::steady_clock::duration::max();
    for (int i = 0; i < 20; ++i) {
      const auto begun = std::chrono::steady_clock::now();
      write(level, "line");
      EXPECT_EQ(pipe.Read(), "line\n");
      least = std::min(least, std::chrono::steady_clock::now() - begun);
    }
    return least;
  };
  EXPECT_GE(fastest(Level::kInfo), 5ms);
  EXPECT_LT(fastest(Level::kWarn), 4ms);
  EXPECT_LT(fastest(Level::kError), 4ms);
}

TEST(Stderr, TellsHowManyLinesItDropped) {
  constexpr std::size_t kLines = 12000;
  const std::string filler(1000, 'x');
  StderrPipe pipe;
  std::atomic<std::size_t> counted = 0;
  std::string text;
  std::thread reader;
  {
    const LineWriter write = StderrWriter([&](std::size_t lines) { counted += lines; });
    for (std::size_t i = 0; i < kLines; ++i) write(Level::kInfo, filler);
    EXPECT_GT(counted, 0) << "nobody reads, and 12 MB are too many to wait";
    reader = std::thread([&] { text = pipe.ReadAll(); });
  }
  pipe.Restore();
  reader.join();
  const auto lines = LinesOf(text);
  EXPECT_EQ(std::ranges::count(lines, filler), kLines - counted);
  EXPECT_THAT(lines, Contains(MatchesRegex(
                         R"(\{"ts":"[0-9TZ.:-]+","level":"warn","event":"log_dropped","lines":)" +
                         std::to_string(counted) + R"(\})")));
}

TEST(StderrDeathTest, EndsThoughNobodyReads) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  const auto stalled = [] {
    alarm(10);
    const StderrPipe pipe;
    {
      const LineWriter write = StderrWriter(&Ignore);
      for (int i = 0; i < 1000; ++i) write(Level::kInfo, std::string(1000, 'x'));
    }
    _exit(0);
  };
  EXPECT_EXIT(stalled(), testing::ExitedWithCode(0), "");
}

TEST(StderrDeathTest, WritesBeforeAnExceptionEndsTheProcess) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  const auto thrown = [] {
    const LineWriter write = StderrWriter(&Ignore);
    write(Level::kInfo, "last words");
    std::terminate();
  };
  EXPECT_EXIT(thrown(), testing::KilledBySignal(SIGABRT), "last words");
}

TEST(ObserversTest, AllSeeEachEvent) {
  struct Counting : Observer {
    void Observe(const Event&) override { ++seen; }
    int seen = 0;
  };
  const auto one = std::make_shared<Counting>();
  const auto other = std::make_shared<Counting>();
  Observers({one, other}).Observe(Stopping{});
  EXPECT_EQ(one->seen + other->seen, 2);
}

}  // namespace
}  // namespace gateway::observe
