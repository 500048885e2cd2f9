// Nothing that Odoo lets slip gets out: secrets and data are planted wherever answers can carry
// them, and looked for in the status, the log lines and the metrics that come of it.
#include <gmock/gmock.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../corpus/recordings.h"
#include "observe/log.h"
#include "observe/metrics.h"
#include "odoo/redact.h"
#include "status/status.h"

namespace gateway::odoo {
namespace {

// What the gateway was configured with: may stand in no text, whoever wrote it.
const std::vector<std::string> kSecrets = {"pa55-w0rd%é&<x>",
                                           "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c"};
// What PostgreSQL and Python print: data of records, a session of Odoo's.
constexpr std::string_view kMarker = "m4rker";

const std::string kRows =
    "\nDETAIL:  Key (login, password)=(m4rker, m4rker) already exists: Failing row contains "
    "(1, m4rker).\nCONTEXT:  SQL statement \"SELECT m4rker\"\nLINE 1: INSERT INTO x VALUES "
    "('m4rker')\n           ^\nHINT:  m4rker\n";
const std::string kTraceback =
    "Traceback (most recent call last):\n  File \"/srv/m4rker/models.py\", line 1, in m4rker\n"
    "    session_id = 'm4rker'\npsycopg2.errors.UniqueViolation: duplicate key value violates "
    "unique constraint \"res_users_login_key\"" +
    kRows;

std::string Secrets() { return kSecrets[0] + " " + kSecrets[1]; }

std::string JsonText(std::string_view text) {
  std::string json;
  for (const char c : text) {
    if (c == '"' || c == '\\') json += '\\';
    json += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return json;
}

std::string XmlText(std::string_view text) {
  std::string xml;
  for (const char c : text) {
    xml += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
  }
  return xml;
}

// Behind `"message": "` and the like, in every place of the body that has it.
std::string Planted(std::string body, std::string_view before, std::string_view text) {
  for (std::size_t at = body.find(before); at != std::string::npos;
       at = body.find(before, at + before.size() + text.size())) {
    body.insert(at + before.size(), text);
  }
  return body;
}

// Before the end of every text that is the value of `key`.
std::string PlantedAtEnd(std::string body, std::string_view key, std::string_view text) {
  const std::string head = "\"" + std::string(key) + "\": \"";
  for (std::size_t at = body.find(head); at != std::string::npos; at = body.find(head, at)) {
    std::size_t end = at + head.size();
    while (end < body.size() && body[end] != '"') end += body[end] == '\\' ? 2 : 1;
    if (end >= body.size()) break;
    body.insert(end, text);
    at = end + text.size();
  }
  return body;
}

// The same answer with things in it that are nobody's business; one variant for each way.
std::vector<std::string> Variants(const Record& record) {
  const std::string& body = record.body;
  const std::string words = JsonText(" " + Secrets());
  const std::string rows = JsonText(kRows + kTraceback);
  const std::string trace = JsonText(kTraceback +
                                     "\nDuring handling of the above exception, "
                                     "another exception occurred:\n\n");
  std::vector<std::string> all;
  if (ProtocolOf(record) == Protocol::kXmlRpc) {
    constexpr std::string_view kEnd = "</string></value>\n</member>\n</struct>";
    const std::size_t end = body.rfind(kEnd);
    if (end != std::string::npos) {
      for (const std::string& text : {" " + Secrets(), kRows + kTraceback})
        all.push_back(std::string(body).insert(end, XmlText(text)));
    }
    all.push_back(Planted(body, "<value><string>", XmlText(kSecrets[1] + " ")));
  } else {
    for (const std::string_view key : {"message", "debug", "name"}) {
      all.push_back(PlantedAtEnd(body, key, words));
      all.push_back(Planted(body, "\"" + std::string(key) + "\": \"", JsonText(kSecrets[1])));
    }
    all.push_back(Planted(body, "\"arguments\": [\"", words));
    all.push_back(PlantedAtEnd(body, "message", rows));
    all.push_back(Planted(body, "\"debug\": \"", trace));
    all.push_back(PlantedAtEnd(body, "debug", rows));
  }
  all.push_back("<html><!-- " + std::string(kMarker) + Secrets() + " -->" + body);
  all.push_back(body + "<pre>" + kTraceback + Secrets() + "</pre>");
  return all;
}

// All that leaves the gateway because of a failure.
class Outside {
 public:
  std::string Of(const Failure& failure) {
    text_.clear();
    const status::Answer answer = status::Render(failure, "r-1");
    text_.append(answer.message).append("\n").append(answer.details);
    observe::CallFinished call;
    call.path = "/odoo.sale.v1.SaleOrderService/CreateSaleOrder";
    call.code = failure.StatusCode();
    call.reason = failure.reason;
    call.message = failure.message;
    call.debug = failure.debug;
    const std::array<observe::Event, 3> events = {
        call, observe::FaultSeen{failure.reason, failure.resource ? failure.resource->model : ""},
        observe::InstanceChanged{.detail = failure.message}};
    for (const observe::Event& event : events) {
      log_.Observe(event);
      of_instance_.Observe(event);
    }
    return text_;
  }
  std::string Metrics() const { return metrics_.Text(); }

 private:
  std::string text_;
  observe::LogObserver log_{observe::Level::kInfo,
                            [this](observe::Level, std::string_view line) { text_ += line; }};
  observe::MetricsObserver metrics_{std::vector{observe::ServedInstance{"default", {}}}, "1"};
  observe::InstanceObserver of_instance_{"default", metrics_};
};

constexpr std::array<std::string_view, 9> kNever = {kMarker,           "DETAIL:",     "Failing row",
                                                    "Traceback (most", "File \"",     ".py\"",
                                                    "SELECT ",         "INSERT INTO", "Key ("};

void ExpectClean(const std::string& text, const std::string& id) {
  for (const std::string_view never : kNever) {
    ASSERT_EQ(text.find(never), std::string::npos) << id << " lets out " << never << ":\n" << text;
  }
  for (const std::string& secret : kSecrets) {
    ASSERT_EQ(text.find(secret), std::string::npos) << id << " lets out a secret:\n" << text;
    // As JSON and XML escape it.
    ASSERT_EQ(text.find(XmlText(secret)), std::string::npos) << id << ":\n" << text;
  }
}

TEST(Leaks, NothingThatOdooLetsSlip) {
  Outside outside;
  int failures = 0;
  for (const std::string_view transport : kTransports) {
    for (const Record& record : Corpus(transport)) {
      for (std::string& body : Variants(record)) {
        const Reply reply{record.status, record.type, "m4rker", body};
        std::optional<Failure> failure = FailureIn(reply, ProtocolOf(record), record.context);
        if (!failure) continue;
        Redact(kSecrets, *failure);
        ExpectClean(outside.Of(*failure), record.id);
        if (HasFatalFailure()) return;
        ++failures;
      }
    }
  }
  ExpectClean(outside.Metrics(), "metrics");
  EXPECT_GT(failures, 30'000);
}

TEST(Leaks, NothingOfHeaders) {
  Outside outside;
  for (const int status : {200, 302, 401, 403, 404, 429, 500, 502, 503, 504}) {
    const std::string secret = Secrets() + " m4rker";
    Failure failure = ClassifyHttp(status, "text/html; " + secret, secret, secret, {});
    Redact(kSecrets, failure);
    ExpectClean(outside.Of(failure), std::to_string(status));
    for (const std::string& own : kSecrets)
      EXPECT_EQ(failure.debug.find(own), std::string::npos) << failure.debug;
  }
}

Failure Telling(const std::string& words) {
  Fault fault;
  fault.exception = "odoo.exceptions.UserError";
  fault.message = words;
  fault.debug = words;
  return Classify(fault, {});
}

TEST(Redaction, LeavesTheRest) {
  Failure failure = Telling("The key 0f1e is wrong: 0f1e2d3c!");
  Redact(std::vector<std::string>{"", "0f1e2d3c"}, failure);
  EXPECT_EQ(failure.odoo_message, "The key 0f1e is wrong: [redacted]!");
  EXPECT_EQ(failure.debug, "The key 0f1e is wrong: [redacted]!");
}

// `name` may be a password, and it is a field: that it is missing would tell.
TEST(Redaction, ShortSecretsStayInNames) {
  Failure failure = base::FailAt(Reason::kRequiredFieldMissing, "name", "Set it.");
  failure.odoo_message = "Your password is name.";
  Redact(std::vector<std::string>{"name"}, failure);
  EXPECT_EQ(failure.violations.front().path, "name");
  EXPECT_EQ(failure.odoo_message, "Your password is [redacted].");
}

// What a module, a proxy or a traceback may make of a secret.
TEST(Redaction, KnowsOtherFormsOfASecret) {
  const std::string secret = "s3cr3t-Api/Key";
  for (const char* form :
       {"S3CR3T-API/KEY", "s 3 c r 3 t - A p i / K e y", "s3cr3t-Api/\nKey",
        "czNjcjN0LUFwaS9LZXk=", "dXNlcjpzM2NyM3QtQXBpL0tleQ==", "eHM zY3IzdC1BcGkvS2V5",
        "7333637233742d4170692f4b6579", "s3cr3t%2DApi%2fKey", "s3cr3t%2dApi%2FKey"}) {
    Failure failure = Telling("Before " + std::string(form) + " after");
    failure.violations.push_back({form, Reason::kUnknownField, form});
    Redact(std::vector<std::string>{secret}, failure);
    EXPECT_THAT(failure.odoo_message, testing::StartsWith("Before ")) << form;
    EXPECT_THAT(failure.odoo_message, testing::HasSubstr("[redacted]")) << form;
    EXPECT_THAT(failure.odoo_message, testing::EndsWith(" after")) << form;
    EXPECT_THAT(failure.debug, testing::HasSubstr("[redacted]")) << form;
    EXPECT_THAT(failure.violations.back().path, testing::HasSubstr("[redacted]")) << form;
  }
  Failure failure = Telling("Nothing of it: api key, s3cr3t, YXBpa2V5");
  Redact(std::vector<std::string>{secret}, failure);
  EXPECT_EQ(failure.odoo_message, "Nothing of it: api key, s3cr3t, YXBpa2V5");
}

// Words are cut before and after: no part of a secret stays at the end.
TEST(Redaction, ReachesCutSecrets) {
  const std::string& secret = kSecrets[1];
  for (std::size_t before = 0; before < 2200; ++before) {
    for (const std::size_t copies : {1, 60}) {
      std::string words(before, 'x');
      for (std::size_t copy = 0; copy < copies; ++copy) words += secret;
      Failure failure = Telling(words);
      Redact(kSecrets, failure);
      ASSERT_EQ(failure.odoo_message.find(secret.substr(0, 4)), std::string::npos) << before;
    }
  }
}

}  // namespace
}  // namespace gateway::odoo
