// Odoo's protocols, both ways, and `fields_get` as a schema. The calls of plans are told
// by tests/golden, faults by fault_test.
#include "odoo/protocol.h"

#include <gmock/gmock.h>

#include "contracts.h"
#include "odoo/schema_answer.h"
#include "odoo/xmlrpc_document.h"

namespace gateway::odoo {
namespace {

using base::Reason;
using test::Json;
using testing::ElementsAre;
using testing::IsEmpty;

Session SessionOf(Protocol protocol) {
  Session session;
  session.credentials = {"shop", "gateway", "password", "key\"\\"};
  session.protocol = protocol;
  session.uid = 7;
  return session;
}

Call SomeCall() {
  return {"res.partner",
          "web_save",
          true,
          {3, 4},
          {{"vals", [](auto& out) { out.Text("v"); }},
           {"first", [](auto& out) { out.Integer(1); }, true}},
          {"fr_FR", {2}, true, true}};
}

constexpr std::int64_t kId = 77;

// Encoded with kId.
Message MessageOf(const Call& call, Protocol protocol) {
  auto message = Encode(call, SessionOf(protocol), kId);
  EXPECT_TRUE(message.ok());
  return message ? std::move(*message) : Message();
}

const Json kContext = Json::parse(
    R"({"tz": "UTC", "lang": "fr_FR", "allowed_company_ids": [2], "active_test": false,
        "tracking_disable": true, "mail_create_nosubscribe": true, "mail_create_nolog": true})");

TEST(JsonRpc, IsOneEnvelope) {
  const Message message = MessageOf(SomeCall(), Protocol::kJsonRpc);
  EXPECT_EQ(message.path, "/jsonrpc");
  EXPECT_EQ(message.id, kId);
  EXPECT_THAT(message.headers, ElementsAre("Content-Type: application/json"));
  const Json args = Json::array({"shop", 7, "key\"\\", "res.partner", "web_save",
                                 Json::array({Json::array({3, 4}), 1}),
                                 Json{{"vals", "v"}, {"context", kContext}}});
  EXPECT_EQ(Json::parse(message.body),
            (Json{{"jsonrpc", "2.0"},
                  {"method", "call"},
                  {"id", kId},
                  {"params", {{"service", "object"}, {"method", "execute_kw"}, {"args", args}}}}));
}

TEST(Json2, NamesItsArguments) {
  const Message message = MessageOf(SomeCall(), Protocol::kJson2);
  EXPECT_EQ(message.path, "/json/2/res.partner/web_save");
  EXPECT_EQ(message.id, std::nullopt);
  EXPECT_THAT(message.headers,
              ElementsAre("Content-Type: application/json", "Authorization: bearer key\"\\",
                          "X-Odoo-Database: shop"));
  EXPECT_EQ(
      Json::parse(message.body),
      (Json{{"ids", Json::array({3, 4})}, {"vals", "v"}, {"first", 1}, {"context", kContext}}));
}

// Without the tags that enclose every value.
std::string Short(std::string xml) {
  for (const std::string_view tag : {"<value>", "</value>", "<data>", "</data>", "</name>"}) {
    for (auto at = xml.find(tag); at != std::string::npos; at = xml.find(tag))
      xml.erase(at, tag.size());
  }
  return xml;
}

TEST(XmlRpc, IsOneDocument) {
  Call call = SomeCall();
  call.context = {"fr_FR", {}, true, false};
  const Message message = MessageOf(call, Protocol::kXmlRpc);
  EXPECT_EQ(message.path, "/xmlrpc/2/object");
  EXPECT_EQ(message.id, std::nullopt);
  EXPECT_THAT(message.headers, ElementsAre("Content-Type: text/xml"));
  EXPECT_EQ(Short(message.body),
            "<?xml version=\"1.0\"?><methodCall><methodName>execute_kw</methodName><params>"
            "<param><string>shop</string></param><param><int>7</int></param>"
            "<param><string>key\"\\</string></param><param><string>res.partner</string></param>"
            "<param><string>web_save</string></param>"
            "<param><array><array><int>3</int><int>4</int></array><int>1</int></array></param>"
            "<param><struct><member><name>vals<string>v</string></member>"
            "<member><name>context<struct>"
            "<member><name>tz<string>UTC</string></member>"
            "<member><name>lang<string>fr_FR</string></member>"
            "<member><name>active_test<boolean>0</boolean></member>"
            "</struct></member></struct></param></params></methodCall>");
}

std::string Written(const std::function<void(codec::XmlWriter&)>& write) {
  std::string text;
  codec::XmlWriter writer(text);
  write(writer);
  return Short(text);
}

TEST(XmlRpc, WritesEveryKindOfValue) {
  EXPECT_EQ(Written([](auto& out) { out.Integer(-2147483648); }),
            "<param><int>-2147483648</int></param>");
  EXPECT_EQ(Written([](auto& out) { out.Integer(2147483648); }),
            "<param><i8>2147483648</i8></param>");
  EXPECT_EQ(Written([](auto& out) { out.Decimal("-0.10"); }),
            "<param><double>-0.10</double></param>");
  EXPECT_EQ(Written([](auto& out) { out.Boolean(true); }), "<param><boolean>1</boolean></param>");
  EXPECT_EQ(Written([](auto& out) { out.Binary(std::string_view("\0\xff", 2)); }),
            "<param><string>AP8=</string></param>");
  EXPECT_EQ(Written([](auto& out) {
              out.BeginObject();
              out.EndObject();
              out.BeginArray();
              out.EndArray();
            }),
            "<param><struct></struct></param><param><array></array></param>");
}

TEST(XmlRpc, HoldsEveryTextThatXmlCan) {
  const auto text = [](std::string_view given) {
    return Written([given](auto& out) { out.Text(given); });
  };
  EXPECT_EQ(text("<a> & 'b'\r\n\t\"€𝄞"),
            "<param><string>&lt;a&gt; &amp; 'b'&#13;\n\t\"€𝄞</string></param>");
  // Checked before; a document it stays in any case.
  EXPECT_EQ(text("a\x01\uFFFE\uFFFFb\uFFFD"),
            "<param><string>a\uFFFD\uFFFD\uFFFDb\uFFFD</string></param>");
}

TEST(Calls, OfModelsHaveNoIds) {
  Call call = SomeCall();
  call.on_records = false;
  call.context = {};
  const Json rpc = Json::parse(MessageOf(call, Protocol::kJsonRpc).body);
  EXPECT_EQ(rpc["params"]["args"][5], Json::array({1}));
  EXPECT_EQ(rpc["params"]["args"][6]["context"], (Json{{"tz", "UTC"}}));
  EXPECT_FALSE(Json::parse(MessageOf(call, Protocol::kJson2).body).contains("ids"));
}

TEST(Calls, BeforeThereIsASession) {
  EXPECT_EQ(VersionMessage().path, "/web/version");
  EXPECT_THAT(VersionMessage().body, IsEmpty());
  const Json version = Json::parse(CommonVersionMessage(Protocol::kJsonRpc, kId)->body);
  EXPECT_EQ(version["id"], kId);
  EXPECT_EQ(version["params"],
            (Json{{"service", "common"}, {"method", "version"}, {"args", Json::array()}}));
  const Credentials credentials{"shop", "me", "word", ""};
  const Json login = Json::parse(AuthenticateMessage(credentials, Protocol::kJsonRpc, kId)->body);
  EXPECT_EQ(login["id"], kId);
  EXPECT_EQ(login["params"]["args"], Json::array({"shop", "me", "word", Json::object()}));
  EXPECT_EQ(CommonVersionMessage(Protocol::kXmlRpc, kId)->path, "/xmlrpc/2/common");
  EXPECT_EQ(Short(AuthenticateMessage(credentials, Protocol::kXmlRpc, kId)->body),
            "<?xml version=\"1.0\"?><methodCall><methodName>authenticate</methodName><params>"
            "<param><string>shop</string></param><param><string>me</string></param>"
            "<param><string>word</string></param><param><struct></struct></param>"
            "</params></methodCall>");
}

TEST(Calls, LookUpExternalIdsByModuleAndName) {
  const Call call = LookupCall("__export__.a.b");
  const Json body = Json::parse(MessageOf(call, Protocol::kJson2).body);
  EXPECT_EQ(body["module"], "__export__");
  EXPECT_EQ(body["xml_id"], "a.b");
}

// Python takes the last value of a key: none may replace what was checked.
TEST(Calls, WithAKeyTwiceAreNotEncoded) {
  const auto value = [](auto& out) {
    out.BeginObject();
    for (const char* key : {"name", "other", "name"}) {
      out.Key(key);
      out.Boolean(true);
    }
    out.EndObject();
  };
  Call values = SomeCall();
  values.arguments.push_back({"values", value});
  Call argument = SomeCall();
  argument.arguments.push_back({"vals", [](auto& out) { out.Text("w"); }});
  Call entry = SomeCall();
  entry.context.entries.push_back({"tz", [](auto& out) { out.Text("Europe/Brussels"); }});
  for (const auto& [call, key] :
       {std::pair(&values, "`name`"), std::pair(&argument, "`vals`"), std::pair(&entry, "`tz`")}) {
    for (const Protocol protocol : {Protocol::kJsonRpc, Protocol::kJson2, Protocol::kXmlRpc}) {
      const auto message = Encode(*call, SessionOf(protocol), kId);
      ASSERT_FALSE(message.ok()) << key << " over " << ProtocolName(protocol);
      EXPECT_EQ(message.failure().reason, Reason::kServerError);
      EXPECT_THAT(message.failure().message, testing::HasSubstr(key));
      EXPECT_FALSE(IsRaisedByOdoo(message.failure()));
    }
  }
}

struct AnswerCase {
  Protocol protocol;
  int status;
  std::string body;
  // What comes of it: a result, or a reason.
  std::string told;
};

std::string Told(const AnswerCase& test) {
  std::string body = test.body;
  const auto answer = Decode({test.status, "application/json", "", body}, test.protocol, [] {
    FaultContext context;
    context.model = "res.partner";
    context.method = "write";
    return context;
  });
  EXPECT_EQ(body, test.body);
  if (!answer) return std::string(base::InfoOf(answer.failure().reason).name);
  if (answer->result().IsFalse()) return "nothing";
  if (const auto number = answer->result().Integer()) return std::to_string(*number);
  return "something";
}

TEST(Answers, AreResultsOrReasons) {
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  const std::string refused =
      R"({"name": "odoo.exceptions.UserError", "message": "No", "arguments": ["No"], "debug": ""})";
  const std::vector<AnswerCase> cases = {
      {Protocol::kJsonRpc, 200, R"({"jsonrpc":"2.0","id":1,"result":3})", "3"},
      {Protocol::kJsonRpc, 200, R"({"jsonrpc":"2.0","id":1,"result":null})", "nothing"},
      {Protocol::kJsonRpc, 200, R"({"jsonrpc":"2.0","id":1})", "nothing"},
      {Protocol::kJsonRpc, 200,
       R"({"jsonrpc":"2.0","id":1,"error":{"code":0,"message":"x","data":)" + refused + "}}",
       "BUSINESS_RULE"},
      {Protocol::kJsonRpc, 200, "{}", "MALFORMED_RESPONSE"},
      {Protocol::kJsonRpc, 200, "3", "MALFORMED_RESPONSE"},
      {Protocol::kJsonRpc, 200, "", "MALFORMED_RESPONSE"},
      {Protocol::kJsonRpc, 200, R"({"jsonrpc":"2.0","id":1,"result":NaN})", "MALFORMED_RESPONSE"},
      {Protocol::kJsonRpc, 200, R"({"jsonrpc":"2.0","id":1,"result":)" + deep + "}",
       "MALFORMED_RESPONSE"},
      {Protocol::kJsonRpc, 502, "<html>", "UPSTREAM_UNAVAILABLE"},
      {Protocol::kJson2, 200, "3", "3"},
      {Protocol::kJson2, 200, "null", "nothing"},
      {Protocol::kJson2, 200, "[1]", "something"},
      {Protocol::kJson2, 200, "[1", "MALFORMED_RESPONSE"},
      {Protocol::kJson2, 200, deep, "MALFORMED_RESPONSE"},
      {Protocol::kJson2, 422, refused, "BUSINESS_RULE"},
      {Protocol::kJson2, 502, "{}", "UPSTREAM_UNAVAILABLE"},
  };
  for (const AnswerCase& test : cases) EXPECT_EQ(Told(test), test.told) << test.body;
}

std::string ReasonOfAnswerTo(std::optional<std::int64_t> message_id, std::string body) {
  const Reply reply{200, "application/json", "", body, message_id};
  const auto answer = Decode(reply, Protocol::kJsonRpc, [] { return FaultContext(); });
  return answer ? "" : std::string(base::InfoOf(answer.failure().reason).name);
}

TEST(Answers, RepeatTheIdOfTheMessage) {
  const std::string error =
      R"("error":{"data":{"name":"odoo.exceptions.UserError","message":"No"}})";
  const std::string malformed = "MALFORMED_RESPONSE";
  struct Case {
    std::string id;
    std::string of_result;
    std::string of_error;
  };
  const std::vector<Case> cases = {
      {R"("id":77)", "", "BUSINESS_RULE"},
      {R"("id":78)", malformed, malformed},
      {R"("id":-77)", malformed, malformed},
      {R"("id":"77")", malformed, malformed},
      {R"("id":77.0)", malformed, malformed},
      {R"("id":true)", malformed, malformed},
      {R"("id":[77])", malformed, malformed},
      // Odoo failed before it read the id; a result cannot be that.
      {R"("id":null)", malformed, "BUSINESS_RULE"},
      {R"("other":77)", malformed, malformed},
  };
  for (const Case& test : cases) {
    const std::string begin = R"({"jsonrpc":"2.0",)" + test.id + ",";
    EXPECT_EQ(ReasonOfAnswerTo(kId, begin + R"("result":3})"), test.of_result) << test.id;
    EXPECT_EQ(ReasonOfAnswerTo(kId, begin + error + "}"), test.of_error) << test.id;
    // A recording, whose request is not known.
    EXPECT_EQ(ReasonOfAnswerTo({}, begin + R"("result":3})"), "") << test.id;
    EXPECT_EQ(ReasonOfAnswerTo({}, begin + error + "}"), "BUSINESS_RULE") << test.id;
  }
}

std::string Result(std::string_view value) {
  return "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value>" +
         std::string(value) + "</value>\n</param>\n</params>\n</methodResponse>\n";
}

std::string XmlFault(std::string_view code, std::string_view text) {
  return "<methodResponse><fault><value><struct><member><name>faultCode</name><value>" +
         std::string(code) + "</value></member><member><name>faultString</name><value>" +
         std::string(text) + "</value></member></struct></value></fault></methodResponse>";
}

std::string Failed(std::string_view function, std::string_view exception) {
  return XmlFault(
      "<int>1</int>",
      "<string>Traceback (most recent call last):\n  File \"/opt/odoo/http.py\", line 1, "
      "in dispatch\n    call()\n  File \"/usr/lib/python3.11/xmlrpc/client.py\", line "
      "541, in " +
          std::string(function) + "\n    raise\n" + std::string(exception) + "\n</string>");
}

TEST(XmlAnswers, AreResultsOrReasons) {
  const auto nested = [](int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += "<value><array><data>";
    for (int i = 0; i < depth; ++i) text += "</data></array></value>";
    return "<array><data>" + text + "</data></array>";
  };
  const std::string good = Result("<int>3</int>");
  const std::string bomb =
      "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"3\">]><methodResponse><params><param>"
      "<value><int>&a;</int></value></param></params></methodResponse>";
  const std::vector<AnswerCase> cases = {
      {Protocol::kXmlRpc, 200, good, "3"},
      {Protocol::kXmlRpc, 200, Result("<i4>-3</i4>"), "-3"},
      {Protocol::kXmlRpc, 200, Result("<i8>5000000000</i8>"), "5000000000"},
      {Protocol::kXmlRpc, 200, Result("<boolean>0</boolean>"), "nothing"},
      {Protocol::kXmlRpc, 200, Result("<nil/>"), "nothing"},
      {Protocol::kXmlRpc, 200, Result("text"), "something"},
      {Protocol::kXmlRpc, 200, Result(nested(3)), "something"},
      // Executed and committed.
      {Protocol::kXmlRpc, 200,
       Failed("dump_nil", "TypeError: cannot marshal None unless allow_none is enabled"),
       "nothing"},
      {Protocol::kXmlRpc, 200, Failed("dump_long", "OverflowError: int exceeds XML-RPC limits"),
       "MALFORMED_RESPONSE"},
      // Not executed: the same words from elsewhere.
      {Protocol::kXmlRpc, 200, Failed("end_int", "ValueError: x"), "INVALID_FIELD_VALUE"},
      {Protocol::kXmlRpc, 200, XmlFault("<int>2</int>", "No"), "BUSINESS_RULE"},
      {Protocol::kXmlRpc, 200, XmlFault("<int>3</int>", "No"), "INTEGRATION_USER_REJECTED"},
      {Protocol::kXmlRpc, 200, XmlFault("<int>4</int>", "No"), "MODEL_ACCESS_DENIED"},
      {Protocol::kXmlRpc, 200, XmlFault("two", "No"), "MALFORMED_RESPONSE"},
      {Protocol::kXmlRpc, 200, XmlFault("<int>2</int>", "<int>2</int>"), "MALFORMED_RESPONSE"},
      // Broken in one place each.
      {Protocol::kXmlRpc, 200, "", "MALFORMED_RESPONSE"},
      {Protocol::kXmlRpc, 200, "3", "MALFORMED_RESPONSE"},
      {Protocol::kXmlRpc, 200, "text" + good, "MALFORMED_RESPONSE"},
      {Protocol::kXmlRpc, 200, good + '\0', "MALFORMED_RESPONSE"},
      {Protocol::kXmlRpc, 200, good.substr(0, good.size() - 4), "MALFORMED_RESPONSE"},
      {Protocol::kXmlRpc, 200, bomb, "MALFORMED_RESPONSE"},
      {Protocol::kXmlRpc, 200, "<methodResponse/>", "MALFORMED_RESPONSE"},
      {Protocol::kXmlRpc, 200, "<methodResponse><params/></methodResponse>", "MALFORMED_RESPONSE"},
      {Protocol::kXmlRpc, 200, Result("<int>3x</int>"), "MALFORMED_RESPONSE"},
      {Protocol::kXmlRpc, 200, Result("<int>99999999999999999999</int>"), "MALFORMED_RESPONSE"},
      {Protocol::kXmlRpc, 200, Result("<double>nan</double>"), "something"},
      {Protocol::kXmlRpc, 200, Result("<double>1,2</double>"), "MALFORMED_RESPONSE"},
      {Protocol::kXmlRpc, 200, Result("<double>.5</double>"), "MALFORMED_RESPONSE"},
      {Protocol::kXmlRpc, 200, Result("<boolean>yes</boolean>"), "MALFORMED_RESPONSE"},
      {Protocol::kXmlRpc, 200, Result("<string>\xff</string>"), "MALFORMED_RESPONSE"},
      {Protocol::kXmlRpc, 200, Result("<string><b/></string>"), "MALFORMED_RESPONSE"},
      {Protocol::kXmlRpc, 200, Result("<surprise/>"), "MALFORMED_RESPONSE"},
      {Protocol::kXmlRpc, 200, Result("<struct><member/></struct>"), "MALFORMED_RESPONSE"},
      {Protocol::kXmlRpc, 200,
       Result("<struct><member><name>a</name><value>b</value></member>"
              "<member><name>a</name><value>c</value></member></struct>"),
       "MALFORMED_RESPONSE"},
      {Protocol::kXmlRpc, 200, Result(nested(100)), "MALFORMED_RESPONSE"},
      {Protocol::kXmlRpc, 200, Result(nested(20000)), "MALFORMED_RESPONSE"},
      {Protocol::kXmlRpc, 502, "<html>", "UPSTREAM_UNAVAILABLE"},
  };
  for (const AnswerCase& test : cases) EXPECT_EQ(Told(test), test.told) << test.body.substr(0, 999);
}

TEST(XmlAnswers, KeepTexts) {
  const std::string xml = Result(
      "<struct><member><name>a&amp;b</name><value><string>&lt;x&gt; &#8364;&quot;</string></value>"
      "</member><member><name>spaces</name><value><string>  </string></value></member>"
      "<member><name>lines</name><value>a\r\nb\tc</value></member>"
      "<member><name>pieces</name><value><string>a<![CDATA[<b>]]><!-- no -->c</string></value>"
      "</member><member><name>unknown</name><value>&amp;a; &b;</value></member>"
      "<member><name>price</name><value><double>1e-05</double></value></member></struct>");
  EXPECT_EQ(Json::parse(JsonOfXmlRpc(xml)),
            (Json{{"params", Json::array({Json{{"a&b", "<x> €\""},
                                               {"spaces", "  "},
                                               {"lines", "a\r\nb\tc"},
                                               {"pieces", "a<b>c"},
                                               {"unknown", "&a; &b;"},
                                               {"price", 1e-05}}})}}));
}

TEST(XmlAnswers, CutAnywhereAreMalformed) {
  const std::string whole =
      Result("<struct><member><name>a</name><value>b</value></member></struct>");
  // Line ends follow the document.
  for (std::size_t size = 0; size + 2 < whole.size(); ++size) {
    EXPECT_EQ(Told({Protocol::kXmlRpc, 200, whole.substr(0, size), ""}), "MALFORMED_RESPONSE");
  }
}

// ---- fields_get ----

base::Result<schema::Model> ModelFrom(const std::string& json) {
  simdjson::dom::parser parser;
  return ModelOf(codec::JsonView(parser.parse(json)));
}

TEST(Fields, BecomeASchema) {
  const auto model = ModelFrom(R"({
    "state": {"type": "selection", "selection": [["draft", "Draft"], ["sale", "Order"], [1, "x"]],
              "readonly": true, "required": true, "searchable": false, "sortable": false},
    "partner_id": {"type": "many2one", "relation": "res.partner"},
    "code": {"type": "char", "size": 5},
    "long": {"type": "char", "size": -1},
    "props": {"type": "properties"},
    "odd": {"type": 7, "selection": "none", "readonly": "yes"},
    "odder": []})");
  ASSERT_TRUE(model);
  const schema::Field& state = *model->Find("state");
  EXPECT_EQ(state.type, contract::Type::kSelection);
  EXPECT_THAT(state.keys, ElementsAre("draft", "sale"));
  EXPECT_TRUE(state.readonly && state.required && !state.searchable && !state.sortable);
  const schema::Field& partner = *model->Find("partner_id");
  EXPECT_EQ(partner.type, contract::Type::kMany2one);
  EXPECT_EQ(partner.relation, "res.partner");
  EXPECT_TRUE(partner.searchable && partner.sortable && !partner.readonly);
  EXPECT_EQ(model->Find("code")->size, 5);
  EXPECT_EQ(model->Find("long")->size, 0);
  for (const char* unknown : {"props", "odd", "odder"}) {
    EXPECT_EQ(model->Find(unknown)->type, contract::Type::kUnspecified) << unknown;
  }
  EXPECT_EQ(model->Find("nothing"), nullptr);
}

TEST(Fields, AreAnObject) {
  for (const char* json : {"[]", "false", "3"}) {
    const auto model = ModelFrom(json);
    ASSERT_FALSE(model) << json;
    EXPECT_EQ(model.failure().reason, Reason::kMalformedResponse);
  }
}

TEST(Fields, OfRecordedOdoosAreRead) {
  for (const int version : {18, 19}) {
    for (const std::string& name : test::BuiltIn().models()) {
      const auto model = ModelFrom(test::RecordedFields(version, name).dump());
      ASSERT_TRUE(model) << name;
      schema::Schema schema;
      schema.Add(name, *model);
      EXPECT_NE(schema.Find(name, "display_name"), nullptr) << name;
      EXPECT_EQ(schema.Find("no.model", "name"), nullptr);
    }
  }
}

}  // namespace
}  // namespace gateway::odoo
