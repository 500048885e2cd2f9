#include "status/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <vector>

#include "google/rpc/code.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "odoo/error/v1/error.pb.h"
#include "status/text.h"

namespace gateway::status {
namespace {

using base::Code;
using base::Fail;
using base::FailAt;
using base::Failure;
using base::Reason;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using namespace std::chrono_literals;

google::rpc::Status Parsed(const Answer& answer) {
  google::rpc::Status status;
  EXPECT_TRUE(status.ParseFromString(answer.details));
  return status;
}

std::vector<std::string> DetailNames(const google::rpc::Status& status) {
  std::vector<std::string> names;
  for (const auto& detail : status.details()) {
    names.push_back(detail.type_url().substr(detail.type_url().rfind('.') + 1));
  }
  return names;
}

// The one detail of this type.
template <class Message>
Message DetailOf(const google::rpc::Status& status) {
  Message message;
  int found = 0;
  for (const auto& detail : status.details()) {
    if (detail.Is<Message>() && detail.UnpackTo(&message)) ++found;
  }
  EXPECT_EQ(found, 1) << message.GetTypeName();
  return message;
}

template <class Message>
Message DetailOf(const Failure& failure) {
  return DetailOf<Message>(Parsed(Render(failure, "r-1")));
}

std::vector<Reason> AllReasons() {
  std::vector<Reason> reasons;
  for (int i = 1; i < base::kReasonCount; ++i) reasons.push_back(static_cast<Reason>(i));
  return reasons;
}

// As gRPC sends it in grpc-status-details-bin.
std::size_t Base64Size(std::size_t bytes) { return (bytes + 2) / 3 * 4; }

TEST(Reasons, EqualTheContract) {
  const auto* proto = odoo::error::v1::Reason_descriptor();
  ASSERT_EQ(proto->value_count(), base::kReasonCount);
  for (int i = 0; i < proto->value_count(); ++i) {
    EXPECT_EQ(proto->value(i)->number(), i);
    const base::ReasonInfo& info = base::InfoOf(static_cast<Reason>(i));
    EXPECT_EQ("REASON_" + std::string(info.name), proto->value(i)->name());
    EXPECT_EQ(static_cast<int>(info.reason), i);
  }
}

TEST(Codes, EqualGoogleRpc) {
  const auto* proto = google::rpc::Code_descriptor();
  ASSERT_EQ(proto->value_count(), 17);
  for (int i = 0; i < proto->value_count(); ++i) {
    EXPECT_EQ(base::CodeName(static_cast<Code>(proto->value(i)->number())),
              proto->value(i)->name());
  }
}

TEST(Render, CodeMessageAndAdvice) {
  const Answer answer = Render(Fail(Reason::kRecordNotFound, "sale.order 7 does not exist"), "r-1");
  EXPECT_EQ(answer.code, Code::kNotFound);
  EXPECT_EQ(answer.message,
            "sale.order 7 does not exist. Check the id; the record may have been deleted.");
  const google::rpc::Status status = Parsed(answer);
  EXPECT_EQ(status.code(), google::rpc::NOT_FOUND);
  EXPECT_EQ(status.message(), answer.message);
  EXPECT_THAT(DetailNames(status), ElementsAre("ErrorInfo", "RequestInfo"));
  EXPECT_EQ(DetailOf<google::rpc::RequestInfo>(status).request_id(), "r-1");
}

TEST(Render, AdviceIsNotRepeated) {
  const std::string message = "No. Set the named fields. Please.";
  EXPECT_EQ(Render(Fail(Reason::kRequiredFieldMissing, message), "").message, message);
  EXPECT_EQ(Render(Fail(Reason::kRequiredFieldMissing, ""), "").message, "Set the named fields.");
}

TEST(Render, CodeOfTheFailureWins) {
  Failure failure = Fail(Reason::kOutcomeUnknown, "No answer.");
  failure.code = Code::kDeadlineExceeded;
  EXPECT_EQ(Render(failure, "").code, Code::kDeadlineExceeded);
}

TEST(Render, MissingReasonIsNeverSent) {
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(Failure{}).reason(), "SERVER_ERROR");
}

TEST(Render, ErrorInfo) {
  Failure failure = Fail(Reason::kUniqueViolation, "Taken.");
  failure.metadata = {{"model", "res.partner"}, {"constraint", "res_partner_ref_uniq"}};
  const auto info = DetailOf<google::rpc::ErrorInfo>(failure);
  EXPECT_EQ(info.domain(), "odoo-gateway");
  EXPECT_EQ(info.reason(), "UNIQUE_VIOLATION");
  EXPECT_EQ(info.metadata().size(), 2U);
  EXPECT_EQ(info.metadata().at("constraint"), "res_partner_ref_uniq");
}

TEST(Render, ViolationsInBothForms) {
  Failure failure = FailAt(Reason::kRequiredFieldMissing, "values.partner_id", "Name a customer.");
  failure.violations.push_back(
      {"values.order_line.rows[2].product_id", Reason::kInvalidReference, "No product has id 9."});
  const google::rpc::Status status = Parsed(Render(failure, ""));
  const auto bad_request = DetailOf<google::rpc::BadRequest>(status);
  ASSERT_EQ(bad_request.field_violations_size(), 2);
  EXPECT_EQ(bad_request.field_violations(0).field(), "values.partner_id");
  EXPECT_EQ(bad_request.field_violations(1).description(), "No product has id 9.");
  const auto violations = DetailOf<odoo::error::v1::Violations>(status);
  ASSERT_EQ(violations.violations_size(), 2);
  EXPECT_EQ(violations.violations(1).path(), "values.order_line.rows[2].product_id");
  EXPECT_EQ(violations.violations(1).reason(), odoo::error::v1::REASON_INVALID_REFERENCE);
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(status).metadata().count("violations"), 0U);
}

TEST(Render, ManyViolationsAreCutAndCounted) {
  Failure failure = Fail(Reason::kInvalidFieldValue, "Wrong.");
  for (int i = 0; i < 500; ++i) {
    failure.violations.push_back({"v[" + std::to_string(i) + "]", {}, "No."});
  }
  const google::rpc::Status status = Parsed(Render(failure, ""));
  const auto violations = DetailOf<odoo::error::v1::Violations>(status);
  EXPECT_EQ(violations.violations_size(), 64);
  EXPECT_EQ(violations.violations(63).path(), "v[63]");
  EXPECT_EQ(violations.violations(0).reason(), odoo::error::v1::REASON_INVALID_FIELD_VALUE);
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(status).metadata().at("violations"), "500");
}

TEST(Render, OdooWordsKeepTheirLines) {
  Failure failure = Fail(Reason::kBusinessRule, "Odoo refuses.");
  failure.odoo_message = "Impossible :\n- la commande est déjà facturée";
  failure.odoo_lang = "fr_FR";
  const auto message = DetailOf<google::rpc::LocalizedMessage>(failure);
  EXPECT_EQ(message.locale(), "fr-FR");
  EXPECT_EQ(message.message(), failure.odoo_message);
}

TEST(Render, ResourceInfo) {
  Failure failure = Fail(Reason::kRecordNotFound, "Gone.");
  failure.resource = base::Resource{"sale.order", {7, 8}};
  const auto info = DetailOf<google::rpc::ResourceInfo>(failure);
  EXPECT_EQ(info.resource_type(), "sale.order");
  EXPECT_EQ(info.resource_name(), "sale.order,7,8");
  EXPECT_EQ(info.owner(), "");
  EXPECT_EQ(info.description(), "Gone.");
}

TEST(Render, RetryDelays) {
  Failure failure = Fail(Reason::kServerError, "Busy.");
  failure.retry_after = 2500ms;
  const auto asked = DetailOf<google::rpc::RetryInfo>(failure);
  EXPECT_EQ(asked.retry_delay().seconds(), 2);
  EXPECT_EQ(asked.retry_delay().nanos(), 500'000'000);
  failure.retry_after = std::chrono::milliseconds::max();
  EXPECT_EQ(DetailOf<google::rpc::RetryInfo>(failure).retry_delay().seconds(), 24 * 3600);
  failure.retry_after = -1ms;
  EXPECT_EQ(DetailOf<google::rpc::RetryInfo>(failure).retry_delay().seconds(), 0);
  const auto usual = DetailOf<google::rpc::RetryInfo>(Fail(Reason::kUpstreamUnavailable, ""));
  EXPECT_EQ(usual.retry_delay().seconds(), 5);
}

TEST(Render, PreconditionNamesRecordOrGateway) {
  Failure failure = Fail(Reason::kRecordInUse, "Used.");
  failure.resource = base::Resource{"res.partner", {3}};
  const auto of_record = DetailOf<google::rpc::PreconditionFailure>(failure).violations(0);
  EXPECT_EQ(of_record.type(), "RECORD_IN_USE");
  EXPECT_EQ(of_record.subject(), "res.partner,3");
  EXPECT_EQ(of_record.description(), "Used.");
  const auto of_gateway =
      DetailOf<google::rpc::PreconditionFailure>(Fail(Reason::kDatabaseNotFound, "")).violations(0);
  EXPECT_EQ(of_gateway.subject(), "odoo-gateway");
}

TEST(Render, QuotaNamesWhoseLimit) {
  const auto quota = DetailOf<google::rpc::QuotaFailure>(Fail(Reason::kOverloaded, "Full."));
  EXPECT_EQ(quota.violations(0).subject(), "odoo-gateway");
  EXPECT_EQ(quota.violations(0).description(), "Full.");
}

// The table of design section 4: what each reason brings without being asked.
TEST(Render, DetailsOfEachReason) {
  std::vector<std::string> precondition, quota, retry;
  for (const Reason reason : AllReasons()) {
    for (const std::string& name : DetailNames(Parsed(Render(Fail(reason, "x"), "r")))) {
      const std::string reason_name(base::InfoOf(reason).name);
      if (name == "PreconditionFailure") precondition.push_back(reason_name);
      if (name == "QuotaFailure") quota.push_back(reason_name);
      if (name == "RetryInfo") retry.push_back(reason_name);
    }
    EXPECT_EQ(base::InfoOf(reason).code == Code::kFailedPrecondition,
              !precondition.empty() && precondition.back() == base::InfoOf(reason).name);
  }
  EXPECT_THAT(precondition,
              ElementsAre("BUSINESS_RULE", "RECORD_IN_USE", "ACTION_NOT_DONE",
                          "INTEGRATION_USER_REJECTED", "DATABASE_NOT_FOUND", "ENDPOINT_NOT_FOUND"));
  EXPECT_THAT(quota, ElementsAre("RATE_LIMITED", "OVERLOADED"));
  EXPECT_THAT(retry, ElementsAre("CONCURRENT_UPDATE", "UPSTREAM_UNAVAILABLE", "SESSION_EXPIRED",
                                 "RATE_LIMITED", "OVERLOADED"));
}

TEST(Render, TracebackOnlyWhereAskedAndWithoutValues) {
  Failure failure = Fail(Reason::kServerError, "x");
  failure.debug =
      "Traceback (most recent call last):\n"
      "  File \"/odoo/http.py\", line 1, in post\n    secret = 1\n"
      "  File \"/odoo/models.py\", line 2, in create\n"
      "psycopg2.Error: boom\nDETAIL:  Failing row contains (secret).\n";
  EXPECT_THAT(Render(failure, "").details, Not(HasSubstr("models.py")));
  const Answer answer = Render(failure, "", {.debug = true});
  EXPECT_THAT(answer.details, Not(HasSubstr("secret")));
  EXPECT_THAT(DetailOf<google::rpc::DebugInfo>(Parsed(answer)).stack_entries(),
              ElementsAre("File \"/odoo/http.py\", line 1, in post",
                          "File \"/odoo/models.py\", line 2, in create"));
}

TEST(Render, ControlCharactersCannotBreakTheMessage) {
  const Answer answer =
      Render(Fail(Reason::kServerError, "a\r\ngrpc-status: 0\x1b[2J\x7f"), "r\n1");
  EXPECT_THAT(answer.message, StartsWith("a  grpc-status: 0 [2J "));
  EXPECT_EQ(DetailOf<google::rpc::RequestInfo>(Parsed(answer)).request_id(), "r 1");
}

// Texts of any length and bytes, the worst kinds first.
std::string RandomText(std::mt19937& random) {
  static const std::vector<std::string> kAlphabets = {
      "a", "%", "\n", "\x80", "\xC3", "é", "漢", "\xF0\x9F\x98\x80", "\xED\xA0\x80", "x é\xFF漢"};
  static const std::vector<std::size_t> kLengths = {0, 1, 30, 300, 3000, 100'000};
  const std::string& alphabet = kAlphabets[random() % kAlphabets.size()];
  const std::size_t length = kLengths[random() % kLengths.size()];
  std::string text;
  while (text.size() < length) text += alphabet;
  return text;
}

Failure RandomFailure(Reason reason, std::mt19937& random) {
  Failure failure = Fail(reason, RandomText(random));
  for (std::size_t i = random() % 100; i > 0; --i) {
    failure.violations.push_back({RandomText(random), Reason::kUnknownField, RandomText(random)});
  }
  for (std::size_t i = random() % 20; i > 0; --i) {
    failure.metadata.emplace_back(RandomText(random), RandomText(random));
  }
  failure.odoo_message = RandomText(random);
  failure.odoo_lang = RandomText(random);
  failure.debug = "  File \"" + RandomText(random) + "\n  File \"" + RandomText(random);
  failure.retry_after = std::chrono::milliseconds(random());
  failure.resource = base::Resource{RandomText(random), {1, 2}};
  for (std::size_t i = random() % 2 * 10'000; i > 0; --i) failure.resource->ids.push_back(i);
  return failure;
}

// Protobuf refuses to parse a proto3 string that is no UTF-8, in most languages.
template <class Message>
void ExpectParses(const google::rpc::Status& status) {
  for (const auto& detail : status.details()) {
    Message message;
    if (!detail.Is<Message>()) continue;
    ASSERT_TRUE(message.ParseFromString(detail.value())) << message.GetTypeName();
  }
}

void ExpectSound(const Answer& answer) {
  EXPECT_LT(answer.details.size(), 6000U);
  EXPECT_LT(Base64Size(answer.details.size()) + PercentEncodedSize(answer.message), 7500U - 200U);
  EXPECT_EQ(OneLine(answer.message, answer.message.size() + 3), answer.message);
  const google::rpc::Status status = Parsed(answer);
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(status).domain(), "odoo-gateway");
  DetailOf<google::rpc::RequestInfo>(status);
  ExpectParses<google::rpc::BadRequest>(status);
  ExpectParses<google::rpc::LocalizedMessage>(status);
  ExpectParses<google::rpc::ResourceInfo>(status);
  ExpectParses<google::rpc::PreconditionFailure>(status);
  ExpectParses<google::rpc::QuotaFailure>(status);
  ExpectParses<google::rpc::DebugInfo>(status);
  ExpectParses<odoo::error::v1::Violations>(status);
}

TEST(Render, AnyFailureFitsTheTrailers) {
  std::mt19937 random(1);  // The same failures on every run.
  for (int round = 0; round < 8; ++round) {
    for (const Reason reason : AllReasons()) {
      const Failure failure = RandomFailure(reason, random);
      const Answer answer = Render(failure, RandomText(random), {.debug = random() % 2 == 0});
      ExpectSound(answer);
      // However long the rest is, the first violation gets through.
      if (failure.violations.empty()) continue;
      EXPECT_GE(DetailOf<google::rpc::BadRequest>(Parsed(answer)).field_violations_size(), 1);
    }
  }
}

TEST(Render, LongestFailureFitsTheTrailers) {
  for (const Reason reason : AllReasons()) {
    for (const std::string unit : {"a", "é", "漢", "\xFF"}) {
      std::string text;
      while (text.size() < 20'000) text += unit;
      Failure failure = Fail(reason, text);
      failure.violations.assign(100, {text, reason, text});
      for (char key = 'a'; key < 'z'; ++key)
        failure.metadata.emplace_back(std::string(1, key), text);
      failure.odoo_message = failure.odoo_lang = text;
      failure.debug = "  File \"" + text;
      failure.retry_after = 1ms;
      failure.resource = base::Resource{text, {1}};
      const Answer answer = Render(failure, text, {.debug = true});
      ExpectSound(answer);
      EXPECT_GE(DetailOf<google::rpc::BadRequest>(Parsed(answer)).field_violations_size(), 1);
    }
  }
}

// A megabyte of each kind of character in every part, and thousands of violations.
TEST(Render, HugeFailuresFitTheTrailers) {
  for (const std::string unit : {"a", "%", "é", "漢", "😀", "\xFF", "\xF0\x9F", "a\n"}) {
    std::string text;
    while (text.size() < 1'000'000) text += unit;
    Failure failure = Fail(Reason::kInvalidFieldValue, text);
    failure.violations.assign(5000, {"values.name", Reason::kInvalidFieldValue, "No."});
    failure.violations.front() = {text, Reason::kUnknownField, text};
    failure.metadata = {{text, text}, {"model", text}};
    failure.odoo_message = failure.odoo_lang = failure.debug = text;
    failure.resource = base::Resource{text, {1}};
    const Answer answer = Render(failure, text, {.debug = true});
    ExpectSound(answer);
    const auto violations = DetailOf<odoo::error::v1::Violations>(Parsed(answer));
    EXPECT_GE(violations.violations_size(), 1);
    EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(Parsed(answer)).metadata().at("violations"), "5000");
  }
}

TEST(Text, CutsBetweenCharacters) {
  EXPECT_EQ(OneLine("abcdef", 6), "abcdef");
  EXPECT_EQ(OneLine("abcdefg", 6), "abc...");
  EXPECT_EQ(OneLine("éééé", 7), "éé...");
  EXPECT_EQ(OneLine("éééé", 6), "é...");
  EXPECT_EQ(HeaderLine("éé", 12), "éé");
  EXPECT_EQ(HeaderLine("ééé", 12), "é...");
}

TEST(Text, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(OneLine("a\xFFz", 9), "a\uFFFDz");
  EXPECT_EQ(OneLine("\xC0\xAF", 9), "\uFFFD\uFFFD");            // overlong
  EXPECT_EQ(OneLine("\xED\xA0\x80", 9), "\uFFFD\uFFFD\uFFFD");  // surrogate
  EXPECT_EQ(OneLine("\xE6\xBC", 9), "\uFFFD\uFFFD");            // ends early
  EXPECT_EQ(OneLine("\xF4\x90\x80\x80", 20), "\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(OneLine("a\tb\xC2\x9B"
                    "c",
                    9),
            "a b c");
  EXPECT_EQ(Lines("a\tb\nc\rd", 9), "a\tb\nc d");
}

TEST(Text, Locales) {
  EXPECT_EQ(Locale("fr_FR"), "fr-FR");
  EXPECT_EQ(Locale("es_419"), "es-419");
  EXPECT_EQ(Locale("eo"), "eo");
  EXPECT_EQ(Locale("sr@latin"), "sr-Latn");
  EXPECT_EQ(Locale("sr_RS@latin"), "sr-Latn-RS");
  EXPECT_EQ(Locale(""), "en-US");
  EXPECT_EQ(Locale("@latin"), "en-US");
  EXPECT_EQ(Locale("fr FR"), "en-US");
}

}  // namespace
}  // namespace gateway::status
