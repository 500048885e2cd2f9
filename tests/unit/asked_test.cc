// Answers have to be about what was asked: the rules by themselves, and what the engine makes of an
// Odoo, or of something before it, that answers about something else.
#include "engine/asked.h"

#include <gmock/gmock.h>

#include <array>
#include <set>

#include "engine/invoker.h"
#include "engine/operations/operations.h"
#include "engine/response.h"
#include "engine_gateway.h"
#include "plan/page_token.h"

namespace gateway::engine {
namespace {

using odoo::Protocol;
using test::Arrival;
using test::FakeOdoo;
using test::Json;
using test::Reaction;
using testing::ElementsAre;
using testing::IsEmpty;

// ---- The rules ----

struct Parsed {
  explicit Parsed(const std::string& json) : root(parser.parse(json)) {}
  codec::JsonView view() const { return codec::JsonView(root); }

  simdjson::dom::parser parser;
  simdjson::dom::element root;
};

std::string ReasonOf(const base::Failure& failure) {
  return std::string(base::InfoOf(failure.reason).name);
}

TEST(Ids, AreAListOfPositiveNumbers) {
  const Parsed ids("[3, 1, 2147483648]");
  EXPECT_THAT(*IdsIn(ids.view()), ElementsAre(3, 1, 2147483648));
  const Parsed records(R"([{"name": "x", "id": 3}, {"id": 1}])");
  EXPECT_THAT(*RecordIdsIn(records.view()), ElementsAre(3, 1));
  EXPECT_THAT(*IdsIn(Parsed("[]").view()), IsEmpty());
  for (const char* json : {"7", "null", "{}", "[0]", "[1, -1]", "[1, \"2\"]", "[1, null]", "[[1]]",
                           "[1.5]", "[true]"}) {
    const Parsed answer(json);
    EXPECT_FALSE(IdsIn(answer.view())) << json;
  }
  for (const char* json : {"{\"id\": 1}", "false", "[1]", "[{}]", "[{\"id\": 0}]", "[null]",
                           "[{\"id\": 1}, {\"id\": false}]", "[[{\"id\": 1}]]"}) {
    const Parsed answer(json);
    EXPECT_FALSE(RecordIdsIn(answer.view())) << json;
  }
}

TEST(Ids, AreThoseThatWereAskedFor) {
  EXPECT_THAT(*MissingIn({}, {}), IsEmpty());
  EXPECT_THAT(*MissingIn({2, 1}, {1, 2}), IsEmpty());
  EXPECT_THAT(*MissingIn({2}, {3, 2, 1}), ElementsAre(3, 1));
  EXPECT_FALSE(MissingIn({77}, {1}));
  EXPECT_FALSE(MissingIn({1, 77}, {1, 2}));
  EXPECT_FALSE(MissingIn({1, 1}, {1, 2}));
  EXPECT_FALSE(MissingIn({1}, {}));
  const base::Failure failure = std::move(MissingIn({77}, {1}).failure());
  EXPECT_EQ(ReasonOf(failure), "MALFORMED_RESPONSE");
  EXPECT_EQ(failure.message.find("77"), std::string::npos) << "for the log only";
  EXPECT_NE(failure.debug.find("77"), std::string::npos);
}

TEST(Ids, OfWhatOdooMadeAreNewAndAsMany) {
  EXPECT_TRUE(CheckMade({}, 0));
  EXPECT_TRUE(CheckMade({9, 7}, 2));
  EXPECT_FALSE(CheckMade({7}, 2));
  EXPECT_FALSE(CheckMade({7, 8, 9}, 2));
  EXPECT_FALSE(CheckMade({7, 7}, 2));
  EXPECT_TRUE(CheckDistinct({3, 1, 2}));
  EXPECT_FALSE(CheckDistinct({3, 1, 3}));
}

plan::Plan SearchPlan(const std::string& text) {
  const contract::Method& method = test::MethodNamed("SearchPartners");
  auto plan =
      plan::MakePlan(test::BuiltIn(), method, {18, nullptr, {}}, test::RequestBytes(method, text));
  EXPECT_TRUE(plan.ok()) << text;
  return std::move(*plan);
}

// The page of `text` after the record or offset `position`.
plan::Search PageAfter(const std::string& text, std::int64_t position) {
  const auto first = std::get<plan::Search>(SearchPlan(text).body);
  if (position == 0) return first;
  const std::string token = plan::EncodePageToken({first.fingerprint, position});
  return std::get<plan::Search>(SearchPlan(text + " page_token: '" + token + "'").body);
}

TEST(Pages, FollowTheIdOrHoldEachRecordOnce) {
  const std::string by_id = "page_size: 2";
  const std::string filtered = "page_size: 2 filter { name { equals: 'A' } }";
  const std::string by_name = "page_size: 2 order_by { field: 'name' }";
  struct Case {
    std::string query;
    std::int64_t after;
    Ids ids;
    bool good;
  };
  const std::vector<Case> cases = {
      {by_id, 0, {}, true},        {by_id, 0, {1, 5}, true},
      {by_id, 0, {1, 5, 6}, true}, {by_id, 0, {1, 5, 6, 7}, false},
      {by_id, 0, {5, 1}, false},   {by_id, 0, {1, 1}, false},
      {by_id, 10, {11, 20}, true}, {by_id, 10, {10, 11}, false},
      {by_id, 10, {3}, false},     {filtered, 0, {3}, true},
      {filtered, 10, {11}, true},  {filtered, 10, {10}, false},
      {by_name, 0, {5, 1}, true},  {by_name, 0, {5, 1, 5}, false},
      {by_name, 10, {5, 1}, true}, {by_name, 10, {5, 1, 2, 3}, false},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(CheckPage(PageAfter(test.query, test.after), test.ids).ok(), test.good)
        << test.query << " after " << test.after << ": " << testing::PrintToString(test.ids);
  }
}

TEST(Records, HaveOneId) {
  const plan::Plan plan = SearchPlan("read_mask { paths: 'name' paths: 'child_ids' }");
  const auto found = [&plan](const std::string& records) {
    const Parsed answer(R"({"records": )" + records + "}");
    return Answer(plan, odoo::Session(), std::get<plan::Search>(plan.body), answer.view()).ok();
  };
  EXPECT_TRUE(found(R"([{"id": 1, "name": "A", "child_ids": [{"id": 5}]}])"));
  // Parsers do not agree on which of them counts.
  EXPECT_FALSE(found(R"([{"id": 1, "id": 1}])"));
  EXPECT_FALSE(found(R"([{"id": 1, "name": "A", "id": 77}])"));
  EXPECT_FALSE(found(R"([{"id": 1, "child_ids": [{"id": 5, "id": 6}]}])"));
  EXPECT_FALSE(found(R"([{"id": 1, "child_ids": [{"id": -5}]}])"));
  EXPECT_FALSE(found(R"([{"id": 1, "child_ids": [{"name": "no id"}]}])"));
}

// ---- Through the engine, over every protocol ----

// Connected once, used by every case.
struct World {
  World(int version, Protocol protocol) : odoo(version), gateway(Options(protocol)) {
    EXPECT_TRUE(gateway.AwaitSession());
  }

  InstanceOptions Options(Protocol protocol) const {
    InstanceOptions options = OptionsFor(odoo);
    options.credentials.api_key = "key";
    options.protocol = protocol;
    options.models = {"res.partner", "sale.order", "sale.order.line", "account.move",
                      "sale.advance.payment.inv"};
    return options;
  }

  FakeOdoo odoo;
  Gateway gateway;
};

struct Case {
  std::string rpc;
  std::string request;
  // Results in the order in which Odoo is asked.
  std::vector<std::string> results;
  std::string told;
};

const std::string kUnknown = "OUTCOME_UNKNOWN UNKNOWN";
const std::string kMalformed = "MALFORMED_RESPONSE INTERNAL";
const std::string kAbsent = "RECORD_NOT_FOUND NOT_FOUND";

FakeOdoo::Script Answering(const std::vector<std::string>& results) {
  std::vector<std::function<Reaction(const Arrival&)>> turns;
  for (const std::string& result : results) {
    turns.emplace_back(
        [result](const Arrival& arrival) { return test::Result(arrival, Json::parse(result)); });
  }
  return InTurn(std::move(turns));
}

class AskedTest : public testing::TestWithParam<std::pair<int, Protocol>> {
 protected:
  void Expect(const std::vector<Case>& cases) {
    for (const Case& test : cases) {
      world_.odoo.OnCall(Answering(test.results));
      world_.odoo.Forget();
      EXPECT_EQ(Told(world_.gateway.Start(test.rpc, test.request)), test.told)
          << test.rpc << " " << test.request << " " << testing::PrintToString(test.results);
      EXPECT_EQ(world_.odoo.calls().size(), test.results.size())
          << test.rpc << " " << testing::PrintToString(test.results);
    }
  }

  World world_{GetParam().first, GetParam().second};
};

TEST_P(AskedTest, OneRecordIsRead) {
  const std::string get = "id: 1 read_mask { paths: 'name' }";
  Expect({{"GetPartner", get, {R"([{"id": 1, "name": "A"}])"}, "OK"},
          {"GetPartner", get, {"[]"}, kAbsent},
          {"GetPartner", get, {R"([{"id": 77, "name": "A"}])"}, kMalformed},
          {"GetPartner", get, {R"([{"id": 1}, {"id": 2}])"}, kMalformed},
          {"GetPartner", get, {R"([{"id": 1}, {"id": 1}])"}, kMalformed},
          {"GetPartner", get, {R"([{"id": -1}])"}, kMalformed},
          {"GetPartner", get, {R"([{"name": "A"}])"}, kMalformed},
          {"GetPartner", get, {R"({"id": 1})"}, kMalformed}});
}

TEST_P(AskedTest, OneRecordIsUpdated) {
  const std::string update = "id: 1 values { ref: 'R' }";
  const std::string read_back = update + " read_mask { paths: 'ref' }";
  for (const std::string& request : {update, read_back}) {
    Expect({{"UpdatePartner", request, {R"([{"id": 1, "ref": "R"}])"}, "OK"},
            {"UpdatePartner", request, {"[]"}, kAbsent},
            {"UpdatePartner", request, {R"([{"id": 77, "ref": "R"}])"}, kUnknown},
            {"UpdatePartner", request, {R"([{"id": 1}, {"id": 77}])"}, kUnknown},
            {"UpdatePartner", request, {R"([{"id": 1}, {"id": 1}])"}, kUnknown},
            {"UpdatePartner", request, {R"([1])"}, kUnknown}});
  }
}

TEST_P(AskedTest, AsManyRecordsAreMadeAsValues) {
  const std::string one = "values { name: 'A' }";
  const std::string read_back = one + " read_mask { paths: 'name' }";
  const std::string two = "values { name: 'A' } values { name: 'B' }";
  Expect({{"CreatePartner", one, {"[7]"}, "OK"},
          {"CreatePartner", one, {"[7, 8]"}, kUnknown},
          {"CreatePartner", one, {"[0]"}, kUnknown},
          {"CreatePartner", one, {"[-7]"}, kUnknown},
          {"CreatePartner", one, {"7"}, kUnknown},
          {"CreatePartner", read_back, {R"([{"id": 7, "name": "A"}])"}, "OK"},
          {"CreatePartner", read_back, {R"([{"id": 7}, {"id": 8}])"}, kUnknown},
          {"CreatePartner", read_back, {R"([{"id": 0}])"}, kUnknown},
          {"CreatePartner", read_back, {"[]"}, kUnknown},
          {"BatchCreatePartners", two, {"[8, 7]"}, "OK"},
          {"BatchCreatePartners", two, {"[7]"}, kUnknown},
          {"BatchCreatePartners", two, {"[7, 7]"}, kUnknown},
          {"BatchCreatePartners", two, {"[7, 8, 9]"}, kUnknown},
          {"BatchCreatePartners", two, {"[7, 0]"}, kUnknown}});
}

std::string Page(const std::vector<int>& ids) {
  Json records = Json::array();
  for (const int id : ids) records.push_back({{"id", id}, {"name", "A"}});
  return Json{{"length", ids.size()}, {"records", records}}.dump();
}

TEST_P(AskedTest, PagesAndCountsArePossible) {
  const std::string search = "page_size: 2 read_mask { paths: 'name' }";
  const std::string ordered = search + " order_by { field: 'name' }";
  const std::string counted = search + " count_total: true";
  Expect({{"SearchPartners", search, {Page({})}, "OK"},
          {"SearchPartners", search, {Page({1, 2, 3})}, "OK"},
          {"SearchPartners", search, {Page({1, 2, 3, 4})}, kMalformed},
          {"SearchPartners", search, {Page({2, 1})}, kMalformed},
          {"SearchPartners", search, {Page({1, 1})}, kMalformed},
          {"SearchPartners", search, {Page({1, 2, 2})}, kMalformed},
          {"SearchPartners", search, {Page({0, 1})}, kMalformed},
          {"SearchPartners", ordered, {Page({2, 1})}, "OK"},
          {"SearchPartners", ordered, {Page({2, 1, 2})}, kMalformed},
          {"SearchPartners", counted, {Page({1}), "1"}, "OK"},
          {"SearchPartners", counted, {Page({1}), "-1"}, kMalformed},
          {"SearchPartners", counted, {Page({1}), "\"many\""}, kMalformed},
          {"CountPartners", "", {"0"}, "OK"},
          {"CountPartners", "", {"-1"}, kMalformed}});
}

TEST_P(AskedTest, RowsAreThoseOfTheRecord) {
  const std::string update = "id: 8 values { order_line { rows { id: 21 product_uom_qty: '3' } } }";
  const std::string rows = R"("order_line": [{"id": 21}])";
  const std::string written = R"([{"id": 8}])";
  Expect({{"UpdateSaleOrder", update, {"[{\"id\": 8, " + rows + "}]", written}, "OK"},
          {"UpdateSaleOrder", update, {"[]"}, kAbsent},
          {"UpdateSaleOrder", update, {"[{\"id\": 77, " + rows + "}]"}, kMalformed},
          {"UpdateSaleOrder", update, {"[{\"id\": 8, " + rows + "}, {\"id\": 9}]"}, kMalformed}});
}

TEST_P(AskedTest, ActionsAreReadBack) {
  const std::string done = R"([{"id": 8, "state": "sale"}])";
  const auto confirm = [](const std::string& read, const std::string& told) {
    return Case{"ConfirmSaleOrder", "id: 8", {"true", read}, told};
  };
  Expect({confirm(done, "OK"), confirm(R"([{"id": 77, "state": "sale"}])", kUnknown),
          confirm(R"([{"id": 8, "state": "sale"}, {"id": 8, "state": "sale"}])", kUnknown),
          confirm(R"([{"id": 8, "state": "sale"}, {"id": 9, "state": "draft"}])", kUnknown),
          confirm(R"([{"id": 77, "state": "draft"}])", kUnknown)});
}

// What CreateInvoices asks: the orders, a wizard, its method, the invoices that it made.
struct Invoicing {
  std::string before = R"([{"id": 8, "state": "sale"}, {"id": 9, "state": "sale"}])";
  std::string wizard = "[5]";
  std::string made = "[24, 25]";
  std::string after = R"([{"id": 25, "state": "draft"}, {"id": 24, "state": "draft"}])";

  Case Told(std::size_t asked, const std::string& told) const {
    const std::string window =
        R"({"res_model": "account.move", "domain": [["id", "in", )" + made + "]]}";
    std::vector<std::string> results = {before, wizard, window, after};
    results.resize(asked);
    return {"CreateInvoices",
            "ids: [8, 9] values { advance_payment_method: ORDER_INVOICING_METHOD_DELIVERED } "
            "read_mask { paths: 'state' }",
            results, told};
  }
};

TEST_P(AskedTest, WizardsAndWhatTheyMake) {
  const auto before = [](const std::string& read) {
    return Invoicing{.before = read}.Told(1, kMalformed);
  };
  const auto wizard = [](const std::string& ids) {
    return Invoicing{.wizard = ids}.Told(2, kMalformed);
  };
  const auto made = [](const std::string& ids) { return Invoicing{.made = ids}.Told(3, kUnknown); };
  const auto after = [](const std::string& read) {
    return Invoicing{.after = read}.Told(4, kUnknown);
  };
  const std::string draft = R"(, "state": "draft"})";
  Expect({Invoicing().Told(4, "OK"), before(R"([{"id": 8, "state": "sale"}, {"id": 77}])"),
          before(R"([{"id": 8, "state": "sale"}, {"id": 8, "state": "sale"}])"), wizard("[5, 6]"),
          wizard("[0]"), wizard("[]"), wizard("5"), made("[24, 24]"), made("[24, 0]"),
          made("[24, \"25\"]"), made("[-24]"),
          after("[{\"id\": 24" + draft + ", {\"id\": 77" + draft + "]"),
          after("[{\"id\": 24" + draft + ", {\"id\": 24" + draft + "]"),
          after("[{\"id\": 24" + draft + ", {\"id\": 25" + draft + ", {\"id\": 26" + draft + "]"),
          after("[{\"id\": 24" + draft + "]")});
}

INSTANTIATE_TEST_SUITE_P(Protocols, AskedTest,
                         testing::Values(std::pair(18, Protocol::kJsonRpc),
                                         std::pair(19, Protocol::kJson2),
                                         std::pair(18, Protocol::kXmlRpc)),
                         [](const auto& info) {
                           return std::string(odoo::ProtocolName(info.param.second));
                         });

// ---- Ids of JSON-RPC messages ----

// Answers with another id than the message had.
std::function<Reaction(const Arrival&)> WithId(Json id, bool fault) {
  return [id = std::move(id), fault](const Arrival& arrival) {
    Reaction reaction =
        fault ? test::Fault(arrival, {{"name", "odoo.exceptions.UserError"}, {"message", "No."}})
              : test::Result(arrival, arrival.method == "create" ? Json::array({7}) : Json(3));
    Json body = Json::parse(reaction.body);
    body["id"] = id;
    reaction.body = body.dump();
    return reaction;
  };
}

TEST(MessageIds, OfOtherMessagesAreNoAnswer) {
  FakeOdoo odoo(18);
  Gateway gateway(OptionsFor(odoo));
  ASSERT_TRUE(gateway.AwaitSession());
  for (const bool fault : {false, true}) {
    for (const Json& id : {Json(1), Json("1"), Json(), Json::array()}) {
      odoo.OnCall(WithId(id, fault));
      // Odoo's own answer where it failed before it read the message.
      const bool odoos_own = fault && id.is_null();
      const std::string refused = "BUSINESS_RULE FAILED_PRECONDITION";
      EXPECT_EQ(Told(gateway.Read()), odoos_own ? refused : kMalformed) << id;
      EXPECT_EQ(Told(gateway.Write()), odoos_own ? refused : kUnknown) << id;
    }
  }
}

TEST(MessageIds, AreUsedOnce) {
  FakeOdoo odoo(18);
  std::mutex mutex;
  std::multiset<std::int64_t> ids;
  odoo.OnAny([&](const Arrival& arrival) -> std::optional<Reaction> {
    const std::lock_guard lock(mutex);
    if (arrival.json_rpc()) ids.insert(arrival.body.at("id").get<std::int64_t>());
    return std::nullopt;
  });
  odoo.OnCall([](const Arrival&) { return test::NoAnswer(); });
  Gateway gateway(OptionsFor(odoo));
  ASSERT_TRUE(gateway.AwaitSession());
  // Each is sent three times.
  for (int i = 0; i < 3; ++i) EXPECT_NE(Told(gateway.Read()), "OK");
  const std::lock_guard lock(mutex);
  EXPECT_GE(ids.size(), 12U) << "what connecting asks, and nine calls";
  EXPECT_EQ(std::set<std::int64_t>(ids.begin(), ids.end()).size(), ids.size());
}

TEST(Connecting, TakesNoOtherUserForItsOwn) {
  FakeOdoo odoo(18);
  odoo.OnAny([](const Arrival& arrival) -> std::optional<Reaction> {
    if (arrival.model != "res.users" || arrival.method != "read") return std::nullopt;
    return test::Result(arrival, Json::array({{{"id", 8},
                                               {"lang", "en_US"},
                                               {"company_id", Json::array({1, "My Company"})},
                                               {"company_ids", Json::array({1})}}}));
  });
  Gateway gateway(OptionsFor(odoo));
  ASSERT_TRUE(test::Eventually([&] {
    return gateway.connection()->failure->reason == base::Reason::kMalformedResponse;
  })) << gateway.connection()->failure->message;
  EXPECT_EQ(gateway.connection()->session, nullptr);
}

// ---- Messages that are not sent ----

base::Detached Invoke(Upstream& upstream, const odoo::Call& call, const odoo::Session& session,
                      Purpose purpose, std::promise<Answered>& answered) {
  auto answer =
      co_await upstream.Invoke(call, session, purpose, [] { return odoo::FaultContext(); });
  answered.set_value(std::move(answer));
}

TEST(Messages, WithAKeyTwiceAreNotSent) {
  FakeOdoo odoo(18);
  http::Loop loop;
  Watcher watcher;
  const InstanceOptions options = OptionsFor(odoo);
  for (const Protocol protocol : {Protocol::kJsonRpc, Protocol::kJson2, Protocol::kXmlRpc}) {
    odoo::Session session;
    session.credentials = options.credentials;
    session.protocol = protocol;
    const odoo::Argument argument{"vals", [](auto& out) { out.Boolean(true); }};
    const odoo::Call call{"res.partner", "web_save", true, {1}, {argument, argument}, {}};
    Cancellation none;
    std::promise<Answered> answered;
    std::unique_ptr<Upstream> upstream;
    loop.Post([&] {
      upstream = std::make_unique<Upstream>(loop, options.upstream, watcher);
      const auto deadline = http::Clock::now() + std::chrono::seconds(20);
      Invoke(*upstream, call, session, {observe::Operation::kUpdate, true, deadline, none},
             answered);
    });
    const auto answer = answered.get_future().get();
    ASSERT_FALSE(answer.ok());
    // Not OUTCOME_UNKNOWN, although it is a write.
    EXPECT_EQ(ReasonOf(answer.failure()), "SERVER_ERROR");
    std::promise<void> gone;
    loop.Post([&] {
      upstream.reset();
      gone.set_value();
    });
    gone.get_future().get();
  }
  EXPECT_THAT(odoo.calls(), IsEmpty());
}

}  // namespace
}  // namespace gateway::engine
