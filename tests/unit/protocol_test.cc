// Odoo's two JSON protocols, both ways, and `fields_get` as a schema. The calls of plans are told
// by tests/golden, faults by fault_test.
#include "odoo/protocol.h"

#include <gmock/gmock.h>

#include "contracts.h"
#include "odoo/schema_answer.h"

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
          {"fr_FR", 2, true, true}};
}

const Json kContext = Json::parse(
    R"({"tz": "UTC", "lang": "fr_FR", "allowed_company_ids": [2], "active_test": false,
        "tracking_disable": true, "mail_create_nosubscribe": true, "mail_create_nolog": true})");

TEST(JsonRpc, IsOneEnvelope) {
  const Message message = Encode(SomeCall(), SessionOf(Protocol::kJsonRpc));
  EXPECT_EQ(message.path, "/jsonrpc");
  EXPECT_THAT(message.headers, ElementsAre("Content-Type: application/json"));
  const Json args = Json::array({"shop", 7, "key\"\\", "res.partner", "web_save",
                                 Json::array({Json::array({3, 4}), 1}),
                                 Json{{"vals", "v"}, {"context", kContext}}});
  EXPECT_EQ(Json::parse(message.body),
            (Json{{"jsonrpc", "2.0"},
                  {"method", "call"},
                  {"id", 1},
                  {"params", {{"service", "object"}, {"method", "execute_kw"}, {"args", args}}}}));
}

TEST(Json2, NamesItsArguments) {
  const Message message = Encode(SomeCall(), SessionOf(Protocol::kJson2));
  EXPECT_EQ(message.path, "/json/2/res.partner/web_save");
  EXPECT_THAT(message.headers,
              ElementsAre("Content-Type: application/json", "Authorization: bearer key\"\\",
                          "X-Odoo-Database: shop"));
  EXPECT_EQ(
      Json::parse(message.body),
      (Json{{"ids", Json::array({3, 4})}, {"vals", "v"}, {"first", 1}, {"context", kContext}}));
}

TEST(Calls, OfModelsHaveNoIds) {
  Call call = SomeCall();
  call.on_records = false;
  call.context = {};
  const Json rpc = Json::parse(Encode(call, SessionOf(Protocol::kJsonRpc)).body);
  EXPECT_EQ(rpc["params"]["args"][5], Json::array({1}));
  EXPECT_EQ(rpc["params"]["args"][6]["context"], (Json{{"tz", "UTC"}}));
  EXPECT_FALSE(Json::parse(Encode(call, SessionOf(Protocol::kJson2)).body).contains("ids"));
}

TEST(Calls, BeforeThereIsASession) {
  EXPECT_EQ(VersionMessage().path, "/web/version");
  EXPECT_THAT(VersionMessage().body, IsEmpty());
  const Json version = Json::parse(CommonVersionMessage().body)["params"];
  EXPECT_EQ(version, (Json{{"service", "common"}, {"method", "version"}, {"args", Json::array()}}));
  const Json login = Json::parse(AuthenticateMessage({"shop", "me", "word", ""}).body)["params"];
  EXPECT_EQ(login["args"], Json::array({"shop", "me", "word", Json::object()}));
}

TEST(Calls, LookUpExternalIdsByModuleAndName) {
  const Call call = LookupCall("__export__.a.b");
  const Json body = Json::parse(Encode(call, SessionOf(Protocol::kJson2)).body);
  EXPECT_EQ(body["module"], "__export__");
  EXPECT_EQ(body["xml_id"], "a.b");
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
