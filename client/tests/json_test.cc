#include "odoogw/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "odoo/error/v1/error.pb.h"
#include "odoogw/failure.h"
#include "odoogw/json_syntax.h"
#include "odoogw/status_details.h"
#include "test_pool.h"

namespace odoogw {
namespace {

class JsonTest : public testing::Test {
 protected:
  std::string RoundTrip(const std::string& type, const std::string& json) {
    return codec_.Decode(TestType(type), codec_.Encode(TestType(type), json), JsonLayout::kCompact);
  }

  // "path: REASON message" of each violation.
  std::vector<std::string> Violations(const std::string& type, const std::string& json) {
    try {
      codec_.Encode(TestType(type), json);
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.exit_code(), ExitCode::kUsage);
      return Lines(failure.status());
    }
    return {};
  }

  JsonCodec codec_{TestPool()};

 private:
  static std::vector<std::string> Lines(const google::rpc::Status& status) {
    const auto violations = FindDetail<odoo::error::v1::Violations>(status);
    std::vector<std::string> lines;
    for (const auto& violation : violations->violations()) {
      lines.push_back(violation.path() + ": " + ReasonName(violation.reason()) + " " +
                      violation.message());
    }
    return lines;
  }
};

TEST_F(JsonTest, RoundTripsMapsTimestampsMasksAndNestedRows) {
  EXPECT_EQ(RoundTrip("CreatePartnerRequest",
                      R"({"values": {"name": "Ada", "parentId": {"id": 7},
                          "kind": "PARTNER_KIND_PERSON", "child_ids": [{"name": "Bob"}],
                          "created": "2026-05-17T08:30:00Z",
                          "extra_fields": {"b": {"text_value": "x"}, "a": {"bool_value": false}}},
                          "read_mask": "name,parentId"})"),
            R"({"values":{"name":"Ada","parent_id":{"id":"7"},"kind":"PARTNER_KIND_PERSON",)"
            R"("child_ids":[{"name":"Bob"}],"created":"2026-05-17T08:30:00Z",)"
            R"("extra_fields":{"a":{"bool_value":false},"b":{"text_value":"x"}}},)"
            R"("read_mask":"name,parentId"})"
            "\n");
}

TEST_F(JsonTest, RoundTripsAny) {
  const std::string json = R"({"attachment":{"@type":)"
                           R"("type.googleapis.com/odoogw_test.crm.v1.RatePartnerRequest",)"
                           R"("id":"3"}})"
                           "\n";
  EXPECT_EQ(RoundTrip("Partner", json), json);
}

TEST_F(JsonTest, LaysOutWithTwoSpaces) {
  const std::string bytes =
      codec_.Encode(TestType("CreatePartnerRequest"), R"({"values": {"name": "  A\n B"}})");
  EXPECT_EQ(codec_.Decode(TestType("CreatePartnerRequest"), bytes, JsonLayout::kPretty),
            "{\n  \"values\": {\n    \"name\": \"  A\\n B\"\n  }\n}\n");
}

TEST_F(JsonTest, RefusesBytesThatAreNoMessage) {
  EXPECT_THROW(codec_.Decode(TestType("Partner"), "\xff", JsonLayout::kPretty), Failure);
}

TEST_F(JsonTest, ReportsEveryFieldAtFault) {
  EXPECT_THAT(
      Violations("CreatePartnerRequest", R"({
        "valuess": {},
        "values": {
          "nmae": "Ada",
          "active": "perhaps",
          "kind": "PARTNER_KIND_PERSONN",
          "parent_id": {"id": "many", "extrenal_id": "x"},
          "child_ids": [{"name": "ok"}, {"name": {}}, 5],
          "created": "yesterday",
          "extra_fields": {"x": {"integer_value": "y"}},
          "image": 1
        },
        "read_mask": 5})"),
      testing::ElementsAre(
          R"(read_mask: INVALID_FIELD_VALUE expected field names such as "name,partnerId")",
          R"(values.active: INVALID_FIELD_VALUE expected true or false)",
          R"(values.child_ids[1].name: INVALID_FIELD_VALUE expected text in quotes)",
          R"(values.child_ids[2]: INVALID_FIELD_VALUE expected an object)",
          R"(values.created: INVALID_FIELD_VALUE expected a time such as "2026-05-17T08:30:00Z")",
          R"(values.extra_fields["x"].integer_value: INVALID_FIELD_VALUE )"
          R"(expected a whole number of 64 bits)",
          R"(values.image: INVALID_FIELD_VALUE expected base64 text in quotes)",
          R"(values.kind: INVALID_FIELD_VALUE PartnerKind has no value PARTNER_KIND_PERSONN; )"
          R"(did you mean PARTNER_KIND_PERSON?)",
          R"(values.nmae: UNKNOWN_FIELD PartnerValues has no such field; did you mean name?)",
          R"(values.parent_id.extrenal_id: UNKNOWN_FIELD Ref has no such field; )"
          R"(did you mean external_id?)",
          R"(values.parent_id.id: INVALID_FIELD_VALUE expected a whole number of 64 bits)",
          R"(valuess: UNKNOWN_FIELD CreatePartnerRequest has no such field; )"
          R"(did you mean values?)"));
}

TEST_F(JsonTest, ReportsListsAndMapsOfTheWrongShape) {
  EXPECT_THAT(Violations("PartnerValues", R"({"child_ids": {}, "extra_fields": []})"),
              testing::ElementsAre("child_ids: INVALID_FIELD_VALUE expected a list in [ ]",
                                   "extra_fields: INVALID_FIELD_VALUE expected an object"));
}

TEST_F(JsonTest, ListsTheValuesOfAnEnumWhereNoneIsNear) {
  EXPECT_THAT(Violations("PartnerValues", R"({"kind": "company"})"),
              testing::ElementsAre("kind: INVALID_FIELD_VALUE PartnerKind has no value company; "
                                   "it has PARTNER_KIND_UNSPECIFIED, PARTNER_KIND_PERSON, "
                                   "PARTNER_KIND_COMPANY"));
}

TEST_F(JsonTest, ReportsWhereTextStopsBeingJson) {
  EXPECT_THAT(Violations("PartnerValues", "{\n  \"name\" \"Ada\"\n}"),
              testing::ElementsAre(testing::StartsWith("line 2, column 10: MALFORMED_REQUEST ")));
}

TEST_F(JsonTest, FallsBackToTheWordsOfProtobuf) {
  EXPECT_THAT(Violations("PartnerValues", "[]"),
              testing::ElementsAre(testing::StartsWith(": MALFORMED_REQUEST ")));
  EXPECT_THAT(Violations("GetPartnerRequest", R"({"id": 1, "email": "a"})"),
              testing::ElementsAre(testing::StartsWith(": MALFORMED_REQUEST ")));
}

TEST(FindSyntaxError, CountsLinesAndColumnsFromOne) {
  EXPECT_EQ(FindSyntaxError("{}"), std::nullopt);
  EXPECT_EQ(FindSyntaxError("x")->position, "line 1, column 1");
  EXPECT_EQ(FindSyntaxError("{\"a\":\n\nx}")->position, "line 3, column 1");
  EXPECT_EQ(FindSyntaxError("")->position, "line 1, column 1");
}

TEST(FindSyntaxError, ShowsThePlaceOnOneLine) {
  EXPECT_EQ(FindSyntaxError("{\"a\"\n1}")->message,
            "Expected : between key:value pair.\n"
            "{\"a\" 1}\n"
            "     ^");
}

}  // namespace
}  // namespace odoogw
