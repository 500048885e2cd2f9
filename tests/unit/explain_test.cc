// What `odoo-gateway explain` reads and says. How well faults are understood, fault_test tells.
#include "explain/explain.h"

#include <gmock/gmock.h>

#include <sstream>

#include "contracts.h"
#include "explain/python_json.h"
#include "explain/request.h"

namespace gateway::explain {
namespace {

using test::Json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> Described(const odoo::FaultContext& context) {
  std::vector<std::string> lines;
  for (const odoo::RequestValue& value : context.values) {
    std::string line = value.path + " " + std::string(value.model);
    if (!value.comodel.empty()) line.append(" -> ").append(value.comodel);
    lines.push_back(line + " = " + value.text);
  }
  return lines;
}

constexpr std::string_view kOrder =
    R"([{"partner_id": 7, "note": null, "order_line": [[0, 0, {"product_id": 9, "price_unit": 1.5}],
        [1, 3, {"name": "x"}], [2, 4, 0], [6, 0, [5]]], "tag_ids": [[6, 0, [1, 2]], [4, 3]]}])";

std::string Execute(std::string_view args, std::string_view kwargs) {
  return R"({"jsonrpc": "2.0", "params": {"service": "object", "method": "execute_kw", "args": )"
         R"(["db", 2, "secret", "sale.order", "create", )" +
         std::string(args) + ", " + std::string(kwargs) + "]}}";
}

TEST(Requests, NameWhatACreateWrites) {
  const Request request(
      Execute("[" + std::string(kOrder) + "]", R"({"context": {"lang": "fr_FR"}})"));
  const odoo::FaultContext context = ContextOf(request.call(), test::BuiltIn());
  EXPECT_EQ(context.model, "sale.order");
  EXPECT_EQ(context.method, "create");
  EXPECT_EQ(context.lang, "fr_FR");
  EXPECT_THAT(
      Described(context),
      ElementsAre("[0].partner_id sale.order -> res.partner = 7", "[0].note sale.order = ",
                  "[0].order_line[0].product_id sale.order.line -> product.product = 9",
                  "[0].order_line[0].price_unit sale.order.line = 1.5",
                  "[0].order_line[1].name sale.order.line = x",
                  "[0].order_line[1] sale.order.line -> sale.order.line = 3",
                  "[0].order_line[2] sale.order.line -> sale.order.line = 4",
                  "[0].order_line sale.order -> sale.order.line = 5",
                  "[0].tag_ids sale.order -> crm.tag = 1", "[0].tag_ids sale.order -> crm.tag = 2",
                  "[0].tag_ids sale.order -> crm.tag = 3"));
}

TEST(Requests, AreReadFromEveryProtocol) {
  const std::string whole =
      "POST /json/2/res.partner/write HTTP/1.1\r\nAuthorization: bearer x\r\n\r\n"
      R"({"ids": [3], "vals": {"name": "A"}})";
  const std::string web =
      R"({"params": {"model": "res.partner", "method": "write", "args": [[3], {"name": "A"}],
          "kwargs": {}}})";
  const std::string xml =
      "<methodCall><methodName>execute_kw</methodName><params><param><value>db</value></param>"
      "<param><value><int>2</int></value></param><param><value>secret</value></param>"
      "<param><value>res.partner</value></param><param><value>write</value></param><param><value>"
      "<array><data><value><array><data><value><int>3</int></value></data></array></value><value>"
      "<struct><member><name>name</name><value>A</value></member></struct></value></data></array>"
      "</value></param></params></methodCall>";
  for (const std::string& text : {whole, web, xml}) {
    const Request request(text);
    const odoo::FaultContext context = ContextOf(request.call(), test::BuiltIn());
    EXPECT_EQ(context.method, "write") << text;
    EXPECT_THAT(context.ids, ElementsAre(3)) << text;
    EXPECT_THAT(Described(context), ElementsAre("name res.partner = A")) << text;
  }
}

TEST(Requests, NameWhatASearchAsksFor) {
  const Request request(
      R"(POST /json/2/res.partner/web_search_read

{"domain": ["|", ["name", "=", "A"], ["country_id", "in", [1]], 5], "order": "name desc, id; drop",
 "specification": {"child_ids": {"fields": {"email": {}}}}})");
  EXPECT_THAT(ContextOf(request.call(), test::BuiltIn()).fields,
              ElementsAre("name", "country_id", "child_ids", "child_ids.email"));
}

TEST(Requests, NameWhatALoadBrings) {
  const Request request(
      R"(POST /json/2/res.partner/load

{"fields": ["id", "name", "country_id/.id", "category_id/.id", "parent_id/nope"],
 "data": [["a.b", "A", "1", "2,3", "x"], ["a.c"]],
 "context": {"lang": "de_DE", "default_child_ids": [[0, 0, {"name": "B"}]], "default_x": "y"}})");
  const odoo::FaultContext context = ContextOf(request.call(), test::BuiltIn());
  EXPECT_EQ(context.lang, "de_DE");
  EXPECT_THAT(
      Described(context),
      ElementsAre("[0].name res.partner = A", "[0].country_id res.partner -> res.country = 1",
                  "[0].category_id res.partner -> res.partner.category = 2",
                  "[0].category_id res.partner -> res.partner.category = 3",
                  "[0].parent_id.nope res.partner -> res.partner = x",
                  "child_ids[0].name res.partner = B", "x res.partner = y"));
}

TEST(Requests, OfNoKnownFormTellNothing) {
  for (const std::string_view text :
       {"", "{}", "[]", "5", "nonsense", "<methodCall/>", "POST /json/2/ HTTP/1.1\n\n{}",
        "POST /json/2/x", R"({"params": 5})", R"({"params": {"service": 1, "args": [[]]}})",
        R"({"params": {"model": [], "method": {}, "args": 3, "kwargs": "x"}})"}) {
    const Request request(text);
    EXPECT_THAT(ContextOf(request.call(), test::BuiltIn()).fields, IsEmpty()) << text;
  }
  for (const std::string_view args : {"[]", "5", "[5]", "[[5]]", "[[[]]]", R"([{"a": [[0]]}])",
                                      R"([{"order_line": [[0, 0], [1], [6, 0, 5], ["x"], {}]}])"}) {
    const Request request(Execute(args, "null"));
    EXPECT_EQ(ContextOf(request.call(), test::BuiltIn()).model, "sale.order") << args;
  }
}

TEST(PythonJson, IsMadePlain) {
  EXPECT_EQ(PlainJson(R"({"a": NaN, "b": [-Infinity, Infinity], "NaN": "NaN"})"),
            R"({"a": "nan", "b": ["-inf", "inf"], "NaN": "NaN"})");
  EXPECT_EQ(PlainJson("[9223372036854775807000, -12345678901234567890, 1e400, 12]"),
            R"(["9223372036854775807000", "-12345678901234567890", 1e400, 12])");
  EXPECT_EQ(PlainJson(R"(["\ud83d\ude00 \ud83d \ude00 \\ud83d \" NaN"])"),
            R"(["\ud83d\ude00 \ufffd \ufffd \\ud83d \" NaN"])");
  for (const std::string_view broken : {"\"", "\"\\", "\"\\u", "\"\\ud83d", "NaN", "\"\\ud83d\\"}) {
    EXPECT_THAT(PlainJson(broken), testing::Not(IsEmpty())) << broken;
  }
}

std::vector<Json> LinesOf(const std::string& text, bool expected = true) {
  std::istringstream in(text);
  std::ostringstream out;
  std::ostringstream problems;
  EXPECT_EQ(Lines(in, out, problems, test::BuiltIn()), expected) << problems.str();
  std::vector<Json> lines;
  std::istringstream written(out.str());
  for (std::string line; std::getline(written, line);) lines.push_back(Json::parse(line));
  return lines;
}

Json RecordOf(const std::string& transport, int status, const std::string& body) {
  return {{"id", "x"},
          {"transport", transport},
          {"http_status", status},
          {"content_type", "text/plain"},
          {"body", body},
          {"request",
           {{"model", "sale.order"},
            {"method", "create"},
            {"args", Json::array({{{"partner_id", 7}}})},
            {"kwargs", Json::object()}}}};
}

TEST(JsonLines, SayWhatRecordingsMean) {
  const std::string fault =
      R"json({"name": "odoo.exceptions.MissingError", "message": "(Record: res.partner(7,), User: 2)",
          "arguments": [], "debug": ""})json";
  const auto lines = LinesOf(RecordOf("json2", 404, fault).dump() + "\n\n" +
                             RecordOf("jsonrpc", 200, R"({"jsonrpc": "2.0", "result": 3})").dump() +
                             "\n" + RecordOf("http", 503, "<html>").dump() + "\n");
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], (Json{{"id", "x"},
                            {"code", "INVALID_ARGUMENT"},
                            {"reason", "INVALID_REFERENCE"},
                            {"fields", {"partner_id"}},
                            {"model", "sale.order"},
                            {"constraint", nullptr},
                            {"retryable", false}}));
  EXPECT_EQ(lines[1], (Json{{"id", "x"},
                            {"code", "OK"},
                            {"reason", nullptr},
                            {"fields", Json::array()},
                            {"model", nullptr},
                            {"constraint", nullptr},
                            {"retryable", false}}));
  EXPECT_EQ(lines[2]["reason"], "UPSTREAM_UNAVAILABLE");
  EXPECT_EQ(lines[2]["retryable"], true);
}

TEST(JsonLines, KnowWhyNoAnswerCame) {
  const auto reason = [](const std::string& error) {
    Json record = RecordOf("jsonrpc", 0, "");
    record["transport_error"] = error;
    return LinesOf(record.dump())[0]["reason"];
  };
  EXPECT_EQ(reason("RemoteDisconnected: closed"), "TIMEOUT");
  EXPECT_EQ(reason("BadStatusLine: SSH-2.0"), "MALFORMED_RESPONSE");
  EXPECT_EQ(reason("ConnectionResetError: reset"), "UPSTREAM_UNAVAILABLE");
}

TEST(JsonLines, GoOnAfterBrokenOnes) {
  EXPECT_EQ(LinesOf("{}\nnonsense\n[]\n" + RecordOf("web", 200, "").dump(), false).size(), 2U);
}

TEST(Texts, ArePlainWords) {
  const std::string text =
      Text({odoo::Protocol::kXmlRpc, 200, Execute("[{\"partner_id\": 7}]", "{}")},
           "<methodResponse><fault><value><struct><member><name>faultCode"
           "</name><value><int>2</int></value></member><member><name>"
           "faultString</name><value>(Record: res.partner(7,), User: 2)"
           "</value></member></struct></value></fault></methodResponse>",
           test::BuiltIn());
  EXPECT_THAT(text, HasSubstr("code:        "));
  EXPECT_THAT(text, HasSubstr("retryable:   no\n"));
  EXPECT_THAT(text, HasSubstr("advice:      "));
  EXPECT_EQ(Text({{}, 200, ""}, R"({"jsonrpc": "2.0", "result": 3})", test::BuiltIn()),
            "code:        OK\nadvice:      Odoo did what was asked.\n");
  EXPECT_THAT(Text({{}, 0, ""}, "", test::BuiltIn()), HasSubstr("reason:      TIMEOUT\n"));
}

// A message with terminal commands, and with a line that looks like a row.
TEST(Texts, CannotBeForgedByOdoo) {
  const Json fault = {{"name", "odoo.exceptions.UserError"},
                      {"message", "No\x1b[2J\ncode:        OK\u202E\u2066\u2028\u0085 שלום"},
                      {"arguments", {"No"}},
                      {"debug", ""}};
  const std::string text = Text({odoo::Protocol::kJson2, 422, ""}, fault.dump(), test::BuiltIn());
  EXPECT_THAT(text, HasSubstr("Odoo says:   No\\x1b[2J\n"
                              "             code:        OK\\u202e\\u2066\\u2028\\u0085 שלום\n"));
  EXPECT_THAT(text, testing::Not(HasSubstr("\ncode:        OK")));
  EXPECT_THAT(text, testing::Not(HasSubstr("\x1b")));
}

TEST(JsonLines, ArePrintable) {
  const Json record = {{"id", "a\u202E\u009B\u200B"}, {"http_status", 502}, {"body", ""}};
  std::istringstream in(record.dump() + "\n");
  std::ostringstream out;
  std::ostringstream problems;
  EXPECT_TRUE(Lines(in, out, problems, test::BuiltIn()));
  EXPECT_THAT(out.str(), HasSubstr(R"({"id":"a\u202e\u009b\u200b",)"));
}

}  // namespace
}  // namespace gateway::explain
