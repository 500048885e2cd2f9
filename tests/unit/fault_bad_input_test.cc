// Answers that are cut, mistyped, in another encoding, huge, or from somebody else: never a crash,
// never a claim about the request that the answer does not make.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../corpus/recordings.h"

namespace gateway::odoo {
namespace {

constexpr std::string_view kJson = "application/json; charset=utf-8";
constexpr std::string_view kXml = "text/xml; charset=utf-8";
constexpr std::string_view kHtml = "text/html; charset=utf-8";

std::string NameOf(const std::optional<Failure>& failure) {
  return failure ? std::string(base::InfoOf(failure->reason).name) : "OK";
}

std::string Meaning(Protocol protocol, int status, std::string_view type, std::string body,
                    const FaultContext& context = {}) {
  return NameOf(FailureIn({status, type, "", body}, protocol, context));
}

// What a reader may be told when an answer was damaged on its way: nothing about the request.
bool IsHarmless(std::string_view reason) {
  return reason == "MALFORMED_RESPONSE" || reason == "SERVER_ERROR" ||
         reason == "UPSTREAM_UNAVAILABLE";
}

std::string MeaningOf(const Record& record, std::string body) {
  return Meaning(ProtocolOf(record), record.status, record.type, std::move(body), record.context);
}

// One record of each situation and transport.
std::vector<const Record*> OneEach() {
  std::map<std::string, const Record*> first;
  for (const std::string_view transport : kTransports) {
    for (const Record& record : Corpus(transport)) {
      first.emplace(record.id.substr(0, record.id.find('.')).append(transport), &record);
    }
  }
  std::vector<const Record*> records;
  for (const auto& [situation, record] : first) records.push_back(record);
  return records;
}

// Some of them, so that cutting everywhere stays quick.
std::vector<const Record*> Sample() {
  constexpr std::size_t kStep = 3;
  const std::vector<const Record*> all = OneEach();
  std::vector<const Record*> some;
  for (std::size_t at = 0; at < all.size(); at += kStep) some.push_back(all[at]);
  return some;
}

// White space at the end is nothing that could be missed.
std::string Trimmed(const std::string& body) {
  return body.substr(0, body.find_last_not_of(" \r\n") + 1);
}

// Of an empty body the status is all there is to say.
TEST(Damage, CutAnswersSayNothingElse) {
  const std::vector<const Record*> sample = Sample();
  ASSERT_GE(sample.size(), 200U);
  for (const Record* record : sample) {
    const std::string whole = MeaningOf(*record, record->body);
    const std::string body = Trimmed(record->body);
    for (std::size_t size = 1; size < body.size(); ++size) {
      const std::string reason = MeaningOf(*record, body.substr(0, size));
      ASSERT_TRUE(reason == whole || IsHarmless(reason))
          << record->id << " at " << size << " is " << reason << ", not " << whole;
    }
  }
}

// An answer with a body that ends early is never a success.
TEST(Damage, CutResultsAreNoResults) {
  for (const Record* record : OneEach()) {
    const std::string body = Trimmed(record->body);
    if (!record->label.reason.empty() || body.size() < 2) continue;
    // A number that was cut is a number.
    const bool ends_itself = body.ends_with('}') || body.ends_with('>') || body.ends_with(']');
    if (!ends_itself) continue;
    EXPECT_EQ(MeaningOf(*record, body.substr(0, body.size() - 1)), "MALFORMED_RESPONSE")
        << record->id;
  }
}

const std::vector<std::string> kJsonValues = {"null",
                                              "0",
                                              "-1.5",
                                              "1e999",
                                              "true",
                                              "[]",
                                              "[1]",
                                              "[null]",
                                              "{}",
                                              "\"\"",
                                              "[[]]",
                                              "\"x\"",
                                              R"({"a": {"b": []}})"};

using Members = std::map<std::string, std::string>;

std::string ObjectOf(const Members& members) {
  std::string object;
  for (const auto& [name, member] : members) {
    object.append(object.empty() ? "{" : ", ").append("\"" + name + "\": " + member);
  }
  return object + "}";
}

const Members kException = {{"name", "\"builtins.ValueError\""},
                            {"message", "\"text\""},
                            {"arguments", "[\"text\"]"},
                            {"debug", "\"Traceback\""},
                            {"context", "{}"}};

TEST(Damage, WrongTypesInAnExceptionReadAsAbsent) {
  for (const auto& [key, member] : kException) {
    for (const std::string& value : kJsonValues) {
      Members members = kException;
      members[key] = value;
      const std::string exception = ObjectOf(members);
      const std::string error = R"({"jsonrpc": "2.0", "error": {"data": )" + exception + "}}";
      EXPECT_TRUE(IsHarmless(Meaning(Protocol::kJsonRpc, 200, kJson, error))) << error;
      for (const int status : {400, 404, 422, 500}) {
        EXPECT_NE(Meaning(Protocol::kJson2, status, kJson, exception), "OK") << exception;
      }
    }
  }
}

TEST(Damage, WrongTypesInAnEnvelopeAreMalformed) {
  const Members envelope = {
      {"jsonrpc", "\"2.0\""},
      {"id", "1"},
      {"error", R"({"code": 200, "message": "x", "data": )" + ObjectOf(kException) + "}"}};
  for (const std::string key : {"jsonrpc", "error"}) {
    for (const std::string& value : kJsonValues) {
      Members members = envelope;
      members[key] = value;
      EXPECT_EQ(Meaning(Protocol::kJsonRpc, 200, kJson, ObjectOf(members)), "MALFORMED_RESPONSE")
          << ObjectOf(members);
    }
  }
  for (const std::string& value : kJsonValues) {
    Members members = envelope;
    members["id"] = value;
    EXPECT_TRUE(IsHarmless(Meaning(Protocol::kJsonRpc, 200, kJson, ObjectOf(members)))) << value;
  }
}

std::string XmlFault(std::string_view code, std::string_view text) {
  return "<?xml version='1.0'?><methodResponse><fault><value><struct><member><name>faultCode"
         "</name><value>" +
         std::string(code) + "</value></member><member><name>faultString</name><value>" +
         std::string(text) + "</value></member></struct></value></fault></methodResponse>";
}

TEST(Damage, WrongTypesInXmlAreMalformed) {
  for (const std::string wrong :
       {"<nil/>", "<array><data/></array>", "<struct/>", "<boolean>7</boolean>", "<int>x</int>",
        "<double>1.5</double>", "<i8></i8>", "<dateTime.iso8601>x</dateTime.iso8601>", "<what/>",
        "<base64>%%%</base64>", "<int>99999999999999999999999</int>"}) {
    EXPECT_EQ(Meaning(Protocol::kXmlRpc, 200, kXml, XmlFault(wrong, "<string>x</string>")),
              "MALFORMED_RESPONSE")
        << wrong;
  }
  for (const std::string wrong : {"<nil/>", "<array><data/></array>", "<struct/>", "<int>1</int>",
                                  "<boolean>1</boolean>", "<what/>"}) {
    EXPECT_EQ(Meaning(Protocol::kXmlRpc, 200, kXml, XmlFault("<int>2</int>", wrong)),
              "MALFORMED_RESPONSE")
        << wrong;
  }
  EXPECT_EQ(Meaning(Protocol::kXmlRpc, 200, kXml, XmlFault("<int>2</int>", "text")),
            "BUSINESS_RULE");
}

TEST(Damage, ForeignEnvelopesAreMalformed) {
  for (const std::string body :
       {"[]", "1", "null", "\"x\"", "{}", R"({"error":"x"})", R"({"error":{"code":1}})",
        R"({"jsonrpc":2,"result":1})", R"({"jsonrpc":"2.0","error":{"data":{"name":""}}})",
        "<methodResponse/>", "<html></html>", "OK", ""}) {
    EXPECT_EQ(Meaning(Protocol::kJsonRpc, 200, kJson, body), "MALFORMED_RESPONSE") << body;
    EXPECT_EQ(Meaning(Protocol::kXmlRpc, 200, kXml, body), "MALFORMED_RESPONSE") << body;
  }
  for (const Protocol protocol : {Protocol::kJsonRpc, Protocol::kJson2, Protocol::kXmlRpc}) {
    for (const std::string piece : {"[", "{\"a\":", "<value><array><data>"}) {
      std::string deep;
      for (int depth = 0; depth < 100000; ++depth) deep += piece;
      EXPECT_EQ(Meaning(protocol, 200, kJson, deep), "MALFORMED_RESPONSE");
    }
  }
}

// An error under 200 is one where the protocol has a place for it; else it is no answer at all.
TEST(Damage, ErrorsUnderSuccess) {
  const std::string exception = ObjectOf(kException);
  const std::string both =
      R"({"jsonrpc": "2.0", "result": 1, "error": {"data": )" + exception + "}}";
  EXPECT_EQ(Meaning(Protocol::kJsonRpc, 200, kJson, both), "SERVER_ERROR");
  EXPECT_EQ(Meaning(Protocol::kJsonRpc, 200, kJson, exception), "MALFORMED_RESPONSE");
  EXPECT_EQ(Meaning(Protocol::kXmlRpc, 200, kXml, both), "MALFORMED_RESPONSE");
  EXPECT_EQ(Meaning(Protocol::kJson2, 200, kHtml, "<h1>Error</h1>"), "MALFORMED_RESPONSE");
}

struct NotFound {
  Protocol protocol;
  std::string_view type;
  std::string_view body;
  std::string_view reason;
};

// One status, and what stands in its body.
TEST(Http, FourOhFourMeansManyThings) {
  constexpr NotFound kCases[] = {
      {Protocol::kJson2, "text/html", "<html><h1>404</h1></html>", "ENDPOINT_NOT_FOUND"},
      {Protocol::kJson2, "text/plain", "404 page not found\n", "ENDPOINT_NOT_FOUND"},
      {Protocol::kJson2, "", "", "ENDPOINT_NOT_FOUND"},
      {Protocol::kJson2, kHtml,
       "<!doctype html>\n<title>404 Not Found</title>\n<p>No database is selected and the "
       "requested URL was not found in the server-wide controllers.</p>",
       "DATABASE_NOT_FOUND"},
      {Protocol::kJson2, kHtml,
       "<!doctype html>\n<title>404 Not Found</title>\n<p>No database is sel",
       "MALFORMED_RESPONSE"},
      {Protocol::kJson2, kJson,
       R"({"name": "werkzeug.exceptions.NotFound", "message": "the model 'x.y' does not exist",
           "arguments": [], "debug": ""})",
       "MODEL_NOT_FOUND"},
      {Protocol::kJson2, kJson,
       R"({"name": "werkzeug.exceptions.NotFound",
           "message": "The method 'x.y.z' does not exist", "arguments": [], "debug": ""})",
       "METHOD_NOT_FOUND"},
      {Protocol::kJson2, kJson,
       R"json({"name": "odoo.exceptions.MissingError", "message": "Gone.\n(Record: res.partner(7,),
 User: 2)", "arguments": [], "debug": ""})json",
       "MALFORMED_RESPONSE"},  // A line break within a text is no JSON.
      {Protocol::kJson2, kJson,
       R"json({"name": "odoo.exceptions.MissingError", "message": "(Record: res.partner(7,), User: 2)",
           "arguments": [], "debug": ""})json",
       "RECORD_NOT_FOUND"},
      {Protocol::kJsonRpc, "text/html", "<html><h1>404</h1></html>", "ENDPOINT_NOT_FOUND"},
      {Protocol::kXmlRpc, "text/html", "<html><h1>404</h1></html>", "ENDPOINT_NOT_FOUND"},
  };
  FaultContext context;
  context.model = "res.partner";
  context.method = "read";
  context.ids = {7};
  for (const NotFound& some : kCases) {
    EXPECT_EQ(Meaning(some.protocol, 404, some.type, std::string(some.body), context), some.reason)
        << some.body;
  }
}

struct Page {
  int status;
  std::string_view type;
  std::string_view body;
  std::string_view reason;
};

// Whoever stands between the gateway and Odoo; the same over every protocol.
TEST(Http, PagesOfProxies) {
  constexpr Page kPages[] = {
      {200, "text/html", "<html><form action='/login'></form></html>", "MALFORMED_RESPONSE"},
      {200, "application/json", "", "MALFORMED_RESPONSE"},
      {204, "", "", "MALFORMED_RESPONSE"},
      {302, "text/html", "<a href='https://sso.example.com'>sign in</a>", "ENDPOINT_NOT_FOUND"},
      {403, "text/html", "<title>Access denied | Cloudflare</title>", "ENDPOINT_NOT_FOUND"},
      {407, "text/html", "", "ENDPOINT_NOT_FOUND"},
      {408, "text/html", "", "TIMEOUT"},
      {413, "text/html", "<h1>413 Request Entity Too Large</h1>", "PAYLOAD_TOO_LARGE"},
      {429, "application/json", R"({"error": "slow down"})", "RATE_LIMITED"},
      {500, "text/html", "<h1>Internal Server Error</h1>", "SERVER_ERROR"},
      {502, "text/html", "<h1>502 Bad Gateway</h1>", "UPSTREAM_UNAVAILABLE"},
      {503, "text/plain", "upstream connect error", "UPSTREAM_UNAVAILABLE"},
      {504, "text/html", "<h1>504 Gateway Time-out</h1>", "TIMEOUT"},
      {522, "text/html", "", "UPSTREAM_UNAVAILABLE"},
      {799, "text/html", "what", "MALFORMED_RESPONSE"},
      {-1, "", "", "MALFORMED_RESPONSE"},
  };
  for (const Protocol protocol : {Protocol::kJsonRpc, Protocol::kJson2, Protocol::kXmlRpc}) {
    for (const Page& page : kPages) {
      EXPECT_EQ(Meaning(protocol, page.status, page.type, std::string(page.body)), page.reason)
          << page.status << " " << page.body;
    }
  }
}

std::string Utf16(std::string_view text, bool big_endian) {
  std::string out = big_endian ? "\xFE\xFF" : "\xFF\xFE";
  for (const char c : text) {
    const std::string unit = big_endian ? std::string{'\0', c} : std::string{c, '\0'};
    out += unit;
  }
  return out;
}

// Characters beyond ASCII as a program would write them that takes Odoo's UTF-8 for Latin-1.
std::string Latin1(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool two = (static_cast<unsigned char>(text[at]) & 0xFEU) == 0xC2U;
    if (two && at + 1 < text.size()) {
      out += static_cast<char>((text[at] & 0x03) << 6 | (text[at + 1] & 0x3F));
      ++at;
    } else {
      out += text[at];
    }
  }
  return out;
}

std::string WithBytes(std::string text, std::string_view bytes, std::size_t parts) {
  for (std::size_t part = 1; part < parts; ++part) {
    text.insert(text.size() * part / parts, bytes);
  }
  return text;
}

// A page that cannot be read leaves its status to speak.
std::string MeaningOfStatus(const Record& record) {
  return record.type.starts_with("text/html") ? MeaningOf(record, "") : "MALFORMED_RESPONSE";
}

TEST(Damage, OtherEncodingsSayNothingElse) {
  for (const Record* record : OneEach()) {
    if (record->body.empty()) continue;
    const std::string whole = MeaningOf(*record, record->body);
    for (const std::string& body :
         {Utf16(record->body, false), Utf16(record->body, true), Latin1(record->body),
          "\xEF\xBB\xBF" + record->body, WithBytes(record->body, "\xFF", 3),
          WithBytes(record->body, std::string_view("\0", 1), 3),
          WithBytes(record->body, "\xED\xA0\x80", 2)}) {
      const std::string reason = MeaningOf(*record, body);
      EXPECT_TRUE(reason == whole || IsHarmless(reason) || reason == MeaningOfStatus(*record))
          << record->id << " is " << reason << ", not " << whole;
    }
  }
}

}  // namespace
}  // namespace gateway::odoo
