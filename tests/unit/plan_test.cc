// Plans where bytes matter more than messages (what text format cannot say), limits, page tokens,
// and the two directions of paths. What a good request becomes is told by tests/golden.
#include <gmock/gmock.h>

#include "codec/wire.h"
#include "contracts.h"
#include "plan/page_token.h"
#include "plan/plan.h"

namespace gateway::plan {
namespace {

using codec::WireWriter;
using test::BuiltIn;
using test::MessageBytes;
using test::MethodNamed;
using test::RequestBytes;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A schema with the one field that languages are checked against.
schema::Schema Languages() {
  schema::Schema schema;
  schema::Model partner;
  partner.fields["lang"].type = contract::Type::kSelection;
  partner.fields["lang"].keys = {"en_US", "es_419", "sr@latin"};
  partner.fields["name"].type = contract::Type::kChar;
  schema.Add("res.partner", std::move(partner));
  return schema;
}

base::Result<Plan> PlanOf(const std::string& rpc, std::string bytes, int version = 18,
                          const schema::Schema* schema = nullptr) {
  return MakePlan(BuiltIn(), MethodNamed(rpc), {version, schema, {1, 2}}, std::move(bytes));
}

base::Result<Plan> PlanOfText(const std::string& rpc, const std::string& text, int version = 18) {
  return PlanOf(rpc, RequestBytes(MethodNamed(rpc), text), version);
}

std::vector<std::string> Told(const base::Result<Plan>& plan) {
  std::vector<std::string> told;
  if (plan) return told;
  if (plan.failure().violations.empty()) {
    told.emplace_back(base::InfoOf(plan.failure().reason).name);
  }
  for (const auto& violation : plan.failure().violations) {
    told.push_back(violation.path + ": " + std::string(base::InfoOf(violation.reason).name));
  }
  return told;
}

std::string Field(int number, std::string_view bytes) {
  std::string out;
  WireWriter(out).Bytes(number, bytes);
  return out;
}
std::string Field(int number, std::uint64_t value) {
  std::string out;
  WireWriter(out).Varint(number, value);
  return out;
}
std::string Repeat(const std::string& piece, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += piece;
  return out;
}

// ---- Bytes that no stub sends ----

struct BytesCase {
  std::string what;
  std::string rpc;
  std::string bytes;
  std::vector<std::string> told;
};

TEST(Request, BytesThatAreNoMessage) {
  const std::vector<std::string> malformed = {"MALFORMED_REQUEST"};
  const std::string name = Field(3, "A");
  const std::string condition = Field(1, "code") + Field(2, std::uint64_t{14});
  const std::vector<BytesCase> cases = {
      {"garbage", "GetState", "\xff\xff\xff", malformed},
      {"values as a number", "CreatePartner", Field(1, std::uint64_t{1}), malformed},
      {"id as a text", "GetState", Field(1, "x"), malformed},
      {"values in two pieces", "CreatePartner", Field(1, name) + Field(1, name), malformed},
      {"filter in two pieces", "CountStates", Field(1, "") + Field(1, ""), malformed},
      {"read_mask in two pieces", "GetState",
       Field(1, std::uint64_t{1}) + Field(2, "") + Field(2, ""), malformed},
      {"a cut condition", "CountStates", Field(2, condition + "\x1a\x05"), malformed},
      {"a cut filter", "CountStates", Field(1, "\x1a\x05x"), malformed},
      {"a cut mask", "GetState", Field(1, std::uint64_t{1}) + Field(2, "\x0a\x05x"), malformed},
      {"cut options", "GetState", Field(1, std::uint64_t{1}) + Field(3, "\x12\x05x"), malformed},
      {"a cut order", "SearchStates", Field(3, "\x0a\x05x"), malformed},
      {"a text condition with a number", "CountStates",
       Field(1, Field(3, Field(1, std::uint64_t{1}))), malformed},
      {"a number condition with a text", "CountStates", Field(1, Field(1, Field(1, "1"))),
       malformed},
      {"a boolean filter with a text", "CountPartners", Field(1, Field(7, "1")), malformed},
      {"any_of as a number", "CountStates", Field(1, Field(9996, std::uint64_t{1})), malformed},
      {"an unknown field",
       "GetState",
       Field(1, std::uint64_t{1}) + Field(77, "x"),
       {"#77: UNKNOWN_FIELD"}},
      {"an unknown field of values",
       "CreatePartner",
       Field(1, name + Field(2, "x")),
       {"values.#2: UNKNOWN_FIELD"}},
      {"an unknown filter", "CountStates", Field(1, Field(77, "x")), {"filter.#77: UNKNOWN_FIELD"}},
      {"an unknown member of a condition",
       "CountStates",
       Field(1, Field(3, Field(9, "x"))),
       {"filter.name.#9: UNKNOWN_FIELD"}},
      {"an unknown option",
       "GetState",
       Field(1, std::uint64_t{1}) + Field(3, Field(9, "x")),
       {"options.#9: UNKNOWN_FIELD"}},
      {"a field twice",
       "CreatePartner",
       Field(1, name + name),
       {"values.name: INVALID_FIELD_VALUE"}},
      {"a name that is no UTF-8",
       "CreatePartner",
       Field(1, Field(3, "\xff")),
       {"values.name: INVALID_FIELD_VALUE"}},
  };
  for (const BytesCase& test : cases)
    EXPECT_EQ(Told(PlanOf(test.rpc, test.bytes)), test.told) << test.what;
}

// ---- Limits ----

TEST(Request, HasLimits) {
  const std::string nested_rows = [] {
    std::string row = Field(3, "A");
    for (int depth = 0; depth < 10; ++depth) row = Field(3, "A") + Field(9, Field(1, row));
    return Field(1, row);
  }();
  const auto nested_filter = [](int depth) {
    std::string filter;
    for (int i = 0; i < depth; ++i) filter = Field(9996, filter);
    return Field(1, filter);
  };
  const std::string deep_mask = Repeat("child_ids.", 100000) + "name";
  const std::string id = Field(1, std::uint64_t{1});
  const std::string condition =
      Field(2, MessageBytes("odoo.type.v1.Condition", "path: 'code' op: OPERATOR_IS_SET"));
  const std::vector<BytesCase> cases = {
      {"rows in rows",
       "CreatePartner",
       nested_rows,
       {"values.child_ids.rows[0].child_ids.rows[0].child_ids.rows[0].child_ids.rows[0].child_ids."
        "rows[0].child_ids.rows[0].child_ids.rows[0].child_ids.rows[0].child_ids: "
        "INVALID_FIELD_VALUE"}},
      {"filters, deep enough", "CountStates", nested_filter(16), {}},
      {"paths of a mask",
       "GetPartner",
       id + Field(2, Repeat(Field(1, "name"), 501)),
       {"read_mask: INVALID_FIELD_VALUE"}},
      {"names in a path of a mask",
       "GetPartner",
       id + Field(2, Field(1, deep_mask)),
       {"read_mask.paths[0]: UNKNOWN_FIELD"}},
      {"ten thousand conditions", "CountStates", Repeat(condition, 10000), {}},
      {"and one", "CountStates", Repeat(condition, 10001), {"conditions[10000]: INVALID_DOMAIN"}},
      {"a batch", "BatchCreatePartners", Repeat(Field(1, Field(3, "A")), 1000), {}},
      {"and one more",
       "BatchCreatePartners",
       Repeat(Field(1, Field(3, "A")), 1001),
       {"values: INVALID_FIELD_VALUE"}},
      {"sort keys",
       "SearchStates",
       Repeat(Field(3, Field(1, "name")), 9),
       {"order_by: INVALID_DOMAIN"}},
      {"a large page", "SearchStates", Field(4, std::uint64_t{1000}), {}},
      {"a larger page",
       "SearchStates",
       Field(4, std::uint64_t{1001}),
       {"page_size: INVALID_FIELD_VALUE"}},
      {"a negative page",
       "SearchStates",
       Field(4, ~std::uint64_t{0}),
       {"page_size: INVALID_FIELD_VALUE"}},
  };
  for (const BytesCase& test : cases)
    EXPECT_EQ(Told(PlanOf(test.rpc, test.bytes)), test.told) << test.what;
  EXPECT_FALSE(PlanOf("CountStates", nested_filter(17)));
}

std::string LinesOf(std::string_view changes) {
  return "id: 1 values { order_line { " + std::string(changes) + " } }";
}

std::string Deleted(int count) {
  std::string changes;
  for (int id = 1; id <= count; ++id) changes += "delete_ids: " + std::to_string(id) + " ";
  return changes;
}

TEST(Request, RowsHaveAnEnd) {
  EXPECT_TRUE(PlanOfText("UpdateSaleOrder", LinesOf(Deleted(9999) + "rows { id: 10000 }")));
  EXPECT_THAT(Told(PlanOfText("UpdateSaleOrder", LinesOf(Deleted(10001)))),
              ElementsAre("values.order_line.delete_ids[10000]: INVALID_FIELD_VALUE"));
  EXPECT_THAT(Told(PlanOfText("UpdateSaleOrder", LinesOf("rows { id: 1 } " + Deleted(10001)))),
              ElementsAre("values.order_line.delete_ids[0]: INVALID_REFERENCE",
                          "values.order_line.delete_ids[9999]: INVALID_FIELD_VALUE"));
  const std::string partner =
      Field(1, Field(3, "A") + Field(9, Repeat(Field(1, Field(3, "B")), 20)));
  EXPECT_TRUE(PlanOf("BatchCreatePartners", Repeat(partner, 500)));
  EXPECT_THAT(Told(PlanOf("BatchCreatePartners", Repeat(partner, 501))),
              ElementsAre("values[500].child_ids.rows[0]: INVALID_FIELD_VALUE"));
}

TEST(Request, RowsAreNamedOnce) {
  EXPECT_THAT(Told(PlanOfText("UpdateSaleOrder",
                              LinesOf("rows { id: 7 } rows { id: 7 } delete_ids: [7, 8, 8]"))),
              ElementsAre("values.order_line.rows[1].id: INVALID_REFERENCE",
                          "values.order_line.delete_ids[0]: INVALID_REFERENCE",
                          "values.order_line.delete_ids[2]: INVALID_REFERENCE"));
}

// One megabyte of them takes no more than that, whatever they are.
TEST(Request, KeepsNoMoreThanItTakes) {
  const std::string ids = Field(2, Repeat(Field(1, std::uint64_t{1}).substr(1), 1 << 20));
  const auto refused =
      PlanOf("UpdateSaleOrder", Field(1, std::uint64_t{1}) + Field(2, Field(19, ids)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.failure().violations.size(), 256U);
  EXPECT_THAT(refused.failure().message, HasSubstr("Named twice"));
}

TEST(Request, ListsHaveAnEnd) {
  const std::string value = Field(1, Field(5, "x"));
  const auto request = [&](int count) {
    return Field(2, Field(1, "code") + Field(2, std::uint64_t{7}) +
                        Field(3, Field(11, Repeat(value, count))));
  };
  EXPECT_TRUE(PlanOf("CountStates", request(9999)));
  EXPECT_THAT(Told(PlanOf("CountStates", request(10001))),
              ElementsAre("conditions[0].value.list_value: INVALID_DOMAIN"));
}

// ---- Options ----

TEST(Options, LanguagesAreThoseThatAreInstalled) {
  const schema::Schema schema = Languages();
  for (const auto& [lang, good] : std::map<std::string, bool>{{"en_US", true},
                                                              {"es_419", true},
                                                              {"sr@latin", true},
                                                              {"fr_FR", false},
                                                              {"en_US\"", false}}) {
    const auto plan =
        PlanOf("CreatePartner", Field(1, Field(3, "A")) + Field(3, Field(2, lang)), 18, &schema);
    EXPECT_EQ(plan.ok(), good) << lang;
    if (plan) {
      EXPECT_EQ(plan->options.lang, lang);
    }
  }
}

// ---- What the connected Odoo knows better ----

// Texts of `RequestBytes`, each with what is told of it.
void ExpectTold(const schema::Schema& schema, const std::string& rpc,
                const std::map<std::string, std::vector<std::string>>& cases) {
  for (const auto& [text, told] : cases) {
    const auto plan = PlanOf(rpc, RequestBytes(MethodNamed(rpc), text), 18, &schema);
    EXPECT_EQ(Told(plan), told) << text;
  }
}

TEST(Connected, KeysInConditionsAreThoseOfTheSelection) {
  const std::string lang = "conditions { path: 'lang' ";
  ExpectTold(Languages(), "CountPartners",
             {{lang + "op: OPERATOR_EQUALS value { text_value: 'es_419' } }", {}},
              {lang + "op: OPERATOR_EQUALS value { text_value: 'fr_FR' } }",
               {"conditions[0].value: INVALID_FIELD_VALUE"}},
              {lang + "op: OPERATOR_ONE_OF value { list_value { values { text_value: 'en_US' } "
                      "values { text_value: 'x' } } } }",
               {"conditions[0].value.list_value.values[1]: INVALID_FIELD_VALUE"}},
              {lang + "op: OPERATOR_CONTAINS value { text_value: 'es' } }", {}},
              {lang + "op: OPERATOR_IS_NOT_SET }", {}}});
}

TEST(Connected, ReferencesAreComparedWithRelationsAndOwnIds) {
  schema::Schema schema;
  schema::Model partner;
  partner.fields["id"].type = contract::Type::kInteger;
  partner.fields["name"].type = contract::Type::kChar;
  partner.fields["color"].type = contract::Type::kInteger;
  partner.fields["country_id"].type = contract::Type::kMany2one;
  partner.fields["country_id"].relation = "res.country";
  schema.Add("res.partner", std::move(partner));
  const std::string refs =
      "op: OPERATOR_ONE_OF value { refs_value { refs { external_id: 'a.b' } } } }";
  const std::string ref = "op: OPERATOR_EQUALS value { ref_value { external_id: 'a.b' } } }";
  ExpectTold(schema, "CountPartners",
             {{"conditions { path: 'country_id' " + refs, {}},
              {"conditions { path: 'id' " + refs, {}},
              {"conditions { path: 'id' " + ref, {}},
              {"conditions { path: 'name' " + refs, {"conditions[0].value: INVALID_DOMAIN"}},
              {"conditions { path: 'color' " + refs, {"conditions[0].value: INVALID_DOMAIN"}},
              {"conditions { path: 'name' " + ref, {"conditions[0].value: INVALID_DOMAIN"}}});
  // An external id beside `id` must be of the record's own model.
  const auto plan = PlanOf(
      "CountPartners",
      RequestBytes(MethodNamed("CountPartners"), "conditions { path: 'id' " + refs), 18, &schema);
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->references.size(), 1U);
  EXPECT_EQ(plan->references.front().model, "res.partner");
}

TEST(Connected, ExtraFieldsAreSetOnce) {
  schema::Schema schema;
  schema::Model partner;
  for (const char* name : {"name", "x_size", "x_more"}) {
    partner.fields[name].type = contract::Type::kChar;
  }
  schema.Add("res.partner", std::move(partner));
  const auto entry = [](std::string_view name) {
    return Field(9998, Field(1, name) + Field(2, Field(5, "x")));
  };
  const auto told = [&](const std::string& entries) {
    return Told(PlanOf("CreatePartner", Field(1, Field(3, "A") + entries), 18, &schema));
  };
  EXPECT_THAT(told(entry("x_size") + entry("x_more")), IsEmpty());
  EXPECT_THAT(told(entry("x_size") + entry("x_more") + entry("x_size")),
              ElementsAre("values.extra_fields.x_size: INVALID_FIELD_VALUE"));
}

TEST(Connected, OnlyReferencesAndIdsHaveAncestors) {
  schema::Schema schema;
  schema::Model partner;
  partner.fields["id"].type = contract::Type::kInteger;
  partner.fields["color"].type = contract::Type::kInteger;
  partner.fields["country_id"].type = contract::Type::kMany2one;
  partner.fields["country_id"].relation = "res.country";
  partner.fields["parent_id"].type = contract::Type::kMany2one;
  partner.fields["parent_id"].relation = "res.partner";
  schema.Add("res.partner", std::move(partner));
  schema::Model country;
  country.fields["id"].type = contract::Type::kInteger;
  schema.Add("res.country", std::move(country));
  const auto below = [](const std::string& path, const std::string& value) {
    return "conditions { path: '" + path + "' op: OPERATOR_CHILD_OF value { " + value + " } }";
  };
  ExpectTold(schema, "CountPartners",
             {{below("id", "integer_value: 1"), {}},
              {below("parent_id", "ref_value { id: 1 }"), {}},
              {below("color", "integer_value: 1"), {"conditions[0].op: INVALID_DOMAIN"}},
              {below("country_id", "ref_value { id: 1 }"), {"conditions[0]: INVALID_DOMAIN"}},
              {below("country_id.id", "integer_value: 1"), {"conditions[0]: INVALID_DOMAIN"}}});
}

TEST(Connected, FieldsThatBecameSomethingElseAreLeftAlone) {
  schema::Schema schema = Languages();
  schema::Model partner = *schema.Find("res.partner");
  partner.fields["city"].type = contract::Type::kInteger;
  partner.fields["country_id"].type = contract::Type::kMany2one;
  partner.fields["country_id"].relation = "res.country.state";
  partner.fields["comment"].type = contract::Type::kText;  // html in the contract
  schema.Add("res.partner", std::move(partner));
  ExpectTold(
      schema, "CreatePartner",
      {{"values { name: 'A' comment: 'B' }", {}},
       {"values { name: 'A' city: 'B' country_id { id: 1 } }",
        {"values.city: UNKNOWN_FIELD", "values.country_id: UNKNOWN_FIELD"}},
       {"values { name: 'A' clear_fields: 'city' }", {"values.clear_fields[0]: UNKNOWN_FIELD"}}});
  ExpectTold(
      schema, "CountPartners",
      {{"filter { country_id { one_of { id: 1 } } }", {"filter.country_id: UNKNOWN_FIELD"}}});
  const auto plan =
      PlanOf("GetPartner", RequestBytes(MethodNamed("GetPartner"), "id: 1"), 18, &schema);
  ASSERT_TRUE(plan);
  const auto& read = std::get<Read>(plan->body).read;
  EXPECT_TRUE(read.Has("comment"));
  EXPECT_FALSE(read.Has("city"));
  EXPECT_FALSE(read.Has("country_id"));
}

// ---- Page tokens ----

TEST(PageTokens, ComeBack) {
  for (const PageToken& token :
       {PageToken{0, 0}, PageToken{~std::uint64_t{0}, 1}, PageToken{42, 2000000000}}) {
    const auto decoded = DecodePageToken(EncodePageToken(token));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->fingerprint, token.fingerprint);
    EXPECT_EQ(decoded->position, token.position);
  }
}

TEST(PageTokens, OthersAreRefused) {
  const std::string good = EncodePageToken({1234567, 89});
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(DecodePageToken(good.substr(0, size))) << size;
  }
  for (const std::string& bad : {std::string("!"), good + "!", EncodePageToken({1, -1}),
                                 EncodePageToken({1, 2000000001}), good + good + "A"}) {
    EXPECT_FALSE(DecodePageToken(bad)) << bad;
  }
}

std::string TokenOf(const std::string& text, std::int64_t position) {
  const auto plan = PlanOfText("SearchStates", text);
  EXPECT_TRUE(plan);
  return EncodePageToken({std::get<Search>(plan->body).fingerprint, position});
}

TEST(PageTokens, AreBoundToTheirQuery) {
  const std::string query = "filter { name { equals: 'A' } } options { lang: 'fr_FR' }";
  const std::string token = "page_token: '" + TokenOf(query, 7) + "' ";
  const std::vector<std::pair<std::string, bool>> cases = {
      {query, true},
      {query + " page_size: 3 count_total: true read_mask { paths: 'name' }", true},
      {"filter { name { equals: 'B' } } options { lang: 'fr_FR' }", false},
      {"filter { code { equals: 'A' } } options { lang: 'fr_FR' }", false},
      {"filter { name { equals: 'A' } }", false},
      {query + " conditions { path: 'code' op: OPERATOR_IS_SET }", false},
      {query + " order_by { field: 'name' }", false},
      {"", false},
  };
  for (const auto& [text, good] : cases) {
    EXPECT_EQ(PlanOfText("SearchStates", token + text).ok(), good) << text;
  }
  EXPECT_FALSE(PlanOfText("SearchPartners", token));
}

TEST(PageTokens, ContinueByIdOrByOffset) {
  const auto by_id = PlanOfText("SearchStates", "page_token: '" + TokenOf("", 7) + "'");
  ASSERT_TRUE(by_id);
  const auto& keyset = std::get<Search>(by_id->body);
  EXPECT_TRUE(keyset.keyset);
  EXPECT_EQ(keyset.offset, 0);
  EXPECT_THAT(keyset.domain.children, IsEmpty());
  ASSERT_EQ(keyset.page.children.size(), 1U);
  EXPECT_EQ(keyset.page.children.front().leaf.path, "id");

  const std::string ordered = "order_by { field: 'name' }";
  const auto by_offset =
      PlanOfText("SearchStates", ordered + "page_token: '" + TokenOf(ordered, 100) + "'");
  ASSERT_TRUE(by_offset);
  EXPECT_EQ(std::get<Search>(by_offset->body).offset, 100);
  EXPECT_THAT(std::get<Search>(by_offset->body).page.children, IsEmpty());
  EXPECT_THAT(Told(PlanOfText("SearchStates",
                              ordered + "page_token: '" + TokenOf(ordered, 2147483647) + "'")),
              ElementsAre("page_token: INVALID_DOMAIN"));
}

TEST(PageTokens, FingerprintsAreStable) {
  EXPECT_EQ(Fingerprint(""), 14695981039346656037ULL);
  EXPECT_EQ(Fingerprint("a"), 0xaf63dc4c8601ec8cULL);
  EXPECT_EQ(Fingerprint("b", Fingerprint("a")), Fingerprint("ab"));
}

// ---- Paths ----

TEST(Paths, OfOdooStandInTheRequest) {
  const auto order =
      PlanOfText("CreateSaleOrder",
                 "values { partner_id { id: 1 } order_line { rows { product_id { id: 1 } } } }");
  ASSERT_TRUE(order);
  const std::map<std::string, std::string> paths = {
      {"partner_id", "values.partner_id"},
      {"order_line", "values.order_line"},
      {"order_line[2].product_id", "values.order_line.rows[2].product_id"},
      {"order_line[0].tax_id", "values.order_line.rows[0].tax_ids"},
      {"order_line[0].product_uom", "values.order_line.rows[0].product_uom_id"},
      {"order_line[0].tax_ids", "order_line[0].tax_ids"},
      {"x_studio", "x_studio"},
      {"order_line[x].name", "order_line[x].name"},
      {"partner_id.name", "partner_id.name"},
      {"", "values"},
  };
  for (const auto& [odoo, request] : paths) EXPECT_EQ(RequestPaths(*order).Of(odoo), request);

  const auto renamed = PlanOfText("CreatePartner", "values { name: 'x' }");
  EXPECT_EQ(RequestPaths(*renamed).Of("function"), "values.job_position");
  EXPECT_EQ(RequestPaths(*renamed).Of("child_ids[1].child_ids[2].function"),
            "values.child_ids.rows[1].child_ids.rows[2].job_position");

  const auto batch = PlanOfText("BatchCreatePartners", "values { name: 'a' } values { name: 'b' }");
  EXPECT_EQ(RequestPaths(*batch).Of("[1].name"), "values[1].name");

  const auto search = PlanOfText("CountPartners", "filter { job_position { equals: 'x' } }");
  EXPECT_EQ(RequestPaths(*search).Of("function"), "filter.job_position.equals");
  EXPECT_EQ(RequestPaths(*search).Of("street"), "street");
}

std::vector<std::string> Names(const Plan& plan) {
  std::vector<std::string> names;
  for (const NamedField& field : FieldsOf(plan, {{"base.a", 9}})) {
    std::string texts;
    for (const std::string& text : field.texts) texts += "<" + text + ">";
    names.push_back(field.odoo_path + " = " + field.request_path + " " + std::string(field.model) +
                    ">" + std::string(field.comodel) + " " + texts);
  }
  return names;
}

TEST(Paths, EveryFieldIsNamedTwice) {
  const auto order = PlanOfText("CreateSaleOrder", R"(
    values {
      partner_id { external_id: 'base.a' } locked: true client_order_ref: 'x'
      signature: '\000' tag_ids { set { refs { id: 1 } refs { id: 2 } } }
      order_line { rows { product_id { id: 5 } price_unit: '1.50' } rows { is_downpayment: true tax_ids { delta { add { id: 3 } } } } }
      clear_fields: 'note'
    })");
  ASSERT_TRUE(order);
  EXPECT_THAT(Names(*order),
              ElementsAre("locked = values.locked sale.order> <True>",
                          "partner_id = values.partner_id sale.order>res.partner <9>",
                          "client_order_ref = values.client_order_ref sale.order> <x>",
                          "order_line = values.order_line sale.order> ",
                          "order_line[0].product_id = values.order_line.rows[0].product_id "
                          "sale.order.line>product.product <5>",
                          "order_line[0].price_unit = values.order_line.rows[0].price_unit "
                          "sale.order.line> <1.50>",
                          "order_line[1].tax_id = values.order_line.rows[1].tax_ids "
                          "sale.order.line>account.tax <3>",
                          "order_line[1].is_downpayment = values.order_line.rows[1].is_downpayment "
                          "sale.order.line> <True>",
                          "tag_ids = values.tag_ids sale.order>crm.tag <1><2>",
                          "signature = values.signature sale.order> ",
                          "note = values.clear_fields[0] sale.order> <>"));
  const auto count = PlanOfText("CountStates",
                                "filter { any_of { code { one_of: 'a' } } } conditions { path: "
                                "'country_id.code' op: OPERATOR_IS_SET }");
  ASSERT_TRUE(count);
  EXPECT_THAT(Names(*count), ElementsAre("code = filter.any_of[0].code.one_of > ",
                                         "country_id.code = conditions[0] > "));
}

TEST(References, AreCollectedWithTheirPlaces) {
  const auto plan = PlanOfText("CreateSaleOrder", R"(
    values {
      partner_id { external_id: 'a.p' }
      tag_ids { set { refs { id: 1 } refs { external_id: 'a.t' } } }
      order_line { rows { product_id { external_id: 'a.c' } tax_ids { delta { add { external_id: 'a.x' } remove { external_id: 'a.y' } } } } }
    })");
  ASSERT_TRUE(plan);
  std::vector<std::string> found;
  for (const auto& reference : plan->references) {
    found.push_back(reference.external_id + " " + reference.model + " " + reference.paths.at(0));
  }
  EXPECT_THAT(found,
              ElementsAre("a.p res.partner values.partner_id",
                          "a.c product.product values.order_line.rows[0].product_id",
                          "a.x account.tax values.order_line.rows[0].tax_ids.delta.add[0]",
                          "a.y account.tax values.order_line.rows[0].tax_ids.delta.remove[0]",
                          "a.t crm.tag values.tag_ids.set.refs[1]"));
}

std::string Referring(int count, int different) {
  std::string request;
  for (int i = 0; i < count; ++i) {
    request += "values { name: 'x' country_id { external_id: 'a.c" + std::to_string(i % different) +
               "' } } ";
  }
  return request;
}

TEST(References, AreKeptOncePerModel) {
  const auto plan = PlanOfText("BatchCreatePartners", Referring(1000, 2));
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->references.size(), 2U);
  EXPECT_EQ(plan->references[1].external_id, "a.c1");
  EXPECT_EQ(plan->references[1].paths.size(), 50U);
  EXPECT_EQ(plan->references[1].paths[49], "values[99].country_id");
}

TEST(References, ToManyDifferentOnesAreRefused) {
  EXPECT_TRUE(PlanOfText("BatchCreatePartners", Referring(1000, 100)));
  EXPECT_THAT(Told(PlanOfText("BatchCreatePartners", Referring(1000, 101))),
              ElementsAre("values[100].country_id: INVALID_REFERENCE"));
}

}  // namespace
}  // namespace gateway::plan
