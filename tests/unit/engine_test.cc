// The engine against an Odoo made of scripts: what is sent again, what a lost answer means, who
// waits for whom, and how the gateway finds its Odoo again. No gRPC, so that this runs under TSan,
// too.
#include "engine/engine.h"

#include <gmock/gmock.h>

#include "engine_gateway.h"

namespace gateway::engine {
namespace {

using namespace std::chrono_literals;
using base::Reason;
using test::Arrival;
using test::BuiltIn;
using test::Eventually;
using test::FakeOdoo;
using test::Fault;
using test::Html;
using test::Json;
using test::MethodNamed;
using test::NoAnswer;
using test::Reaction;
using test::RequestBytes;
using test::Result;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

Reaction Silence(const Arrival&) { return NoAnswer(); }
Reaction Three(const Arrival& arrival) { return Result(arrival, 3); }
Reaction IdSeven(const Arrival& arrival) { return Result(arrival, Json::array({7})); }

class EngineTest : public testing::Test {
 protected:
  EngineTest() { EXPECT_TRUE(gateway_.AwaitSession()); }

  FakeOdoo odoo_{18};
  Gateway gateway_{[this] {
    InstanceOptions options = OptionsFor(odoo_);
    options.upstream.limits = {2, 2};
    return options;
  }()};
};

// ---- Sending again ----

TEST_F(EngineTest, ReadsAreSentAgain) {
  odoo_.OnCall(InTurn({Silence, Silence, Three}));
  EXPECT_EQ(Told(gateway_.Read()), "OK");
  EXPECT_EQ(odoo_.calls().size(), 3U);
}

TEST_F(EngineTest, ReadsAreSentThreeTimesAtMost) {
  odoo_.OnCall(Silence);
  EXPECT_EQ(Told(gateway_.Read()), "UPSTREAM_UNAVAILABLE UNAVAILABLE");
  EXPECT_EQ(odoo_.calls().size(), 3U);
}

TEST_F(EngineTest, WritesThatMayHaveRunAreNeverSentAgain) {
  odoo_.OnCall(InTurn({Silence, IdSeven}));
  EXPECT_EQ(Told(gateway_.Write()), "OUTCOME_UNKNOWN UNKNOWN");
  EXPECT_EQ(odoo_.calls().size(), 1U);
}

TEST_F(EngineTest, WritesThatSurelyDidNotRunAreSentAgain) {
  odoo_.OnCall(IdSeven);
  odoo_.Stop();
  gateway_.watcher().OnNextLost([this] { odoo_.Start(); });
  EXPECT_EQ(Told(gateway_.Write()), "OK");
  EXPECT_EQ(odoo_.calls().size(), 1U);
  EXPECT_EQ(gateway_.watcher().lost(), 1);
}

TEST_F(EngineTest, WritesThatNobodyTakesDidNotRun) {
  odoo_.Stop();
  EXPECT_EQ(Told(gateway_.Write()), "UPSTREAM_UNAVAILABLE UNAVAILABLE");
  EXPECT_EQ(gateway_.watcher().lost(), 3);
}

// ---- What an answer means for a write, and for a read ----

struct AnswerCase {
  std::string what;
  std::function<Reaction(const Arrival&)> react;
  std::string write;
  std::string read;
  std::size_t reads = 1;
};

Reaction Exception(const Arrival& arrival, const std::string& name, const std::string& message,
                   int status) {
  return Fault(arrival, {{"name", name}, {"message", message}, {"status", status}});
}

TEST_F(EngineTest, OnlyOdooItselfSaysThatAWriteFailed) {
  const std::string unknown = "OUTCOME_UNKNOWN UNKNOWN";
  const std::string unavailable = "UPSTREAM_UNAVAILABLE UNAVAILABLE";
  const std::string malformed = "MALFORMED_RESPONSE INTERNAL";
  const std::vector<AnswerCase> cases = {
      {"502", [](const Arrival&) { return Html(502); }, unknown, unavailable},
      {"504", [](const Arrival&) { return Html(504); }, unknown, "TIMEOUT DEADLINE_EXCEEDED"},
      {"200 with a page", [](const Arrival&) { return Html(200); }, unknown, malformed},
      {"half a JSON",
       [](const Arrival&) { return Reaction{.body = R"({"jsonrpc": "2.0", "resu)"}; }, unknown,
       malformed},
      {"another JSON", [](const Arrival&) { return Reaction{.body = R"({"ok": true})"}; }, unknown,
       malformed},
      {"an empty answer", [](const Arrival&) { return Reaction{}; }, unknown, malformed},
      {"cut on the way",
       [](const Arrival& arrival) {
         Reaction reaction = IdSeven(arrival);
         reaction.cut = 12;
         return reaction;
       },
       unknown, unavailable, 3},
      {"429", [](const Arrival&) { return Html(429); }, "RATE_LIMITED RESOURCE_EXHAUSTED",
       "RATE_LIMITED RESOURCE_EXHAUSTED"},
      {"a UserError",
       [](const Arrival& a) { return Exception(a, "odoo.exceptions.UserError", "No.", 422); },
       "BUSINESS_RULE FAILED_PRECONDITION", "BUSINESS_RULE FAILED_PRECONDITION"},
      {"a conflict",
       [](const Arrival& a) {
         return Exception(a, "psycopg2.errors.SerializationFailure",
                          "could not serialize access due to concurrent update", 500);
       },
       "CONCURRENT_UPDATE ABORTED", "CONCURRENT_UPDATE ABORTED"},
      {"an unknown exception",
       [](const Arrival& a) { return Exception(a, "builtins.ZeroDivisionError", "division", 500); },
       "SERVER_ERROR INTERNAL", "SERVER_ERROR INTERNAL"},
      {"a result of another kind", [](const Arrival& a) { return Result(a, "seven"); }, unknown,
       malformed},
      {"too few results", [](const Arrival& a) { return Result(a, Json::array()); }, unknown,
       malformed},
  };
  for (const AnswerCase& test : cases) {
    odoo_.OnCall(test.react);
    odoo_.Forget();
    EXPECT_EQ(Told(gateway_.Write()), test.write) << test.what;
    EXPECT_EQ(odoo_.calls().size(), 1U) << test.what;
    odoo_.Forget();
    EXPECT_EQ(Told(gateway_.Read()), test.read) << test.what;
    EXPECT_EQ(odoo_.calls().size(), test.reads) << test.what;
  }
}

TEST_F(EngineTest, LookupsThatFailAreNotTheCallersMistake) {
  odoo_.OnCall([](const Arrival&) { return Html(500); });
  const Response response =
      gateway_
          .Start("CreatePartner", "values { name: 'A' user_id { external_id: 'base.user_admin' } }")
          .response.get();
  ASSERT_FALSE(response);
  EXPECT_NE(response.failure().reason, Reason::kInvalidReference) << response.failure().message;
  EXPECT_EQ(odoo_.calls().front().method, "check_object_reference");
}

TEST_F(EngineTest, AnExternalIdIsLookedUpOncePerCall) {
  odoo_.OnCall(InTurn({[](const Arrival& a) {
                         return Result(a, Json::array({"res.users", 2}));
                       },
                       IdSeven}));
  EXPECT_EQ(Told(gateway_.Start("CreatePartner",
                                "values { name: 'A' user_id { external_id: 'base.u' } buyer_id { "
                                "external_id: 'base.u' } }")),
            "OK");
  ASSERT_EQ(odoo_.calls().size(), 2U);
  EXPECT_EQ(odoo_.calls().back().arguments["args"][0][0]["buyer_id"], 2);
}

TEST(Answers, TooLargeForTheGateway) {
  FakeOdoo odoo(18);
  // Large enough for what connecting asks.
  InstanceOptions options = OptionsFor(odoo);
  options.upstream.http.max_answer_bytes = 1 << 20;
  Gateway gateway(options);
  ASSERT_TRUE(gateway.AwaitSession());
  odoo.OnCall([](const Arrival& a) { return Result(a, std::string(2 << 20, 'x')); });
  EXPECT_EQ(Told(gateway.Read()), "PAYLOAD_TOO_LARGE RESOURCE_EXHAUSTED");
  EXPECT_EQ(Told(gateway.Write()), "OUTCOME_UNKNOWN UNKNOWN");
  EXPECT_EQ(odoo.calls().size(), 2U);
}

TEST(Answers, NeverRepeatOurSecrets) {
  FakeOdoo odoo(18);
  InstanceOptions options = OptionsFor(odoo);
  options.upstream.secrets = {options.credentials.password};
  Gateway gateway(options);
  ASSERT_TRUE(gateway.AwaitSession());
  odoo.OnCall([](const Arrival& a) {
    const std::string password = a.body["params"]["args"][2];
    return Fault(a, {{"name", "odoo.exceptions.UserError"},
                     {"message", "Your password is " + password + "."}});
  });
  const Response response = gateway.Write().response.get();
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.failure().odoo_message, "Your password is [redacted].");
}

// ---- Deadlines ----

// Holds answers back until it is opened. Scripts keep copies: they may run after the test's own is
// gone.
class Gate {
 public:
  Reaction Hold(Reaction reaction) const {
    reaction.gate = open_;
    return reaction;
  }
  void Open() { promise_->set_value(); }

 private:
  std::shared_ptr<std::promise<void>> promise_ = std::make_shared<std::promise<void>>();
  std::shared_future<void> open_ = promise_->get_future().share();
};

TEST_F(EngineTest, AnswersLeaveBeforeTheDeadline) {
  const Gate gate;
  odoo_.OnCall([gate](const Arrival& arrival) { return gate.Hold(Three(arrival)); });
  for (const bool write : {false, true}) {
    const auto deadline = http::Clock::now() + 400ms;
    const std::string told = Told(write ? gateway_.Write(deadline) : gateway_.Read(deadline));
    const auto left = deadline - http::Clock::now();
    EXPECT_EQ(told, write ? "OUTCOME_UNKNOWN DEADLINE_EXCEEDED" : "TIMEOUT DEADLINE_EXCEEDED");
    EXPECT_GT(left, 0ms);
    EXPECT_LT(left, 40ms);
  }
  EXPECT_EQ(odoo_.calls().size(), 2U);
}

TEST_F(EngineTest, NothingIsSentAfterTheDeadline) {
  for (const auto left : {-1000ms, 0ms, 15ms}) {
    EXPECT_EQ(Told(gateway_.Write(http::Clock::now() + left)), "TIMEOUT DEADLINE_EXCEEDED");
  }
  EXPECT_THAT(odoo_.calls(), IsEmpty());
}

// ---- Admission and cancellation ----

TEST_F(EngineTest, CallsWaitTheirTurnAndNoMoreThanFit) {
  Gate gate;
  odoo_.OnCall([gate](const Arrival& arrival) { return gate.Hold(Three(arrival)); });
  std::vector<Started> started;
  for (int i = 0; i < 4; ++i) started.push_back(gateway_.Read());
  ASSERT_TRUE(Eventually([this] { return gateway_.watcher().load().waiting == 2; }));
  EXPECT_EQ(gateway_.watcher().load().in_flight, 2U);
  const Response response = gateway_.Read().response.get();
  EXPECT_EQ(Told(response), "OVERLOADED RESOURCE_EXHAUSTED");
  EXPECT_TRUE(response.failure().retry_after);
  ASSERT_TRUE(odoo_.AwaitCalls(2));
  EXPECT_EQ(odoo_.calls().size(), 2U);
  gate.Open();
  for (Started& call : started) EXPECT_EQ(Told(call.response.get()), "OK");
  EXPECT_EQ(odoo_.calls().size(), 4U);
  EXPECT_TRUE(Eventually([this] { return gateway_.watcher().load().in_flight == 0; }));
}

TEST_F(EngineTest, WaitingCallsEndWithTheirDeadlineOrTheirCaller) {
  Gate gate;
  odoo_.OnCall([gate](const Arrival& arrival) { return gate.Hold(Three(arrival)); });
  std::vector<Started> busy;
  for (int i = 0; i < 2; ++i) busy.push_back(gateway_.Read());
  ASSERT_TRUE(odoo_.AwaitCalls(2));
  Started late = gateway_.Write(http::Clock::now() + 60ms);
  Started cancelled = gateway_.Write();
  ASSERT_TRUE(Eventually([this] { return gateway_.watcher().load().waiting == 2; }));
  cancelled.call->Cancel();
  EXPECT_EQ(Told(cancelled.response.get()), "CANCELLED CANCELLED");
  EXPECT_EQ(Told(late.response.get()), "TIMEOUT DEADLINE_EXCEEDED");
  gate.Open();
  for (Started& call : busy) EXPECT_EQ(Told(call.response.get()), "OK");
  EXPECT_EQ(odoo_.calls().size(), 2U);
  // Does nothing for calls that ended.
  cancelled.call->Cancel();
  EXPECT_EQ(Told(gateway_.Read()), "OK");
}

TEST_F(EngineTest, CancelledCallsEndWhileOdooWorks) {
  const Gate gate;
  odoo_.OnCall([gate](const Arrival& arrival) { return gate.Hold(Three(arrival)); });
  Started write = gateway_.Write();
  ASSERT_TRUE(odoo_.AwaitCalls(1));
  write.call->Cancel();
  EXPECT_EQ(Told(write.response.get()), "OUTCOME_UNKNOWN UNKNOWN");
  Started read = gateway_.Read();
  ASSERT_TRUE(odoo_.AwaitCalls(2));
  read.call->Cancel();
  EXPECT_EQ(Told(read.response.get()), "CANCELLED CANCELLED");
  EXPECT_TRUE(Eventually([this] { return gateway_.watcher().load().in_flight == 0; }));
  EXPECT_EQ(odoo_.calls().size(), 2U);
}

TEST_F(EngineTest, CancelledCallsAreNotSentAgain) {
  odoo_.OnCall(Silence);
  std::promise<std::shared_ptr<Call>> call;
  auto known = call.get_future().share();
  // On the loop's thread: the cancellation is there before the pause ends.
  gateway_.watcher().OnNextLost([known] { known.get()->Cancel(); });
  Started read = gateway_.Read();
  call.set_value(read.call);
  EXPECT_NE(Told(read.response.get()), "OK");
  EXPECT_EQ(odoo_.calls().size(), 1U);
}

TEST_F(EngineTest, RefusedRequestsEndAtOnce) {
  Started started = gateway_.Start("CreatePartner", "");
  EXPECT_EQ(Told(started.response.get()), "REQUIRED_FIELD_MISSING INVALID_ARGUMENT");
  started.call->Cancel();
  EXPECT_THAT(odoo_.calls(), IsEmpty());
}

TEST_F(EngineTest, ManyCallsAtOnceAllEnd) {
  odoo_.OnCall(Three);
  std::vector<std::thread> threads;
  std::atomic<int> answered = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 25; ++j) {
        Started started = gateway_.Read();
        if (j % 5 == 0) started.call->Cancel();
        static_cast<void>(started.response.get());
        ++answered;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, 100);
}

// ---- Admission alone, on its loop ----

base::Task<Admission::Verdict> Enter(Admission& admission, http::Clock::time_point deadline,
                                     Cancellation& cancellation) {
  co_return co_await admission.Enter(deadline, cancellation);
}

base::Detached Note(Admission& admission, http::Clock::time_point deadline,
                    Cancellation& cancellation, std::string name,
                    std::vector<std::string>& verdicts) {
  static const std::array<std::string, 4> kNames = {"admitted", "overloaded", "deadline",
                                                    "cancelled"};
  const auto verdict = co_await Enter(admission, deadline, cancellation);
  verdicts.push_back(name + " " + kNames[static_cast<std::size_t>(verdict)]);
}

// ---- Diagnosis after failure ----

// A fault that names no field, raised by whatever writes; look-ups get `looked_up`.
FakeOdoo::Script Refusing(const Json& fault, std::function<Reaction(const Arrival&)> looked_up) {
  return [fault, looked_up = std::move(looked_up)](const Arrival& arrival) {
    const bool write = arrival.method == "create" || arrival.method == "web_save";
    return write ? Fault(arrival, fault) : looked_up(arrival);
  };
}

const Json kStumbles{{"name", "builtins.TypeError"},
                     {"message", "unsupported operand type(s) for /: 'float' and 'NoneType'"},
                     {"debug", ""}};
const Json kMissing{{"name", "odoo.exceptions.MissingError"},
                    {"message", "Record of Users (res.users) does not exist or has been deleted."},
                    {"debug", ""}};

constexpr const char* kTwoUsers =
    "values { name: 'A' country_id { id: 20 } user_id { id: 8 } buyer_id { id: 9 } "
    "parent_id { id: 30 } }";

std::vector<std::string> PathsOf(const Response& response) {
  std::vector<std::string> paths;
  for (const base::Violation& violation : response.failure().violations) {
    paths.push_back(violation.path);
  }
  return paths;
}

std::vector<std::string> ModelsAsked(const FakeOdoo& odoo) {
  std::vector<std::string> models;
  for (const Arrival& arrival : odoo.calls()) models.push_back(arrival.model);
  return models;
}

TEST_F(EngineTest, TheReferenceThatLeadsToNothingIsFound) {
  odoo_.OnCall(Refusing(kMissing, [](const Arrival& a) { return Result(a, Json::array({8})); }));
  const Response response = gateway_.Start("CreatePartner", kTwoUsers).response.get();
  EXPECT_EQ(Told(response), "INVALID_REFERENCE INVALID_ARGUMENT");
  EXPECT_THAT(PathsOf(response), ElementsAre("values.buyer_id"));
  // Odoo's words name the model: it is asked about first.
  EXPECT_THAT(ModelsAsked(odoo_), ElementsAre("res.partner", "res.users"));
}

TEST_F(EngineTest, TwoModelsAreAskedAboutAndNoMore) {
  const auto all_seen = [](const Arrival& a) {
    return Result(a, a.arguments["kwargs"]["domain"][0][2]);
  };
  odoo_.OnCall(Refusing(kStumbles, all_seen));
  const Response response = gateway_.Start("CreatePartner", kTwoUsers).response.get();
  EXPECT_EQ(Told(response), "SERVER_ERROR INTERNAL");
  EXPECT_THAT(PathsOf(response), IsEmpty());
  EXPECT_EQ(odoo_.calls().size(), 3U);
}

TEST_F(EngineTest, AReferenceToNothingExplainsThatOdooStumbled) {
  odoo_.OnCall(Refusing(kStumbles, [](const Arrival& a) {
    return Result(a, a.model == "res.country" ? Json::array({20}) : Json::array());
  }));
  const Response response =
      gateway_
          .Start("CreatePartner", "values { name: 'A' country_id { id: 20 } user_id { id: 8 } }")
          .response.get();
  EXPECT_EQ(Told(response), "INVALID_REFERENCE INVALID_ARGUMENT");
  EXPECT_THAT(PathsOf(response), ElementsAre("values.user_id"));
}

TEST_F(EngineTest, ALookupThatFailsLeavesTheFailureAsItWas) {
  for (const auto& looked_up : std::vector<std::function<Reaction(const Arrival&)>>{
           [](const Arrival&) { return Html(500); },
           [](const Arrival& a) { return Fault(a, kStumbles); },
           [](const Arrival& a) { return Result(a, "nonsense"); }, Silence}) {
    odoo_.OnCall(Refusing(kStumbles, looked_up));
    const Response response = gateway_.Start("CreatePartner", kTwoUsers).response.get();
    EXPECT_EQ(Told(response), "SERVER_ERROR INTERNAL");
    EXPECT_THAT(PathsOf(response), IsEmpty());
  }
}

TEST_F(EngineTest, ADeadlineDuringALookupLeavesTheFailureAsItWas) {
  const Gate gate;
  odoo_.OnCall(Refusing(kStumbles, [gate](const Arrival& a) { return gate.Hold(Three(a)); }));
  const auto deadline = http::Clock::now() + 400ms;
  const std::string told = Told(gateway_.Start("CreatePartner", kTwoUsers, deadline));
  EXPECT_EQ(told, "SERVER_ERROR INTERNAL");
  EXPECT_LT(http::Clock::now(), deadline);
  EXPECT_TRUE(Eventually([this] { return gateway_.watcher().load().in_flight == 0; }));
}

TEST_F(EngineTest, ACancellationDuringALookupLeavesTheFailureAsItWas) {
  const Gate gate;
  odoo_.OnCall(Refusing(kStumbles, [gate](const Arrival& a) { return gate.Hold(Three(a)); }));
  Started started = gateway_.Start("CreatePartner", kTwoUsers);
  ASSERT_TRUE(odoo_.AwaitCalls(2));
  started.call->Cancel();
  EXPECT_EQ(Told(started.response.get()), "SERVER_ERROR INTERNAL");
  EXPECT_EQ(odoo_.calls().size(), 2U);
  EXPECT_TRUE(Eventually([this] { return gateway_.watcher().load().in_flight == 0; }));
}

TEST_F(EngineTest, ALookupTakesNoFurtherPlace) {
  const Gate gate;
  odoo_.OnCall(Refusing(kStumbles, [gate](const Arrival& a) { return gate.Hold(IdSeven(a)); }));
  Started first = gateway_.Start("CreatePartner", kTwoUsers);
  Started second = gateway_.Start("CreatePartner", kTwoUsers);
  ASSERT_TRUE(odoo_.AwaitCalls(4));
  EXPECT_EQ(gateway_.watcher().load().in_flight, 2U);
  EXPECT_EQ(gateway_.watcher().load().waiting, 0U);
  first.call->Cancel();
  second.call->Cancel();
  EXPECT_EQ(Told(first.response.get()), "SERVER_ERROR INTERNAL");
  EXPECT_EQ(Told(second.response.get()), "SERVER_ERROR INTERNAL");
}

TEST_F(EngineTest, LostWritesAreNotAskedAbout) {
  odoo_.OnCall(Silence);
  EXPECT_EQ(Told(gateway_.Start("CreatePartner", kTwoUsers)), "OUTCOME_UNKNOWN UNKNOWN");
  EXPECT_EQ(odoo_.calls().size(), 1U);
}

TEST_F(EngineTest, TheLabelInOdoosWordsNamesTheField) {
  const Json refused{{"name", "odoo.exceptions.UserError"},
                     {"message", "The reference of “A” is settled; so is its website link."},
                     {"debug", ""}};
  // The labels are those of a real Odoo.
  odoo_.OnCall(Refusing(refused, Silence));
  const Response response =
      gateway_.Start("CreatePartner", "values { name: 'A' ref: 'f' website: 'w' email: 'e' }")
          .response.get();
  EXPECT_EQ(Told(response), "BUSINESS_RULE FAILED_PRECONDITION");
  EXPECT_THAT(PathsOf(response), UnorderedElementsAre("values.ref", "values.website"));
}

TEST_F(EngineTest, TheOnlyChangeIsToBlameWithoutALookup) {
  const Json refused{{"name", "odoo.exceptions.UserError"}, {"message", "Not now."}, {"debug", ""}};
  odoo_.OnCall(Refusing(refused, Silence));
  const Response response =
      gateway_.Start("UpdatePartner", "id: 3 values { ref: 'R' }").response.get();
  EXPECT_THAT(PathsOf(response), ElementsAre("values.ref"));
  EXPECT_EQ(odoo_.calls().size(), 1U);
}

TEST(AdmissionAlone, IsFirstComeFirstServed) {
  http::Loop loop;
  std::vector<std::string> verdicts;
  std::vector<std::pair<std::size_t, std::size_t>> loads;
  Admission admission(loop, {1, 3}, [&loads](std::size_t in_flight, std::size_t waiting) {
    loads.emplace_back(in_flight, waiting);
  });
  std::promise<void> done;
  loop.Post([&] {
    Cancellation none;
    Cancellation gives_up;
    Cancellation gave_up;
    gave_up.Request();
    const auto later = http::Clock::now() + 1h;
    const auto past = http::Clock::now();
    Note(admission, later, none, "a", verdicts);
    Note(admission, later, none, "b", verdicts);
    Note(admission, later, gives_up, "c", verdicts);
    Note(admission, later, none, "d", verdicts);
    Note(admission, later, none, "e", verdicts);
    Note(admission, past, none, "f", verdicts);
    Note(admission, later, gave_up, "g", verdicts);
    gives_up.Request();
    gives_up.Request();
    for (int i = 0; i < 3; ++i) admission.Leave();
    done.set_value();
  });
  done.get_future().get();
  EXPECT_THAT(verdicts, ElementsAre("a admitted", "e overloaded", "f deadline", "g cancelled",
                                    "c cancelled", "b admitted", "d admitted"));
  EXPECT_EQ(loads.back(), std::make_pair(std::size_t{0}, std::size_t{0}));
}

TEST(CancellationAlone, StopsWhatWaitsNow) {
  std::vector<std::string> stopped;
  Cancellation cancellation;
  cancellation.OnRequest([&] { stopped.emplace_back("first"); });
  cancellation.OnRequest([&] {
    stopped.emplace_back("second");
    cancellation.OnRequest([&] { stopped.emplace_back("third"); });
  });
  EXPECT_FALSE(cancellation.requested());
  cancellation.Request();
  EXPECT_TRUE(cancellation.requested());
  EXPECT_THAT(stopped, ElementsAre("second"));
  cancellation.Clear();
  cancellation.Request();
  EXPECT_THAT(stopped, ElementsAre("second"));
}

// ---- Finding Odoo ----

TEST(Connecting, ChoosesTheProtocolThatFits) {
  struct Case {
    int version;
    std::string key;
    odoo::Protocol protocol;
  };
  for (const Case& test :
       {Case{18, "key", odoo::Protocol::kJsonRpc}, Case{19, "key", odoo::Protocol::kJson2},
        Case{19, "", odoo::Protocol::kJsonRpc}}) {
    FakeOdoo odoo(test.version);
    InstanceOptions options = OptionsFor(odoo);
    options.credentials.api_key = test.key;
    Gateway gateway(options);
    ASSERT_TRUE(gateway.AwaitSession());
    const auto session = gateway.connection()->session;
    EXPECT_EQ(session->protocol, test.protocol);
    EXPECT_EQ(session->version, test.version);
    EXPECT_EQ(session->uid, 7);
    EXPECT_EQ(session->company_id, 1);
    EXPECT_EQ(session->lang, "en_US");
    EXPECT_NE(session->schema->Find("res.partner", "name"), nullptr);
  }
}

TEST(Connecting, BeginsWithoutOdooAndRecovers) {
  FakeOdoo odoo(18);
  odoo.OnCall(Three);
  odoo.Stop();
  Gateway gateway(OptionsFor(odoo));
  EXPECT_EQ(Told(gateway.Read()), "UPSTREAM_UNAVAILABLE UNAVAILABLE");
  odoo.Start();
  ASSERT_TRUE(gateway.AwaitSession());
  EXPECT_EQ(Told(gateway.Read()), "OK");
  EXPECT_TRUE(gateway.changes().back());
}

TEST(Connecting, KeepsItsSessionThroughAnOutage) {
  FakeOdoo odoo(18);
  odoo.OnCall(Three);
  InstanceOptions options = OptionsFor(odoo);
  options.probe_interval = 10ms;
  Gateway gateway(options);
  ASSERT_TRUE(gateway.AwaitSession());
  odoo.Stop();
  ASSERT_TRUE(Eventually([&] { return !gateway.connection()->reachable; }));
  EXPECT_NE(gateway.connection()->session, nullptr);
  odoo.Start();
  ASSERT_TRUE(gateway.AwaitSession());
  EXPECT_EQ(Told(gateway.Read()), "OK");
  EXPECT_THAT(gateway.changes(), ElementsAre(true, false, true));
}

TEST(Connecting, NoticesAnotherVersion) {
  FakeOdoo odoo(18);
  InstanceOptions options = OptionsFor(odoo);
  options.probe_interval = 10ms;
  Gateway gateway(options);
  ASSERT_TRUE(gateway.AwaitSession());
  EXPECT_NE(gateway.connection()->session->schema->Find("res.partner", "mobile"), nullptr);
  odoo.set_version(19);
  ASSERT_TRUE(Eventually([&] {
    const auto connection = gateway.connection();
    return connection->session != nullptr && connection->session->version == 19;
  }));
  EXPECT_EQ(gateway.connection()->session->schema->Find("res.partner", "mobile"), nullptr);
}

TEST(Connecting, SaysWhyItCannot) {
  struct Case {
    std::string what;
    int version;
    std::function<std::optional<Reaction>(const Arrival&)> any;
    Reason reason;
  };
  const std::vector<Case> cases = {
      {"a wrong password", 18,
       [](const Arrival& a) -> std::optional<Reaction> {
         if (!a.json_rpc() || a.body["params"]["method"] != "authenticate") return std::nullopt;
         return Result(a, false);
       },
       Reason::kIntegrationUserRejected},
      {"an old Odoo", 17, nullptr, Reason::kEndpointNotFound},
      {"another web server", 18, [](const Arrival&) { return Html(200); },
       Reason::kMalformedResponse},
      {"nothing behind the proxy", 18, [](const Arrival&) { return Html(502); },
       Reason::kUpstreamUnavailable},
  };
  for (const Case& test : cases) {
    FakeOdoo odoo(test.version);
    if (test.any) odoo.OnAny(test.any);
    Gateway gateway(OptionsFor(odoo));
    ASSERT_TRUE(Eventually([&] {
      return !gateway.changes().empty() ||
             gateway.connection()->failure->message.find("still") == std::string::npos;
    })) << test.what;
    EXPECT_EQ(base::InfoOf(gateway.connection()->failure->reason).name,
              base::InfoOf(test.reason).name)
        << test.what << ": " << gateway.connection()->failure->message;
    EXPECT_EQ(gateway.connection()->session, nullptr);
    EXPECT_EQ(Told(gateway.Read()), Told(Response(*gateway.connection()->failure)));
  }
}

TEST(Connecting, LeavesOutModelsThatAreNotThere) {
  FakeOdoo odoo(18);
  odoo.OnAny([](const Arrival& a) -> std::optional<Reaction> {
    if (a.method != "fields_get") return std::nullopt;
    if (a.model == "x.hidden")
      return Exception(a, "odoo.exceptions.AccessError", "You are not allowed", 403);
    if (a.model != "x.missing") return std::nullopt;
    return Exception(a, "odoo.exceptions.UserError", "Object x.missing doesn't exist", 200);
  });
  InstanceOptions options = OptionsFor(odoo);
  options.models = {"x.missing", "x.hidden", "res.partner"};
  Gateway gateway(options);
  ASSERT_TRUE(gateway.AwaitSession()) << gateway.connection()->failure->message;
  const schema::Schema& schema = *gateway.connection()->session->schema;
  EXPECT_EQ(schema.Find("x.missing"), nullptr);
  EXPECT_EQ(schema.WhyAbsent("x.missing"), schema::Absence::kMissing);
  EXPECT_EQ(schema.WhyAbsent("x.hidden"), schema::Absence::kHidden);
  EXPECT_NE(schema.Find("res.partner"), nullptr);
  EXPECT_EQ(schema.WhyAbsent("res.partner"), std::nullopt);
  EXPECT_TRUE(gateway.connection()->Serves("res.partner"));
  EXPECT_FALSE(gateway.connection()->Serves("x.missing"));
  EXPECT_FALSE(gateway.connection()->Serves("x.hidden"));
}

TEST(Connecting, AsksForManyModelsAtOnceWithinTheLimit) {
  for (const std::size_t limit : {1, 3}) {
    std::atomic<int> now = 0;
    std::atomic<int> most = 0;
    FakeOdoo odoo(18);
    odoo.OnAny([&](const Arrival& a) -> std::optional<Reaction> {
      if (a.method != "fields_get") return std::nullopt;
      const int together = ++now;
      for (int before = most; before < together && !most.compare_exchange_weak(before, together);) {
      }
      std::this_thread::sleep_for(20ms);
      --now;
      return std::nullopt;
    });
    InstanceOptions options = OptionsFor(odoo);
    options.models = {"res.partner", "res.country", "res.company", "sale.order", "res.users"};
    options.upstream.limits = {limit, 0};
    Gateway gateway(options);
    ASSERT_TRUE(gateway.AwaitSession()) << gateway.connection()->failure->message;
    EXPECT_EQ(most, static_cast<int>(limit));
    for (const std::string& model : options.models)
      EXPECT_NE(gateway.connection()->session->schema->Find(model), nullptr) << model;
  }
}

TEST(Connecting, FailsWithTheModelThatFails) {
  FakeOdoo odoo(18);
  odoo.OnAny([](const Arrival& a) -> std::optional<Reaction> {
    if (a.method != "fields_get" || a.model != "sale.order") return std::nullopt;
    return Exception(a, "builtins.ZeroDivisionError", "division by zero", 500);
  });
  InstanceOptions options = OptionsFor(odoo);
  options.models = {"res.partner", "sale.order", "res.country"};
  Gateway gateway(options);
  ASSERT_TRUE(Eventually([&] {
    return gateway.connection()->failure->reason == Reason::kServerError;
  })) << gateway.connection()->failure->message;
  EXPECT_EQ(gateway.connection()->session, nullptr);
}

// Rights, groups and keys as Odoo tells them; anything else as always.
std::optional<Reaction> Tells(const Arrival& a) {
  if (a.method == "has_access") {
    const std::string right =
        a.json_rpc() ? a.arguments["kwargs"]["operation"] : a.arguments["operation"];
    return Result(a, a.model == "res.partner" && right != "unlink");
  }
  if (a.method == "has_group") return Result(a, true);
  if (a.model != "res.users.apikeys") return std::nullopt;
  return Result(
      a, Json::array({{{"id", 1}, {"scope", "rpc"}, {"expiration_date", false}},
                      {{"id", 2}, {"scope", false}, {"expiration_date", "2027-01-02 03:04:05"}},
                      {{"id", 3}, {"scope", "2fa"}, {"expiration_date", "2026-01-01 00:00:00"}}}));
}

TEST(Connecting, LooksAroundOnceItIsConnected) {
  for (const int version : {18, 19}) {
    FakeOdoo odoo(version);
    odoo.OnAny(Tells);
    InstanceOptions options = OptionsFor(odoo);
    options.credentials.api_key = "key";
    options.models = {"res.partner", "sale.order"};
    options.needs = {{"res.partner", schema::Rights(0b1111)}, {"sale.order", schema::Rights(1)}};
    Gateway gateway(options);
    ASSERT_TRUE(Eventually([&] { return gateway.connection()->survey != nullptr; }));
    const Survey& survey = *gateway.connection()->survey;
    EXPECT_EQ(survey.administrator, true);
    ASSERT_TRUE(survey.keys.has_value());
    EXPECT_EQ(survey.keys->size(), 2) << "the third serves for something else";
    using namespace std::chrono;
    EXPECT_EQ(survey.FirstExpiry(), sys_days(2027y / 1 / 2) + hours(3) + minutes(4) + seconds(5));
    const schema::Access& partner = survey.access.at("res.partner");
    EXPECT_EQ(partner.known, schema::Rights(0b1111));
    EXPECT_EQ(partner.granted, schema::Rights(0b0111));
    EXPECT_TRUE(gateway.connection()->Serves("res.partner"));
    EXPECT_FALSE(gateway.connection()->Serves("sale.order")) << "no right at all";
  }
}

TEST(Connecting, ServesWhatOdooDoesNotTellAbout) {
  FakeOdoo odoo(18);
  odoo.OnCall([](const Arrival& a) {
    return Exception(a, "odoo.exceptions.AccessError", "You are not allowed", 403);
  });
  InstanceOptions options = OptionsFor(odoo);
  options.needs = {{"res.partner", schema::Rights(1)}};
  Gateway gateway(options);
  ASSERT_TRUE(Eventually([&] { return gateway.connection()->survey != nullptr; }));
  EXPECT_TRUE(gateway.connection()->Serves("res.partner"));
  EXPECT_EQ(gateway.connection()->survey->keys, std::nullopt);
  EXPECT_EQ(gateway.connection()->survey->administrator, std::nullopt);
}

TEST(Connecting, ServesWhileItLooksAroundAndEndsWhileItDoes) {
  const Gate gate;
  FakeOdoo odoo(18);
  odoo.OnAny([&](const Arrival& a) -> std::optional<Reaction> {
    if (a.method != "has_access") return std::nullopt;
    return gate.Hold(Result(a, true));
  });
  odoo.OnCall(Three);
  InstanceOptions options = OptionsFor(odoo);
  options.needs = {{"res.partner", schema::Rights(0b1111)}};
  const auto begun = http::Clock::now();
  {
    Gateway gateway(options);
    ASSERT_TRUE(gateway.AwaitSession());
    EXPECT_EQ(Told(gateway.Read()), "OK");
    EXPECT_EQ(gateway.connection()->survey, nullptr);
  }
  EXPECT_LT(http::Clock::now() - begun, 5s);
}

// An app is installed and removed while the gateway runs: calls tell it.
TEST(Connecting, NoticesThatAModelCameOrWent) {
  std::atomic<bool> installed = false;
  const auto missing = [&](const Arrival& a) -> std::optional<Reaction> {
    if (installed || a.model != "res.partner") return std::nullopt;
    return Exception(a, "odoo.exceptions.UserError", "Object res.partner doesn't exist", 200);
  };
  FakeOdoo odoo(18);
  odoo.OnAny(missing);
  odoo.OnCall(Three);
  InstanceOptions options = OptionsFor(odoo);
  options.doubt_pause = 10ms;
  Gateway gateway(options);
  ASSERT_TRUE(gateway.AwaitSession());
  EXPECT_FALSE(gateway.connection()->Serves("res.partner"));
  const auto refused = gateway.Read().response.get();
  EXPECT_EQ(Told(refused), "MODEL_NOT_FOUND UNIMPLEMENTED");
  EXPECT_THAT(refused.failure().message, testing::HasSubstr("Install the app `base`"));

  for (const bool now : {true, false}) {
    installed = now;
    EXPECT_TRUE(Eventually([&] {
      // Doubts count some time after the gateway looked.
      gateway.Read().response.wait();
      return gateway.connection()->Serves("res.partner") == now;
    }));
  }
}

// How often an Odoo was asked to connect, and for a right.
struct Asked {
  std::atomic<int> connects = 0;
  std::atomic<int> rights = 0;

  void Count(const Arrival& a) {
    if (a.model.empty() && a.json_rpc() && a.body["params"]["method"] == "authenticate") ++connects;
    if (a.method == "has_access") ++rights;
  }
};

TEST(Connecting, SurveysOnceHoweverManyDoubtsThereAre) {
  Asked asked;
  FakeOdoo odoo(18);
  odoo.OnAny([&](const Arrival& a) -> std::optional<Reaction> {
    asked.Count(a);
    // Longer than doubts wait.
    if (a.method == "has_access") std::this_thread::sleep_for(30ms);
    return Tells(a);
  });
  odoo.OnCall([](const Arrival&) { return Html(502); });
  InstanceOptions options = OptionsFor(odoo);
  options.needs = {{"res.partner", schema::Rights(0b1111)}};
  options.doubt_pause = 10ms;
  Gateway gateway(options);
  ASSERT_TRUE(gateway.AwaitSession());
  const auto end = http::Clock::now() + 1s;
  while (http::Clock::now() < end) EXPECT_NE(Told(gateway.Read()), "OK");
  EXPECT_NE(gateway.connection()->survey, nullptr) << "doubts cut it short";
  EXPECT_EQ(asked.rights, 4);
  // After 10, 20, 40, ... ms; 640 ms would be the seventh.
  EXPECT_GT(asked.connects, 1);
  EXPECT_LE(asked.connects, 8);
}

TEST(Connecting, SurveysAgainAfterOneThatFailed) {
  Asked asked;
  std::atomic<bool> failed = false;
  FakeOdoo odoo(18);
  odoo.OnAny([&](const Arrival& a) -> std::optional<Reaction> {
    asked.Count(a);
    if (a.method == "has_access" && !failed.exchange(true)) return NoAnswer();
    return Tells(a);
  });
  InstanceOptions options = OptionsFor(odoo);
  options.needs = {{"res.partner", schema::Rights(0b1111)}};
  options.probe_interval = 10ms;
  options.survey_pause = 200ms;
  const auto begun = http::Clock::now();
  Gateway gateway(options);
  ASSERT_TRUE(Eventually([&] { return gateway.connection()->survey != nullptr; }));
  EXPECT_GE(http::Clock::now() - begun, options.survey_pause);
  EXPECT_EQ(gateway.connection()->survey->access.at("res.partner").known, schema::Rights(0b1111));
  EXPECT_EQ(asked.connects, 1) << "for that, nobody has to connect anew";
}

// The list of fields grows old while Odoo takes one call at a time and none may wait.
TEST(Connecting, LooksAgainWithoutTakingThePlacesOfCalls) {
  const Gate gate;
  Asked asked;
  std::atomic<bool> held = false;
  FakeOdoo odoo(18);
  odoo.OnAny([&](const Arrival& a) -> std::optional<Reaction> {
    asked.Count(a);
    if (a.method != "fields_get" || asked.connects < 2) return std::nullopt;
    held = true;
    return gate.Hold(NoAnswer());
  });
  odoo.OnCall(Three);
  InstanceOptions options = OptionsFor(odoo);
  options.upstream.limits = {1, 0};
  options.schema_max_age = 1ms;
  options.probe_interval = 1ms;
  Gateway gateway(options);
  ASSERT_TRUE(gateway.AwaitSession());
  ASSERT_TRUE(Eventually([&] { return held.load(); }));
  EXPECT_EQ(Told(gateway.Read()), "OK");
}

TEST(Connecting, EndsWhileItWaits) {
  const Gate gate;
  FakeOdoo odoo(18);
  odoo.OnAny([gate](const Arrival&) { return gate.Hold(Html(200)); });
  const auto begun = http::Clock::now();
  { const Gateway gateway(OptionsFor(odoo)); }
  EXPECT_LT(http::Clock::now() - begun, 5s);
}

}  // namespace
}  // namespace gateway::engine
