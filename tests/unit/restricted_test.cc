// Calls of restricted callers: what they refer to must be visible in their companies, and Odoo's
// messages, which may name any record, are kept from them.
#include <gmock/gmock.h>

#include "engine_gateway.h"

namespace gateway::engine {
namespace {

using base::Reason;
using test::Arrival;
using test::FakeOdoo;
using test::Fault;
using test::Json;
using test::Reaction;
using test::Result;
using testing::ElementsAre;
using testing::HasSubstr;

class Bound final : public contract::Permit {
 public:
  bool MayRead(std::string_view, std::string_view) const override { return true; }
  bool MayReadAll(std::string_view) const override { return true; }
  bool MayReadEverything() const override { return everything; }
  bool MayWrite(std::string_view) const override { return true; }
  bool MayWriteUnlisted(std::string_view) const override { return true; }
  const std::vector<std::int64_t>& companies() const override { return bound_to; }

  std::vector<std::int64_t> bound_to;
  bool everything = false;
};

class Restricted : public testing::Test {
 protected:
  Restricted() { EXPECT_TRUE(gateway_.AwaitSession()); }

  base::Failure Failing(const std::string& rpc, const std::string& request) {
    Response response =
        gateway_.Start(rpc, request, http::Clock::time_point::max(), &permit_).response.get();
    EXPECT_FALSE(response) << request;
    return response ? base::Failure{} : std::move(response.failure());
  }
  std::vector<std::string> Paths(const std::string& rpc, const std::string& request) {
    std::vector<std::string> paths;
    const base::Failure failure = Failing(rpc, request);
    for (const base::Violation& violation : failure.violations) {
      EXPECT_EQ(violation.reason, Reason::kInvalidReference);
      paths.push_back(violation.path);
    }
    return paths;
  }
  std::vector<std::string> Methods() const {
    std::vector<std::string> methods;
    for (const Arrival& call : odoo_.calls()) methods.push_back(call.model + "." + call.method);
    return methods;
  }

  Bound permit_;
  FakeOdoo odoo_{18};
  Gateway gateway_{OptionsFor(odoo_)};
};

// Sees the first ten partners and users, and all else that is asked for.
Reaction FirstTen(const Arrival& arrival) {
  if (arrival.method == "check_object_reference")
    return Result(arrival, Json::array({"res.users", 77}));
  if (arrival.method != "search") return Result(arrival, Json::array({7}));
  Json seen = Json::array();
  for (const Json& id : arrival.arguments["kwargs"]["domain"][0][2]) {
    if (id < 10) seen.push_back(id);
  }
  return Result(arrival, seen);
}

TEST_F(Restricted, RefersToNothingOutsideItsCompanies) {
  permit_.bound_to = {1};
  odoo_.OnCall(FirstTen);
  EXPECT_THAT(
      Paths("CreatePartner",
            "values { name: 'kid' parent_id { id: 2204 } user_id { id: 3 } child_ids { "
            "rows { name: 'x' country_id { id: 44 } } } category_id { set { refs { id: 5 "
            "} refs { id: 12 } } } }"),
      testing::UnorderedElementsAre("values.parent_id", "values.child_ids.rows[0].country_id",
                                    "values.category_id.set.refs[1]"));
  EXPECT_THAT(Methods(),
              testing::UnorderedElementsAre("res.country.search", "res.partner.search",
                                            "res.partner.category.search", "res.users.search"));
  for (const Arrival& call : odoo_.calls()) {
    const Json& context = call.arguments["kwargs"]["context"];
    EXPECT_EQ(context["allowed_company_ids"], Json::array({1}));
    EXPECT_EQ(context["active_test"], false);
  }
}

TEST_F(Restricted, RefersToWhatItSees) {
  permit_.bound_to = {1};
  odoo_.OnCall(FirstTen);
  EXPECT_EQ(Told(gateway_
                     .Start("CreatePartner", "values { name: 'kid' parent_id { id: 4 } }",
                            http::Clock::time_point::max(), &permit_)
                     .response.get()),
            "OK");
  EXPECT_THAT(Methods(), ElementsAre("res.partner.search", "res.partner.create"));
}

// An external id tells no more than an id: Odoo looks it up in all companies.
TEST_F(Restricted, ExternalIdsAreNoWayAround) {
  permit_.bound_to = {1};
  odoo_.OnCall(FirstTen);
  const base::Failure failure =
      Failing("CreatePartner", "values { name: 'kid' user_id { external_id: 'a.b' } }");
  ASSERT_EQ(failure.violations.size(), 1U);
  EXPECT_EQ(failure.violations[0].path, "values.user_id");
  EXPECT_THAT(failure.violations[0].message, HasSubstr("`a.b`"));
  EXPECT_THAT(failure.violations[0].message, testing::Not(HasSubstr("77")));
}

TEST_F(Restricted, ChecksMoreThanItWrites) {
  permit_.bound_to = {1};
  odoo_.OnCall(FirstTen);
  EXPECT_THAT(
      Paths("CreatePartner", "values { name: 'kid' parent_id { id: 2204 } } validate_only: true"),
      ElementsAre("values.parent_id"));
}

TEST_F(Restricted, OthersAreNotLookedUp) {
  odoo_.OnCall(FirstTen);
  EXPECT_EQ(Told(gateway_
                     .Start("CreatePartner", "values { name: 'kid' parent_id { id: 2204 } }",
                            http::Clock::time_point::max(), &permit_)
                     .response.get()),
            "OK");
  EXPECT_THAT(Methods(), ElementsAre("res.partner.create"));
}

TEST_F(Restricted, OdoosMessagesAreKeptFromIt) {
  std::string message = "Barcode already assigned to: Secret product";
  odoo_.OnCall([&message](const Arrival& arrival) {
    return Fault(arrival, {{"name", "odoo.exceptions.ValidationError"}, {"message", message}});
  });
  const std::string create = "values { name: 'A' }";
  base::Failure failure = Failing("CreatePartner", create);
  EXPECT_TRUE(failure.odoo_message_withheld);
  EXPECT_THAT(failure.message, HasSubstr("log"));
  EXPECT_THAT(failure.message, testing::Not(HasSubstr("Secret")));
  // The same for every record: it names none.
  message = "You cannot create recursive Partner hierarchies.";
  failure = Failing("CreatePartner", create);
  EXPECT_FALSE(failure.odoo_message_withheld);
  permit_.everything = true;
  message = "Barcode already assigned to: Secret product";
  failure = Failing("CreatePartner", create);
  EXPECT_FALSE(failure.odoo_message_withheld);
  EXPECT_EQ(failure.odoo_message, message);
}

}  // namespace
}  // namespace gateway::engine
