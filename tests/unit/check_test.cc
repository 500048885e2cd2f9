// Facts of an Odoo -> what `odoo-gateway check` says of them. No network.
#include <gmock/gmock.h>

#include "check/checks.h"
#include "check/edge_checks.h"
#include "check/file_checks.h"
#include "check/report.h"
#include "check/text.h"
#include "contracts.h"
#include "odoo/schema_answer.h"
#include "schema/drift.h"

namespace gateway::check {
namespace {

using base::Reason;
using schema::Right;
using test::BuiltIn;
using test::Json;
using testing::AllOf;
using testing::AnyOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::StartsWith;

constexpr std::chrono::sys_days kToday = std::chrono::year(2026) / 3 / 1;

schema::Model ModelFrom(const Json& fields) {
  simdjson::dom::parser parser;
  const std::string text = fields.dump();
  return std::move(*odoo::ModelOf(codec::JsonView(parser.parse(text))));
}

schema::Schema Recorded(int version) {
  schema::Schema schema;
  for (const std::string& model : BuiltIn().models()) {
    const Json fields = test::RecordedFields(version, model);
    EXPECT_FALSE(fields.is_null()) << model;
    schema.Add(model, ModelFrom(fields));
  }
  return schema;
}

// An Odoo in which all is well.
Facts Healthy(int version = 18) {
  static const std::map<int, std::shared_ptr<const schema::Schema>> kSchemas = {
      {18, std::make_shared<const schema::Schema>(Recorded(18))},
      {19, std::make_shared<const schema::Schema>(Recorded(19))}};
  Facts facts;
  facts.url = "https://erp.example.com";
  facts.catalog = &BuiltIn();
  facts.session.credentials = {"shop", "gateway", "", "the-secret-key"};
  facts.session.version = version;
  facts.session.version_text = std::to_string(version) + ".0";
  facts.session.uid = 7;
  facts.session.company_id = 1;
  facts.session.lang = "en_US";
  facts.session.schema = kSchemas.at(version);
  facts.reached = Step::kDone;
  facts.survey.administrator = false;
  facts.survey.keys = std::vector<odoo::Expiry>{kToday + std::chrono::days(365)};
  for (const auto& [model, needed] : schema::NeedsOf(BuiltIn()))
    facts.survey.access[model] = {needed, needed};
  facts.now = kToday;
  return facts;
}

Facts FailedAt(Step step, base::Failure failure) {
  Facts facts = Healthy();
  facts.reached = step;
  facts.failure = std::move(failure);
  return facts;
}

// "check subject status"
std::string Line(const Finding& finding) {
  return std::string(finding.check) + " " + finding.subject + " " +
         std::string(StatusName(finding.status));
}

std::vector<std::string> Lines(const Findings& findings) {
  std::vector<std::string> lines;
  for (const Finding& finding : findings) lines.push_back(Line(finding));
  return lines;
}

// Of findings that are not ok.
std::vector<std::string> Troubles(const Findings& findings) {
  std::vector<std::string> lines;
  for (const Finding& finding : findings) {
    EXPECT_EQ(finding.advice.empty(), finding.status == Status::kOk) << Line(finding);
    EXPECT_FALSE(finding.message.empty()) << Line(finding);
    if (finding.status != Status::kOk) lines.push_back(Line(finding));
  }
  return lines;
}

const Finding& Of(const Findings& findings, std::string_view check, std::string_view subject) {
  for (const Finding& finding : findings) {
    if (finding.check == check && finding.subject == subject) return finding;
  }
  ADD_FAILURE() << "no " << check << " of " << subject;
  return findings.front();
}

TEST(Check, FindsNothingWrongInAHealthyOdoo) {
  for (const int version : {18, 19}) {
    const Findings findings = Judge(Healthy(version));
    EXPECT_THAT(Troubles(findings), IsEmpty()) << version;
    EXPECT_TRUE(AllPassed(findings));
    EXPECT_THAT(Of(findings, "credential", "API key").message, HasSubstr("2027-03-01"));
    EXPECT_EQ(Of(findings, "access", "sale.order").message, "May read, create, write and unlink.");
    EXPECT_THAT(Of(findings, "services", "all").message,
                HasSubstr(std::to_string(BuiltIn().services().size())));
  }
}

// Each failure of connecting: what passed before it, and whose fault it is.
TEST(Check, BlamesOneStepOfConnecting) {
  struct Case {
    Step step;
    Reason reason;
    std::vector<std::string> lines;
  };
  const std::string url = "https://erp.example.com";
  const std::string connection = "connection " + url;
  const std::vector<Case> cases = {
      {Step::kReach, Reason::kUpstreamUnavailable, {connection + " fail"}},
      {Step::kReach, Reason::kEndpointNotFound, {connection + " fail"}},
      {Step::kVersion, Reason::kEndpointNotFound, {connection + " ok", "version 18.0 fail"}},
      {Step::kLogin, Reason::kEndpointNotFound, {connection + " ok", "version 18.0 fail"}},
      {Step::kLogin,
       Reason::kDatabaseNotFound,
       {connection + " ok", "version 18.0 ok", "database shop fail"}},
      {Step::kLogin,
       Reason::kIntegrationUserRejected,
       {connection + " ok", "version 18.0 ok", "database shop ok", "user gateway fail"}},
      {Step::kUser,
       Reason::kServerError,
       {connection + " ok", "version 18.0 ok", "database shop ok", "user gateway fail"}},
      {Step::kFields,
       Reason::kServerError,
       {connection + " ok", "version 18.0 ok", "database shop ok", "user gateway ok",
        "fields " + url + " fail"}},
      {Step::kVersion, Reason::kTimeout, {connection + " fail"}},
      {Step::kLogin, Reason::kTimeout, {connection + " fail"}},
      {Step::kUser,
       Reason::kTimeout,
       {connection + " ok", "version 18.0 ok", "database shop ok", "user gateway fail"}},
      {Step::kFields,
       Reason::kUpstreamUnavailable,
       {connection + " ok", "version 18.0 ok", "database shop ok", "user gateway ok",
        "fields " + url + " fail"}},
  };
  for (const Case& test : cases) {
    const Findings findings = Judge(FailedAt(test.step, base::Fail(test.reason, "It failed.")));
    EXPECT_EQ(Lines(findings), test.lines) << base::InfoOf(test.reason).name;
    EXPECT_FALSE(AllPassed(findings));
    EXPECT_THAT(findings.back().message, HasSubstr("It failed."));
    EXPECT_FALSE(findings.back().advice.empty());
  }
}

TEST(Check, WarnsWhereRightsCannotBeLookedUp) {
  for (const Reason reason : {Reason::kTimeout, Reason::kCancelled, Reason::kUpstreamUnavailable,
                              Reason::kIntegrationUserRejected, Reason::kServerError}) {
    Facts facts = FailedAt(Step::kRights, base::Fail(reason, "It failed."));
    facts.survey = {};
    const Findings findings = Judge(facts);
    EXPECT_THAT(Troubles(findings), ElementsAre("access https://erp.example.com warn"))
        << base::InfoOf(reason).name;
    EXPECT_THAT(Lines(findings),
                AllOf(IsSupersetOf({"version 18.0 ok", "database shop ok", "user gateway ok",
                                    "app all ok", "fields all ok", "services all ok"}),
                      Each(Not(AnyOf(StartsWith("credential"), StartsWith("privileges"),
                                     StartsWith("access res.partner"))))));
    EXPECT_THAT(Of(findings, "access", "https://erp.example.com").message,
                AllOf(HasSubstr("rights"), HasSubstr("It failed.")));
    EXPECT_TRUE(AllPassed(findings));
  }
}

TEST(Check, AddsTheTransportsWordsButNoTraceback) {
  base::Failure lost = base::Fail(Reason::kUpstreamUnavailable, "Unreachable.");
  lost.debug = "Could not resolve host: erp\nmore";
  EXPECT_EQ(Judge(FailedAt(Step::kReach, lost)).back().message,
            "Unreachable. (Could not resolve host: erp)");
  base::Failure proxy = base::Fail(Reason::kUpstreamUnavailable, "Unreachable.");
  proxy.metadata = {{"http_status", "502"}};
  EXPECT_EQ(Judge(FailedAt(Step::kReach, proxy)).back().message, "Unreachable. (HTTP status 502)");
  base::Failure fault = base::Fail(Reason::kServerError, "Odoo failed.");
  fault.metadata = {{"odoo_exception", "builtins.KeyError"}};
  fault.debug = "KeyError: 'a customer'";
  EXPECT_EQ(Judge(FailedAt(Step::kUser, fault)).back().message, "Odoo failed.");
}

TEST(Check, WarnsOfAVersionThatNobodyTested) {
  Facts facts = Healthy(19);
  facts.session.version = 20;
  facts.session.version_text = "20.0";
  EXPECT_EQ(Of(Judge(facts), "version", "20.0").status, Status::kWarning);
}

TEST(Check, JudgesTheCredential) {
  using Keys = std::optional<std::vector<odoo::Expiry>>;
  struct Case {
    Keys keys;
    Status status;
    std::string message;
  };
  const odoo::Expiry soon = kToday + std::chrono::days(10);
  const odoo::Expiry late = kToday + std::chrono::days(100);
  const std::vector<Case> cases = {
      {std::nullopt, Status::kOk, "not known"},
      {Keys({odoo::Expiry()}), Status::kOk, "The API key never expires."},
      {Keys({soon}), Status::kWarning, "The API key expires on 2026-03-11."},
      {Keys({late, odoo::Expiry(), soon}), Status::kWarning,
       "The first of 3 API keys expires on 2026-03-11."},
      {Keys({late}), Status::kOk, "The API key expires on 2026-06-09."},
      {Keys(std::vector<odoo::Expiry>()), Status::kWarning, "has no API key"},
  };
  for (const Case& test : cases) {
    Facts facts = Healthy();
    facts.survey.keys = test.keys;
    const Finding finding = Of(Judge(facts), "credential", "API key");
    EXPECT_EQ(finding.status, test.status) << test.message;
    EXPECT_THAT(finding.message, HasSubstr(test.message));
  }
  Facts facts = Healthy();
  facts.session.credentials = {"shop", "gateway", "the-secret-password", ""};
  EXPECT_EQ(Of(Judge(facts), "credential", "gateway").status, Status::kWarning);
}

TEST(Check, WarnsOfAnAdministrator) {
  Facts facts = Healthy();
  facts.survey.administrator = true;
  EXPECT_THAT(Troubles(Judge(facts)), ElementsAre("privileges gateway warn"));
  facts.survey.administrator = std::nullopt;
  EXPECT_THAT(Of(Judge(facts), "privileges", "gateway").message, HasSubstr("not known"));
}

// The fields of an Odoo without some models.
std::shared_ptr<const schema::Schema> Without(
    const std::map<std::string, schema::Absence>& absent) {
  schema::Schema schema;
  for (const std::string& model : BuiltIn().models()) {
    const auto why = absent.find(model);
    if (why != absent.end()) {
      schema.AddAbsent(model, why->second);
    } else {
      schema.Add(model, ModelFrom(test::RecordedFields(18, model)));
    }
  }
  return std::make_shared<const schema::Schema>(std::move(schema));
}

TEST(Check, NamesTheAppsToInstall) {
  Facts facts = Healthy();
  facts.session.schema = Without({{"crm.lead", schema::Absence::kMissing},
                                  {"crm.stage", schema::Absence::kMissing},
                                  {"res.currency", schema::Absence::kHidden}});
  const Findings findings = Judge(facts);
  EXPECT_THAT(Troubles(findings),
              ElementsAre("app crm warn", "access res.currency warn", "services all warn"));
  const Finding& app = Of(findings, "app", "crm");
  EXPECT_EQ(app.message, "This Odoo lacks crm.lead and crm.stage.");
  EXPECT_EQ(app.advice, "Install the app `crm`, or do without LeadService and LeadStageService.");
  EXPECT_THAT(Of(findings, "access", "res.currency").advice, HasSubstr("GetCurrency"));
  const std::size_t all = BuiltIn().services().size();
  EXPECT_THAT(Of(findings, "services", "all").message,
              HasSubstr(std::to_string(all - 3) + " of " + std::to_string(all)));
  EXPECT_TRUE(AllPassed(findings));
}

TEST(Check, NamesWhatAMissingRightCosts) {
  Facts facts = Healthy();
  schema::Access& access = facts.survey.access["res.partner"];
  access.granted.reset(static_cast<std::size_t>(Right::kUnlink));
  const Finding one = Of(Judge(facts), "access", "res.partner");
  EXPECT_EQ(one.status, Status::kWarning);
  EXPECT_EQ(one.message, "May read, create and write. May not unlink.");
  EXPECT_THAT(one.advice, AllOf(HasSubstr("DeletePartner"), Not(HasSubstr("UpdatePartner"))));

  access.known.reset(static_cast<std::size_t>(Right::kUnlink));
  const Finding unknown = Of(Judge(facts), "access", "res.partner");
  EXPECT_EQ(unknown.status, Status::kOk);
  EXPECT_THAT(unknown.message, HasSubstr("does not tell about unlink"));

  access = {schema::Rights().set(), {}};
  const Findings none = Judge(facts);
  EXPECT_EQ(Of(none, "access", "res.partner").message, "May not read, create, write or unlink.");
  EXPECT_EQ(Of(none, "services", "all").status, Status::kWarning);
}

// An action asks for more than its own record: the wizard, and what comes of it.
TEST(Check, NamesTheActionsThatAWizardOrItsResultCosts) {
  const contract::Action& action = test::MethodNamed("RegisterPayment").action;
  Facts facts = Healthy();
  const std::string wizard = action.wizard->record->model;
  const std::string result = action.result->model;
  facts.survey.access[wizard].granted.reset();
  facts.survey.access[result].granted.reset(static_cast<std::size_t>(Right::kRead));
  const Findings findings = Judge(facts);
  EXPECT_EQ(Of(findings, "access", wizard).message, "May not create.");
  EXPECT_THAT(Of(findings, "access", wizard).advice, HasSubstr("do without RegisterPayment."));
  EXPECT_THAT(Of(findings, "access", result).message, HasSubstr("May not read."));
  EXPECT_THAT(Of(findings, "access", result).advice,
              AllOf(HasSubstr("RegisterPayment"), HasSubstr("GetPayment")));
}

TEST(Check, FailsWhereNothingCanBeUsed) {
  Facts facts = Healthy();
  for (auto& [model, access] : facts.survey.access) access.granted.reset();
  const Findings findings = Judge(facts);
  EXPECT_EQ(Of(findings, "services", "all").status, Status::kFailed);
  EXPECT_FALSE(AllPassed(findings));
}

TEST(Check, TellsWhereContractAndOdooDiffer) {
  Json fields = test::RecordedFields(18, "res.partner");
  fields.erase("vat");
  fields["city"]["type"] = "integer";
  fields["country_id"]["relation"] = "res.country.state";
  fields["type"]["selection"].push_back({"x_depot", "Depot"});
  schema::Schema schema;
  for (const std::string& model : BuiltIn().models())
    schema.Add(model, ModelFrom(model == "res.partner" ? fields : test::RecordedFields(18, model)));
  Facts facts = Healthy();
  facts.session.schema = std::make_shared<const schema::Schema>(std::move(schema));
  const Findings findings = Judge(facts);
  EXPECT_THAT(Troubles(findings), ElementsAre("fields res.partner warn", "fields res.partner warn",
                                              "selections res.partner warn"));
  const auto drift = schema::DriftOf(BuiltIn(), 18, *facts.session.schema).at("res.partner");
  EXPECT_THAT(drift.missing, ElementsAre("vat"));
  EXPECT_THAT(drift.retyped,
              ElementsAre(testing::Pair("city", "integer instead of char"),
                          testing::Pair(
                              "country_id",
                              "many2one to res.country.state instead of many2one to res.country")));
  EXPECT_EQ(drift.unusable(), 3U);
  EXPECT_THAT(drift.keys_of_odoo, ElementsAre(testing::Pair("type", ElementsAre("x_depot"))));
}

EdgeFacts Loopback() { return {.listen = "127.0.0.1:50051"}; }

EdgeFacts Certified(std::chrono::hours left) {
  EdgeFacts facts{.listen = "0.0.0.0:50051",
                  .exposed = true,
                  .tls = true,
                  .certificate_file = "tls.crt",
                  .callers = true};
  facts.expires = facts.now + left;
  return facts;
}

TEST(Edge, OpenToOthers) {
  EdgeFacts facts = Loopback();
  facts.exposed = true;
  const Findings findings = JudgeEdge(facts);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].status, Status::kWarning);
  EXPECT_THAT(findings[0].advice, HasSubstr("tls.certificate_file"));
  EXPECT_EQ(findings[1].status, Status::kWarning);
  EXPECT_THAT(findings[1].advice, HasSubstr("`callers`"));
}

TEST(Edge, CertificateByItsTimeLeft) {
  using std::chrono::days;
  const auto status = [](std::chrono::hours left) { return JudgeEdge(Certified(left))[0].status; };
  EXPECT_EQ(status(days(30)), Status::kOk);
  EXPECT_EQ(status(days(6)), Status::kWarning);
  EXPECT_EQ(status(std::chrono::hours(0)), Status::kFailed);
  EXPECT_THAT(JudgeEdge(Certified(days(31)))[0].message, HasSubstr("valid until 1970-02-01"));
}

TEST(Edge, FilesThatDoNotFit) {
  EdgeFacts facts = Certified(std::chrono::days(30));
  facts.failure = base::Fail(base::Reason::kInvalidFieldValue, "The key is not the certificate's.");
  const Finding finding = JudgeEdge(facts)[0];
  EXPECT_EQ(finding.status, Status::kFailed);
  EXPECT_EQ(finding.message, "The key is not the certificate's.");
  EXPECT_NE(finding.advice, "");
}

TEST(SecretFiles, AreNotForEverybody) {
  const auto status = [](unsigned mode) {
    return JudgeSecretFiles({{"tls.key", mode}}).front().status;
  };
  for (const unsigned mode : {0400U, 0600U, 0440U, 0640U, 0660U, 0700U, 0641U, 01640U})
    EXPECT_EQ(status(mode), Status::kOk) << std::oct << mode;
  for (const unsigned mode : {0004U, 0444U, 0644U, 0664U, 0666U, 0755U, 0777U, 02604U})
    EXPECT_EQ(status(mode), Status::kWarning) << std::oct << mode;
}

TEST(SecretFiles, WarningsSayWhatToDo) {
  const Findings findings =
      JudgeSecretFiles({{"/etc/odoo-gateway/tls.key", 0644}, {"key", 0600}, {"it's a key", 0777}});
  EXPECT_THAT(Lines(findings), ElementsAre("secret_file /etc/odoo-gateway/tls.key warn",
                                           "secret_file key ok", "secret_file it's a key warn"));
  EXPECT_THAT(Troubles(findings), testing::SizeIs(2));
  EXPECT_THAT(findings[0].message, HasSubstr("its mode is 0644."));
  EXPECT_THAT(findings[0].advice, AllOf(HasSubstr("`chmod 600 /etc/odoo-gateway/tls.key`"),
                                        HasSubstr("`defaultMode: 0440`")));
  EXPECT_THAT(findings[2].advice, HasSubstr(R"(`chmod 600 'it'\''s a key'`)"));
  EXPECT_TRUE(AllPassed(findings));
}

// An Odoo that writes for the terminal on which the report is read.
TEST(Report, CannotBeForgedByOdoo) {
  constexpr std::string_view kEvil =
      "18.0\x1b[2J\nok    user        admin\r\u202E\u2066\u200F\u061C\u2028\u0085\u009B\x9B\u200B";
  Facts facts = Healthy();
  facts.session.version_text = facts.session.lang = kEvil;
  facts.failure = base::Fail(Reason::kServerError, std::string(kEvil));
  facts.reached = Step::kFields;
  facts.failure->debug = kEvil;
  const Findings findings = Judge(facts);
  const std::string text = Text(findings);
  const std::string json = JsonDocument({{}, {{"default", facts, findings}}});
  // A line for each finding, and one for each advice.
  EXPECT_EQ(std::ranges::count(text, '\n'),
            static_cast<std::ptrdiff_t>(findings.size() + Troubles(findings).size()));
  EXPECT_EQ(std::ranges::count(json, '\n'), 1);
  for (const std::string& output : {text, json}) {
    for (const std::string_view evil : {"\x1b", "\r", "\u202E", "\u2066", "\u200F", "\u061C",
                                        "\u2028", "\u0085", "\u009B", "\u200B"})
      EXPECT_THAT(output, Not(HasSubstr(evil)));
  }
  EXPECT_THAT(text, HasSubstr(R"(version     18.0\x1b[2J\nok    user        admin\r\u202e\u2066)"));
  EXPECT_THAT(text, HasSubstr(R"(\u009b\x9b\u200b)"));
  EXPECT_THAT(json, HasSubstr(R"("language":"18.0\u001b[2J\u000aok    user)"));
  EXPECT_EQ(Json::parse(json)["instances"][0]["odoo"]["version"].get<std::string>(),
            std::string(kEvil.substr(0, kEvil.rfind('\x9B'))).append("\uFFFD\u200B"));
}

TEST(Report, Golden) {
  const Findings findings = {
      {"database", "shop", Status::kOk, "It is there.", {}},
      {"app", "crm", Status::kWarning, "This Odoo lacks crm.lead.", "Install the app `crm`."}};
  EXPECT_EQ(Text(findings),
            "ok    database    shop: It is there.\n"
            "warn  app         crm: This Odoo lacks crm.lead.\n"
            "                  -> Install the app `crm`.\n");
  const Json document =
      Json::parse(JsonDocument({JudgeEdge(Loopback()), {{"default", Healthy(), findings}}}));
  EXPECT_EQ(document, Json::parse(R"({
    "ok": true,
    "gateway": [
      {"check": "tls", "subject": "127.0.0.1:50051", "status": "ok",
       "message": "Only this machine can reach it.", "advice": ""},
      {"check": "callers", "subject": "127.0.0.1:50051", "status": "ok",
       "message": "Everybody on this machine may call.", "advice": ""}],
    "instances": [{
    "instance": "default",
    "ok": true,
    "odoo": {"url": "https://erp.example.com", "database": "shop", "username": "gateway",
             "version": "18.0", "protocol": "jsonrpc", "user_id": 7, "company_id": 1,
             "language": "en_US"},
    "checks": [
      {"check": "database", "subject": "shop", "status": "ok", "message": "It is there.",
       "advice": ""},
      {"check": "app", "subject": "crm", "status": "warn", "message": "This Odoo lacks crm.lead.",
       "advice": "Install the app `crm`."}]}]})"));
}

TEST(Report, OfSeveralInstances) {
  const Findings good = {{"database", "a", Status::kOk, "It is there.", {}}};
  const Findings bad = {{"connection", "", Status::kFailed, "Nobody answers.", "Start it."}};
  const Reports reports = {good, {{"default", Healthy(), good}, {"shop", Healthy(19), bad}}};
  EXPECT_FALSE(AllPassed(reports));
  EXPECT_EQ(Text(reports),
            "ok    database    a: It is there.\n"
            "\n"
            "default:\n"
            "ok    database    a: It is there.\n"
            "\n"
            "shop:\n"
            "fail  connection  Nobody answers.\n"
            "                  -> Start it.\n");
  const Json document = Json::parse(JsonDocument(reports));
  EXPECT_EQ(document["ok"], false);
  EXPECT_EQ(document["gateway"][0]["check"], "database");
  EXPECT_EQ(document["instances"][0]["ok"], true);
  EXPECT_EQ(document["instances"][1]["instance"], "shop");
  EXPECT_EQ(document["instances"][1]["odoo"]["version"], "19.0");
}

TEST(Report, HoldsNoSecret) {
  const Facts facts = Healthy();
  const Findings findings = Judge(facts);
  EXPECT_THAT(Text(findings) + JsonDocument({{}, {{"default", facts, findings}}}),
              Not(HasSubstr("the-secret")));
}

TEST(Words, AreListed) {
  EXPECT_EQ(Listed(Names()), "");
  EXPECT_EQ(Listed({"a"}), "a");
  EXPECT_EQ(Listed({"a", "b", "c"}), "a, b and c");
  Names many;
  for (int i = 10; i < 30; ++i) many.insert("n" + std::to_string(i));
  EXPECT_EQ(Listed(many), "n10, n11, n12, n13, n14, n15, n16, n17, n18, n19, n20 and 9 more");
}

}  // namespace
}  // namespace gateway::check
