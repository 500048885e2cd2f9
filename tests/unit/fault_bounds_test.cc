// Time that faults take: it may grow with the answer and with the request, not with their product.
// The loop serves nobody else meanwhile.
#include <gtest/gtest.h>

#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "odoo/explain.h"
#include "odoo/fault.h"
#include "odoo/fault_traceback.h"
#include "odoo/redact.h"
#include "odoo/suspects.h"

namespace gateway::odoo {
namespace {

constexpr std::size_t kMillion = 1000000;

// Of the processor, so that a busy machine does not matter. What goes through an answer once per
// template, or through a request once per field, takes ten times as long.
constexpr double kMostSeconds = 2;

double SecondsOf(const std::function<void()>& work) {
  const std::clock_t begun = std::clock();
  work();
  return static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
}

std::string Repeated(std::string_view part, std::size_t times) {
  std::string text;
  text.reserve(part.size() * times);
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

std::string XmlFault(std::string_view code, std::string_view text) {
  return std::string("<?xml version='1.0'?><methodResponse><fault><value><struct><member><name>")
      .append("faultCode</name><value><int>")
      .append(code)
      .append("</int></value></member><member><name>faultString</name><value><string>")
      .append(text)
      .append("</string></value></member></struct></value></fault></methodResponse>");
}

TEST(Bounds, WordsOfAnyLength) {
  for (const std::string_view part :
       {"\n", "\nDETAIL", "The ", "Invalid field 'x' on model 'y' ", "_", "Key (_)=(_, ", "res(1, ",
        "Traceback (most recent call last):\n  File \"a\", line 1, in b\n", "ValueError: x\n"}) {
    const std::string text = Repeated(part, 8 * kMillion / part.size());
    for (const std::string_view code : {"1", "2"}) {
      std::string body = XmlFault(code, text);
      const Reply reply{200, "text/xml", "", body};
      const double seconds =
          SecondsOf([&] { EXPECT_TRUE(FailureIn(reply, Protocol::kXmlRpc, {}).has_value()); });
      EXPECT_LT(seconds, kMostSeconds) << part;
    }
  }
}

TEST(Bounds, ElementsOfXml) {
  const auto meaning = [](std::size_t elements) {
    std::string body = "<?xml version='1.0'?><methodResponse><params><param><value><array><data>" +
                       Repeated("<value/>", elements) +
                       "</data></array></value></param></params></methodResponse>";
    const auto failure = FailureIn({200, "text/xml", "", body}, Protocol::kXmlRpc, {});
    return failure ? failure->message : "";
  };
  EXPECT_EQ(meaning(kMillion), "");
  EXPECT_EQ(meaning(4 * kMillion), "Odoo's answer does not fit into memory; ask for less at once.");
}

// Rows with two fields each.
std::vector<std::string> FieldsOf(std::size_t rows) {
  std::vector<std::string> fields{"order_line"};
  for (std::size_t row = 0; row < rows; ++row) {
    const std::string record = "order_line[" + std::to_string(row) + "].";
    fields.push_back(record + "name");
    fields.push_back(record + "product_id");
  }
  return fields;
}

FaultContext LargeContext() {
  FaultContext context;
  context.model = "sale.order";
  context.method = "web_save";
  context.fields = FieldsOf(25000);
  for (const std::string& field : context.fields) {
    context.values.push_back({field, "sale.order.line", "product.product", field});
  }
  return context;
}

TEST(Bounds, FieldsOfAnyNumber) {
  const FaultContext context = LargeContext();
  const std::string columns = Repeated("_", 10000);
  for (const std::string& message :
       {std::string("null value in column \"name\" of relation \"sale_order_line\" violates "
                    "not-null constraint"),
        std::string("duplicate key value violates unique constraint \"x\"\nDETAIL:  Key "
                    "(name)=(order_line[24999].name) already exists."),
        std::string("new row for relation \"sale_order_line\" violates check constraint \"x\""),
        "duplicate key value violates unique constraint \"x\"\nDETAIL:  Key (" + columns +
            ")=(1) already exists."}) {
    Fault fault;
    fault.exception = "psycopg2.errors.UniqueViolation";
    fault.message = message;
    const double seconds = SecondsOf([&] { Classify(fault, context); });
    EXPECT_LT(seconds, kMostSeconds) << message.substr(0, 100);
  }
  Fault missing;
  missing.exception = "odoo.exceptions.MissingError";
  missing.message = "(Record: product.product(" + Repeated("7, ", 5000) + "), User: 2)";
  EXPECT_LT(SecondsOf([&] { Classify(missing, context); }), kMostSeconds);
  Fault refused;
  refused.exception = "odoo.exceptions.ValidationError";
  refused.message = "'name' " + Repeated("a_a name ", 1000);
  EXPECT_LT(SecondsOf([&] { Classify(refused, context); }), kMostSeconds);
}

Written LargeWritten() {
  Written written;
  std::int64_t id = 0;
  for (const std::string& field : FieldsOf(25000)) {
    const std::string_view comodel = field.ends_with("_id") ? "product.product" : "";
    written.push_back(
        {field, "values." + field, "sale.order.line", comodel, {std::to_string(++id)}});
  }
  return written;
}

TEST(Bounds, SuspectsOfAnyNumber) {
  const Written written = LargeWritten();
  const Labels labels = {{{"sale.order.line", "name"}, "Name"},
                         {{"sale.order.line", "product_id"}, "Product Name"}};
  base::Failure failure;
  std::vector<std::int64_t> ids;
  const double seconds = SecondsOf([&] {
    EXPECT_TRUE(PathOfOnly(written).empty());
    EXPECT_EQ(PathsLeadingTo(written, "sale.order.line"), Paths{"values.order_line"});
    ids = ReferredBy(written, failure).at(0).ids;
    EXPECT_EQ(PathsTo(written, "product.product", ids).size(), 25000U);
    EXPECT_TRUE(PathsLabelled(written, labels, Repeated("the product name, ", 100)).empty());
    Paths paths;
    for (const plan::NamedField& field : written) paths.push_back(field.request_path);
    EXPECT_EQ(InRecordsOf(paths, paths).size(), paths.size());
    EXPECT_TRUE(AreAlternatives(written, paths));
  });
  EXPECT_EQ(ids.size(), 25000U);
  EXPECT_LT(seconds, kMostSeconds);
}

TEST(Bounds, SecretsThatStandEverywhere) {
  base::Failure failure;
  failure.debug = Repeated("ab", kMillion);
  const std::vector<std::string> secrets = {"a"};
  const double seconds = SecondsOf([&] { Redact(secrets, failure); });
  EXPECT_EQ(failure.debug.substr(0, 22), "[redacted]b[redacted]b");
  EXPECT_LT(seconds, kMostSeconds);
}

TEST(Bounds, LongTracebacksAreReadAtBothEnds) {
  const std::string frames = Repeated("  File \"/odoo/models.py\", line 1, in write\n", 200);
  const std::string cause = "Traceback (most recent call last):\n" + frames +
                            "psycopg2.errors.CheckViolation: " + Repeated("x", kMillion) + "\n\n";
  const std::string direct =
      "The above exception was the direct cause of the following exception:\n\n";
  const std::string last = "Traceback (most recent call last):\n" + frames + "ValueError: short\n";
  for (const std::string& text : {cause + direct + last, last + direct + cause}) {
    const std::vector<Raised> chain = ReadTraceback(text);
    ASSERT_FALSE(chain.empty());
    const bool is_short = text.ends_with("short\n");
    EXPECT_EQ(chain.back().exception, is_short ? "ValueError" : "psycopg2.errors.CheckViolation");
    EXPECT_LE(chain.back().text.size(), kMostWords);
    EXPECT_EQ(chain.back().file, "/odoo/models.py");
  }
}

}  // namespace
}  // namespace gateway::odoo
