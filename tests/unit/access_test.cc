// Who may call what. Decisions are compared with what the rules say, read the slow way.
#include "access/access.h"

#include <gmock/gmock.h>

#include <map>
#include <set>

#include "access/fields.h"
#include "access/policy.h"
#include "access/token.h"
#include "contracts.h"

namespace gateway::access {
namespace {

using namespace std::chrono_literals;
using base::Reason;
using config::AllowRule;
using config::CertificateName;
using test::BuiltIn;
using test::MethodNamed;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;

const std::array<const contract::Catalog*, 1>& Catalogs() {
  static const std::array<const contract::Catalog*, 1> catalogs = {&BuiltIn()};
  return catalogs;
}

config::Caller CallerWith(std::vector<AllowRule> allow) {
  config::Caller caller;
  caller.name = "shop";
  caller.allow = std::move(allow);
  return caller;
}

TEST(Token, IsRandomAndKnownByItsHash) {
  const std::string token = NewToken();
  EXPECT_THAT(token, MatchesRegex("ogw_[A-Za-z0-9_-]{43}"));
  EXPECT_NE(token, NewToken());
  EXPECT_EQ(HashOf(token), HashOf(token));
  // FIPS 180-4.
  EXPECT_EQ(TextOf(HashOf("abc")),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Pattern, StarsStandForAnyLetters) {
  const struct {
    std::string_view pattern, text;
    bool matches;
  } cases[] = {
      {"sale.order", "sale.order", true},
      {"sale.order", "sale.order.line", false},
      {"sale.*", "sale.order.line", true},
      {"sale.*", "sale", false},
      {"*", "res.partner", true},
      {"*.line", "sale.order.line", true},
      {"*.line", "sale.order.lines", false},
      {"a*b*c", "aXbXbXc", true},
      {"a*b*c", "aXbXbX", false},
      {"*a*", "bab", true},
      {"", "", true},
      {"", "a", false},
      {"**", "", true},
      {"sale.order", "saleXorder", false},
  };
  for (const auto& [pattern, text, matches] : cases)
    EXPECT_EQ(Matches(pattern, text), matches) << pattern << " " << text;
}

TEST(FieldsTest, RowsStandForTheirFields) {
  Fields fields;
  fields.Add({"name", "order_line.product_id"});
  fields.Add({"tags"});
  for (const char* path :
       {"id", "name", "order_line", "order_line.product_id", "order_line.id", "tags", "tags.color"})
    EXPECT_TRUE(fields.Has(path)) << path;
  for (const char* path : {"nam", "names", "order_line.price_unit", "order_lines", "product_id",
                           "order_line.product", "note", ""})
    EXPECT_FALSE(fields.Has(path)) << path;
  fields.Add({});
  EXPECT_TRUE(fields.Has("note"));
  EXPECT_TRUE(fields.all());
}

TEST(RateTest, ASecondsWorthAtOnceThenEvenly) {
  RateLimit rate(config::Rate{10, 1s});
  const auto now = RateLimit::Clock::time_point(100h);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(rate.Take(now), 0ns) << i;
  EXPECT_EQ(rate.Take(now), 100ms);
  EXPECT_EQ(rate.Take(now + 60ms), 40ms);
  EXPECT_EQ(rate.Take(now + 100ms), 0ns);
  EXPECT_EQ(rate.Take(now + 100ms), 100ms);
  // What was not used for long is not saved up.
  for (int i = 0; i < 10; ++i) EXPECT_EQ(rate.Take(now + 1h), 0ns) << i;
  EXPECT_GT(rate.Take(now + 1h), 0ns);
}

TEST(RateTest, LessThanOneASecondIsOneAtATime) {
  RateLimit rate(config::Rate{6, 60s});
  const auto now = RateLimit::Clock::time_point(100h);
  EXPECT_EQ(rate.Take(now), 0ns);
  EXPECT_EQ(rate.Take(now), 10s);
  EXPECT_EQ(rate.Take(now + 10s), 0ns);
  RateLimit unlimited(std::nullopt);
  for (int i = 0; i < 100'000; ++i) ASSERT_EQ(unlimited.Take(now), 0ns);
}

class IdentityTest : public testing::Test {
 protected:
  IdentityTest() {
    config::Caller shop = CallerWith({{}});
    shop.tokens = {HashOf("t-shop"), HashOf("t-shop-next")};
    shop.certificates = {{CertificateName::Kind::kUri, "spiffe://prod/shop"}};
    config::Caller report = CallerWith({{}});
    report.name = "report";
    report.tokens = {HashOf("t-report")};
    report.certificates = {{CertificateName::Kind::kCommonName, "report"},
                           {CertificateName::Kind::kDns, "report.internal"}};
    access_ = std::make_unique<Access>(std::vector{shop, report}, Catalogs());
  }

  std::string Who(const Credentials& credentials) const {
    const auto caller = access_->Identify(credentials);
    if (caller) return (*caller)->name();
    EXPECT_EQ(caller.failure().reason, Reason::kCallerNotAuthenticated);
    EXPECT_EQ(caller.failure().StatusCode(), base::Code::kUnauthenticated);
    EXPECT_THAT(caller.failure().message, HasSubstr("authorization: Bearer"));
    return "";
  }

  std::unique_ptr<Access> access_;
};

TEST_F(IdentityTest, ByToken) {
  EXPECT_EQ(Who({"t-shop", {}}), "shop");
  EXPECT_EQ(Who({"t-shop-next", {}}), "shop");
  EXPECT_EQ(Who({"t-report", {}}), "report");
  for (const char* wrong : {"", "t-sho", "t-shop ", "T-SHOP"}) EXPECT_EQ(Who({wrong, {}}), "");
  // The hash, which more people see, is no token.
  EXPECT_EQ(Who({TextOf(HashOf("t-shop")), {}}), "");
  EXPECT_EQ(Who({std::nullopt, {}}), "");
}

TEST_F(IdentityTest, ByCertificate) {
  using Kind = CertificateName::Kind;
  EXPECT_EQ(Who({std::nullopt, {{Kind::kUri, "spiffe://prod/shop"}}}), "shop");
  EXPECT_EQ(Who({std::nullopt, {{Kind::kDns, "x"}, {Kind::kDns, "report.internal"}}}), "report");
  EXPECT_EQ(Who({std::nullopt, {{Kind::kCommonName, "report"}}}), "report");
  // The same text as another kind of name.
  EXPECT_EQ(Who({std::nullopt, {{Kind::kCommonName, "spiffe://prod/shop"}}}), "");
  EXPECT_EQ(Who({std::nullopt, {{Kind::kDns, "report"}}}), "");
}

TEST_F(IdentityTest, ATokenComesBeforeACertificate) {
  const std::vector<CertificateName> shop = {{CertificateName::Kind::kUri, "spiffe://prod/shop"}};
  EXPECT_EQ(Who({"t-report", shop}), "report");
  EXPECT_EQ(Who({"wrong", shop}), "");
}

TEST(Instances, TheFirstIsTheUsualOne) {
  config::Caller bound = CallerWith({{}});
  bound.instances = {"eu", "us"};
  const Caller caller(bound, Catalogs());
  EXPECT_TRUE(caller.MayUse("us"));
  EXPECT_FALSE(caller.MayUse("asia"));
  EXPECT_FALSE(caller.MayUse(""));
  EXPECT_THAT(caller.instances(), ElementsAre("eu", "us"));
  EXPECT_TRUE(Caller(CallerWith({{}}), Catalogs()).MayUse("asia"));
}

// Every method of every contract against many sets of rules.
TEST(Policy, MethodsAreWhatRulesSay) {
  const std::vector<AllowRule> rules[] = {
      {},
      {{}},
      {{.models = {"sale.order"}}},
      {{.models = {"sale.*"}, .operations = {"get", "search"}}},
      {{.operations = {"count"}}},
      {{.models = {"res.partner"}, .operations = {"create"}},
       {.models = {"sale.order"}, .operations = {"ConfirmSaleOrder"}}},
      {{.models = {"*.order"}, .operations = {"call"}}},
      {{.models = {"no.such.model"}}},
  };
  const auto names = [](const AllowRule& rule, const contract::Method& method) {
    std::set<std::string, std::less<>> operations(rule.operations.begin(), rule.operations.end());
    const bool operation = operations.empty() || operations.contains(method.name) ||
                           operations.contains(base::NameOf(method.operation));
    bool model = rule.models.empty();
    for (const std::string& pattern : rule.models)
      model = model || Matches(pattern, method.record->model);
    return model && operation;
  };
  std::size_t allowed = 0;
  std::size_t denied = 0;
  for (const auto& set : rules) {
    const Caller caller(CallerWith(set), Catalogs());
    for (const auto& method : BuiltIn().methods()) {
      bool expected = false;
      for (const AllowRule& rule : set) expected = expected || names(rule, *method);
      const auto permit = caller.Permit(*method);
      ASSERT_EQ(permit.ok(), expected) << method->path;
      ++(expected ? allowed : denied);
      if (expected) continue;
      EXPECT_EQ(permit.failure().reason, Reason::kCallerNotAllowed);
      EXPECT_EQ(permit.failure().StatusCode(), base::Code::kPermissionDenied);
      EXPECT_THAT(permit.failure().message, HasSubstr("callers.shop.allow"));
    }
  }
  EXPECT_GT(allowed, 200);
  EXPECT_GT(denied, 1000);
}

// What no contract lists, a rule has to name: all fields and whole rows do not include it.
TEST(Policy, FieldsThatNoContractListsAreNamed) {
  const Caller caller(
      CallerWith({{.models = {"sale.order"}},
                  {.models = {"sale.order"},
                   .write_fields = {"order_line", "order_line.x_y", "origin_code"}}}),
      Catalogs());
  const contract::Permit& update = **caller.Permit(MethodNamed("UpdateSaleOrder"));
  EXPECT_TRUE(update.MayWrite("order_line.qty_received_manual"));
  EXPECT_FALSE(update.MayWriteUnlisted("order_line.qty_received_manual"));
  EXPECT_FALSE(update.MayWriteUnlisted("message_partner_ids"));
  EXPECT_TRUE(update.MayWriteUnlisted("origin_code"));
  EXPECT_TRUE(update.MayWriteUnlisted("order_line.x_y"));
}

TEST(Policy, FieldsAreThoseOfTheRulesThatAllowTheMethod) {
  const Caller caller(
      CallerWith({{.models = {"res.partner"}, .operations = {"get"}, .read_fields = {"name"}},
                  {.models = {"res.partner"},
                   .operations = {"get", "update"},
                   .read_fields = {"email"},
                   .write_fields = {"phone"}},
                  {.models = {"sale.order"}, .operations = {"search"}},
                  {.models = {"res.country"}, .operations = {"count"}, .read_fields = {"code"}},
                  {.models = {"crm.tag"}, .operations = {"update"}}}),
      Catalogs());
  const contract::Permit& get = **caller.Permit(MethodNamed("GetPartner"));
  EXPECT_TRUE(get.MayRead("res.partner", "name"));
  EXPECT_TRUE(get.MayRead("res.partner", "email"));
  EXPECT_TRUE(get.MayRead("res.partner", "id"));
  EXPECT_FALSE(get.MayRead("res.partner", "phone"));
  const contract::Permit& update = **caller.Permit(MethodNamed("UpdatePartner"));
  EXPECT_TRUE(update.MayRead("res.partner", "name"));
  EXPECT_TRUE(update.MayRead("res.partner", "email"));
  EXPECT_FALSE(update.MayRead("res.partner", "phone"));
  EXPECT_TRUE(update.MayWrite("phone"));
  EXPECT_FALSE(update.MayWrite("name"));
  EXPECT_TRUE(update.MayWriteUnlisted("phone"));
  EXPECT_FALSE(update.MayWriteUnlisted("message_bounce"));
  // Over relations: what rules let it read of the other model itself.
  const contract::Permit& search = **caller.Permit(MethodNamed("SearchSaleOrders"));
  EXPECT_TRUE(search.MayRead("sale.order", "note"));
  EXPECT_TRUE(search.MayRead("res.partner", "name"));
  EXPECT_FALSE(search.MayRead("res.partner", "phone"));
  EXPECT_TRUE(search.MayRead("res.country", "code"));
  EXPECT_FALSE(search.MayRead("res.country", "name"));
  EXPECT_FALSE(search.MayRead("crm.tag", "name"));
  EXPECT_FALSE(search.MayRead("res.users", "login"));
}

// Rules, and whether the answer of UpdatePartner may have its name and its phone number.
TEST(Policy, WhatAWriteAnswersIsRead) {
  const std::vector<std::string> model = {"res.partner"};
  const struct {
    std::vector<AllowRule> rules;
    bool name, phone;
  } cases[] = {
      {{{.models = model, .operations = {"update"}}}, false, false},
      {{{.models = model, .operations = {"update"}, .write_fields = {"comment"}}}, false, false},
      {{{.models = model, .operations = {"update"}, .read_fields = {"name"}}}, true, false},
      {{{.models = model, .operations = {"update"}},
        {.models = model, .operations = {"get"}, .read_fields = {"name"}}},
       true,
       false},
      {{{.models = model, .operations = {"update"}},
        {.models = {"res.users"}, .operations = {"get"}}},
       false,
       false},
      {{{.models = model, .operations = {"update", "get"}}}, true, true},
      {{{.models = model}}, true, true},
  };
  for (const auto& [rules, name, phone] : cases) {
    const Caller caller(CallerWith(rules), Catalogs());
    const contract::Permit& update = **caller.Permit(MethodNamed("UpdatePartner"));
    EXPECT_TRUE(update.MayRead("res.partner", "id"));
    EXPECT_EQ(update.MayRead("res.partner", "name"), name);
    EXPECT_EQ(update.MayRead("res.partner", "phone"), phone);
    EXPECT_EQ(update.MayReadAll("res.partner"), phone);
  }
}

TEST(Policy, AllFieldsOfAModel) {
  const Caller caller(
      CallerWith({{.models = {"sale.order"}, .operations = {"search"}, .read_fields = {"name"}},
                  {.models = {"sale.order"}, .operations = {"get"}},
                  {.models = {"res.partner"}, .read_fields = {"name"}},
                  {.models = {"res.country", "mail.*"}, .operations = {"get"}},
                  {.models = {"crm.tag"}, .operations = {"update"}}}),
      Catalogs());
  const contract::Permit& search = **caller.Permit(MethodNamed("SearchSaleOrders"));
  EXPECT_FALSE(search.MayReadAll("sale.order"));
  EXPECT_FALSE(search.MayReadAll("res.partner"));
  EXPECT_FALSE(search.MayReadAll("crm.tag"));
  EXPECT_FALSE(search.MayReadAll("res.users"));
  EXPECT_TRUE(search.MayReadAll("res.country"));
  // Also of a model that no contract lists.
  EXPECT_TRUE(search.MayReadAll("mail.message"));
  const contract::Permit& get = **caller.Permit(MethodNamed("GetSaleOrder"));
  EXPECT_TRUE(get.MayReadAll("sale.order"));
}

TEST(Policy, MistakesAreNamed) {
  auto caller = CallerWith({{.models = {"sale.ordr"}, .at = "a.yaml:3: callers.shop.allow[0]"},
                            {.models = {"sale.*", "zzz.*"},
                             .operations = {"get", "burn"},
                             .at = "callers.shop.allow[1]"}});
  EXPECT_THAT(
      MistakesIn({caller}, Catalogs()),
      ElementsAre(
          "a.yaml:3: callers.shop.allow[0].models: no contract serves the model `sale.ordr`",
          HasSubstr("callers.shop.allow[1].operations: `burn` is no operation")));
  EXPECT_THAT(MistakesIn({CallerWith({{.operations = {"call", "ConfirmSaleOrder"}}})}, Catalogs()),
              ElementsAre());
}

// Paths of read_fields in a rule about these models, and what is said of them.
TEST(Policy, MistakesInFields) {
  const struct {
    std::vector<std::string> models, fields;
    std::string said;
  } cases[] = {
      {{"sale.order"}, {"id", "name", "order_line", "order_line.product_id"}, ""},
      // May be fields of the database itself.
      {{"sale.order"}, {"x_size", "order_line.x_size"}, ""},
      {{"sale.order"}, {"partner_id.name"}, "`partner_id` are no rows of these models"},
      {{"sale.order"}, {"order_lin.name"}, "`order_lin` are no rows of these models"},
      {{"res.partner"}, {"order_line.name"}, "`order_line` are no rows of these models"},
      {{"sale.order"}, {"extra_fields.x_size"}, "`extra_fields` are no rows of these models"},
      {{"res.partner", "sale.order"}, {"order_line.name"}, ""},
      {{"res.partner"}, {"function"}, "the contract calls `function` `job_position`"},
      {{"purchase.order"},
       {"order_line.product_uom"},
       "the contract calls `product_uom` `product_uom_id`"},
      {{"*"}, {"function", "order_line.price_unit"}, ""},
      {{}, {"name"}, ""},
      {{"zzz.*"}, {"a.b"}, ""},
  };
  for (const auto& [models, fields, said] : cases) {
    const auto mistakes =
        MistakesIn({CallerWith({{.models = models, .read_fields = fields}})}, Catalogs());
    const auto in_writes =
        MistakesIn({CallerWith({{.models = models, .write_fields = fields}})}, Catalogs());
    ASSERT_EQ(mistakes.size(), said.empty() ? 0 : 1) << testing::PrintToString(mistakes);
    EXPECT_EQ(in_writes.size(), mistakes.size()) << testing::PrintToString(in_writes);
    if (said.empty()) continue;
    EXPECT_THAT(mistakes.front(), HasSubstr(".read_fields: " + said));
    EXPECT_THAT(in_writes.front(), HasSubstr(".write_fields: " + said));
  }
}

// Values of a wizard are fields that are written.
TEST(Policy, FieldsOfWizardsAreNoMistakes) {
  for (const auto& method : BuiltIn().methods()) {
    if (method->values == nullptr) continue;
    std::vector<std::string> names;
    for (const contract::ValuesField& entry : method->values->fields)
      names.push_back(entry.field->name);
    EXPECT_THAT(MistakesIn({CallerWith({{.models = {method->record->model},
                                         .operations = {method->name},
                                         .write_fields = names}})},
                           Catalogs()),
                ElementsAre())
        << method->path;
  }
}

TEST(Rates, AreOfEachCaller) {
  config::Caller limited = CallerWith({{}});
  limited.rate = config::Rate{1, 1s};
  const Caller one(limited, Catalogs());
  const Caller other(limited, Catalogs());
  const auto now = RateLimit::Clock::time_point(100h);
  EXPECT_TRUE(one.Admit(now));
  EXPECT_TRUE(other.Admit(now));
  const auto refused = one.Admit(now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.failure().reason, Reason::kRateLimited);
  EXPECT_EQ(refused.failure().retry_after, 1s);
}

}  // namespace
}  // namespace gateway::access
