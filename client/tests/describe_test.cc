#include "odoogw/describe.h"

#include <gtest/gtest.h>

#include "google/protobuf/descriptor.pb.h"
#include "test_pool.h"

namespace odoogw {
namespace {

const Style kPlain(false);

TEST(Describe, ShowsServicesWithCommentsAndOperations) {
  EXPECT_EQ(
      Describe(TestPool().FindServiceByName("odoogw_test.contacts.v1.PartnerService"), kPlain),
      R"(package odoogw_test.contacts.v1;

// People and companies.
// Odoo: model res.partner
service PartnerService {
  // Creates a partner.
  // Odoo: create
  rpc CreatePartner(CreatePartnerRequest) returns (CreatePartnerResponse);
  // Reads a partner.
  // Odoo: get
  rpc GetPartner(GetPartnerRequest) returns (GetPartnerResponse);
  // Archives a partner.
  // Odoo: calls action_archive, done when kind is gone or lost
  rpc ArchivePartner(GetPartnerRequest) returns (GetPartnerResponse);
  // Streams, which odoogw does not.
  rpc WatchPartners(GetPartnerRequest) returns (stream GetPartnerResponse);
}
)");
}

TEST(Describe, ShowsTheOdooFieldsOfARecord) {
  EXPECT_EQ(Describe(&TestType("Partner"), kPlain),
            R"(package odoogw_test.contacts.v1;

// A person or company.
// Odoo: record of res.partner
message Partner {
  // Odoo: integer
  int64 id = 1;
  // Its name.
  // Shown everywhere.
  // Odoo: char, needed on create unless parent_id is set, at most 64 characters
  optional string name = 2;
  // Mobile telephone.
  // Odoo: char, named mobile until 18
  optional string mobile = 3;
  // The company of a person.
  // Odoo: many2one to res.partner, needed on create
  odoo.type.v1.Ref parent_id = 4;
  // Odoo: selection, read only where read_mask names it
  PartnerKind kind = 5;
  repeated Partner child_ids = 6;
  google.protobuf.Timestamp created = 7;
  map<string, odoo.type.v1.Value> extra_fields = 8;
  google.protobuf.Any attachment = 9;
}
)");
}

TEST(Describe, TakesTheRulesOfValuesFromTheRecord) {
  const std::string text = Describe(&TestType("PartnerValues"), kPlain);
  EXPECT_NE(text.find("  // Odoo: many2one to res.partner, needed on create\n"
                      "  odoo.type.v1.Ref parent_id = 4;\n"),
            std::string::npos)
      << text;
}

TEST(Describe, FollowsAMethodWithItsMessages) {
  EXPECT_EQ(
      Describe(TestPool().FindMethodByName("odoogw_test.contacts.v1.PartnerService.GetPartner"),
               kPlain),
      R"(package odoogw_test.contacts.v1;

// Reads a partner.
// Odoo: get
rpc GetPartner(GetPartnerRequest) returns (GetPartnerResponse);

// To read a partner.
message GetPartnerRequest {
  // How it is named.
  oneof by {
    int64 id = 1;
    string email = 2;
  }
}

// The partner.
message GetPartnerResponse {
  Partner record = 1;
}
)");
}

// Comments come from the server.
TEST(Describe, IsPrintable) {
  google::protobuf::FileDescriptorProto file;
  file.set_name("evil.proto");
  file.add_message_type()->set_name("Evil");
  auto& location = *file.mutable_source_code_info()->add_location();
  location.add_path(4);
  location.add_path(0);
  location.add_span(0);
  location.add_span(0);
  location.add_span(1);
  location.set_leading_comments(" \x1b[2J\u202E\u2028\u009B\tשלום\r\n two\n");
  google::protobuf::DescriptorPool pool;
  const auto* built = pool.BuildFile(file);
  ASSERT_NE(built, nullptr);
  EXPECT_EQ(Describe(built->message_type(0), kPlain),
            "package ;\n\n// \\x1b[2J\\u202e\\u2028\\u009b\tשלום\\r\n// two\nmessage Evil {\n}\n");
}

TEST(Describe, ShowsTheKeysOfEnums) {
  EXPECT_EQ(Describe(TestPool().FindEnumTypeByName("odoogw_test.contacts.v1.PartnerKind"), kPlain),
            R"(package odoogw_test.contacts.v1;

// What a partner is.
enum PartnerKind {
  // Not stated.
  PARTNER_KIND_UNSPECIFIED = 0;
  // A person.
  // Odoo: key person
  PARTNER_KIND_PERSON = 1;
  // A company.
  // Odoo: key company
  PARTNER_KIND_COMPANY = 2;
}
)");
}

}  // namespace
}  // namespace odoogw
