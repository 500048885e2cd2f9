// Every folder here is a case: a request, what the gateway asks of Odoo, what Odoo answers, and
// what the caller gets, all through the whole engine, once with Odoo 18 over JSON-RPC and once with
// Odoo 19 over JSON-2; XML-RPC must lead to what JSON-RPC does.
//
//   request.txtpb    first line `# rpc: CreatePartner`, then the request
//   answers.json     Odoo's answers in their order: {"result": ...}, {"fault": {...}} or {"html":
//   502} 18-jsonrpc.json  what is expected: `asked`, then `response` or `failure` 19-json2.json
//
// UPDATE_GOLDEN=1 writes what is expected from what happens.
#include <gmock/gmock.h>

#include <cstdlib>
#include <set>

#include "../unit/fake_odoo.h"
#include "engine/engine.h"

namespace gateway::test {
namespace {

namespace fs = std::filesystem;
using odoo::Protocol;

const fs::path kCases = RepositoryRoot() / "tests/golden";

class Nobody final : public observe::Observer {
  void Observe(const observe::Event&) override {}
};

struct World {
  World(int version, Protocol protocol)
      : odoo(version),
        instance(loop, Options(protocol), nobody, [](const auto&) {}),
        backend{"", BuiltIn(), instance},
        engine(loop, {}, nobody) {
    EXPECT_TRUE(Eventually([this] { return instance.connection()->session != nullptr; }));
  }

  engine::InstanceOptions Options(Protocol protocol) const {
    engine::InstanceOptions options;
    options.upstream.url = odoo.Url();
    options.credentials = {"shop", "gateway", "", "key"};
    options.protocol = protocol;
    options.models = BuiltIn().models();
    return options;
  }

  FakeOdoo odoo;
  Nobody nobody;
  http::Loop loop;
  engine::Instance instance;
  engine::Backend backend;
  engine::Engine engine;
};

// Connected once, used by every case.
World& WorldNamed(const std::string& name) {
  static World old(18, Protocol::kJsonRpc);
  static World current(19, Protocol::kJson2);
  static World xml(18, Protocol::kXmlRpc);
  if (name == "18-xmlrpc") return xml;
  return name == "18-jsonrpc" ? old : current;
}

Reaction ReactionOf(const Arrival& arrival, const Json& answer) {
  if (answer.contains("fault")) return Fault(arrival, answer["fault"]);
  if (answer.contains("html")) return Html(answer["html"]);
  return Result(arrival, answer.at("result"));
}

// Answers in their order; nothing more is expected.
FakeOdoo::Script Answering(const Json& answers) {
  return [answers, next = std::make_shared<std::atomic<std::size_t>>(0)](const Arrival& arrival) {
    const std::size_t at = (*next)++;
    if (at < answers.size()) return ReactionOf(arrival, answers[at]);
    ADD_FAILURE() << "not expected: " << arrival.model << "." << arrival.method;
    return Html(500);
  };
}

Json AskedOf(const std::vector<Arrival>& arrivals) {
  Json asked = Json::array();
  for (const Arrival& arrival : arrivals) {
    asked.push_back({{"call", arrival.model + "." + arrival.method}});
    asked.back().update(arrival.path.starts_with("/json/2/") ? Json{{"body", arrival.arguments}}
                                                             : arrival.arguments);
  }
  return asked;
}

Json FailureOf(const base::Failure& failure) {
  Json json{{"reason", base::InfoOf(failure.reason).name},
            {"code", base::CodeName(failure.StatusCode())},
            {"message", failure.message}};
  for (const base::Violation& violation : failure.violations) {
    json["violations"].push_back({{"path", violation.path},
                                  {"reason", base::InfoOf(violation.reason).name},
                                  {"message", violation.message}});
  }
  for (const auto& [key, value] : failure.metadata) json["metadata"][key] = value;
  if (!failure.odoo_message.empty()) json["odoo_message"] = failure.odoo_message;
  if (failure.resource) {
    json["resource"] = {{"model", failure.resource->model}, {"ids", failure.resource->ids}};
  }
  return json;
}

Json OutcomeOf(const contract::Method& method, const engine::Response& response) {
  if (!response) return {{"failure", FailureOf(response.failure())}};
  const auto message = NewMessage(*DescriptorOf(method).output_type());
  EXPECT_TRUE(message->ParseFromString(*response));
  return {{"response", ToJson(*message)}};
}

engine::Response Run(World& world, const contract::Method& method, std::string request) {
  std::promise<engine::Response> promise;
  const auto call = world.engine.Start(
      {&world.backend, &method, std::move(request)},
      [&promise](engine::Response response) { promise.set_value(std::move(response)); });
  return promise.get_future().get();
}

std::string Pretty(const Json& json) { return json.dump(2) + "\n"; }

Json RunCase(const fs::path& folder, const std::string& world_name) {
  const std::string text = ReadFile(folder / "request.txtpb");
  constexpr std::string_view kRpc = "# rpc: ";
  EXPECT_TRUE(text.starts_with(kRpc));
  const contract::Method& method =
      MethodNamed(text.substr(kRpc.size(), text.find('\n') - kRpc.size()));
  World& world = WorldNamed(world_name);
  world.odoo.Forget();
  const fs::path answers = folder / "answers.json";
  world.odoo.OnCall(
      Answering(fs::exists(answers) ? Json::parse(ReadFile(answers)) : Json::array()));
  const auto response = Run(world, method, RequestBytes(method, text));
  Json happened{{"asked", AskedOf(world.odoo.calls())}};
  happened.update(OutcomeOf(method, response));
  return happened;
}

class Golden : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(Golden, HappensAsRecorded) {
  const auto& [name, world] = GetParam();
  const std::string happened = Pretty(RunCase(kCases / name, world));
  const fs::path expected = kCases / name / (world + ".json");
  if (std::getenv("UPDATE_GOLDEN") != nullptr) WriteFile(expected, happened);
  EXPECT_EQ(happened, ReadFile(expected)) << expected;
}

// What XML-RPC drops on the way: classes of exceptions.
Json WithoutClasses(Json happened) {
  if (!happened.contains("failure")) return happened;
  for (const std::string key : {"odoo_exception", "odoo_fault_code"})
    happened["failure"]["metadata"].erase(key);
  return happened;
}

// XML-RPC asks, answers and fails as JSON-RPC does.
class OverXmlRpc : public testing::TestWithParam<std::string> {};

TEST_P(OverXmlRpc, HappensAlike) {
  const Json expected = Json::parse(ReadFile(kCases / GetParam() / "18-jsonrpc.json"));
  EXPECT_EQ(Pretty(WithoutClasses(RunCase(kCases / GetParam(), "18-xmlrpc"))),
            Pretty(WithoutClasses(expected)));
}

std::set<std::string> Cases() {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(kCases)) {
    if (entry.is_directory()) names.insert(entry.path().filename());
  }
  return names;
}

std::string TestName(std::string name) {
  for (char& c : name) c = std::isalnum(c) ? c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Cases, Golden,
                         testing::Combine(testing::ValuesIn(Cases()),
                                          testing::Values("18-jsonrpc", "19-json2")),
                         [](const auto& info) {
                           return TestName(std::get<0>(info.param) + "_" + std::get<1>(info.param));
                         });
INSTANTIATE_TEST_SUITE_P(Cases, OverXmlRpc, testing::ValuesIn(Cases()),
                         [](const auto& info) { return TestName(info.param); });

}  // namespace
}  // namespace gateway::test
