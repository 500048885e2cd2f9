// What names of Odoo's may be used for: `schema::Judge`, and the names that hold secrets.
#include "schema/usage.h"

#include <gmock/gmock.h>

#include "contract/secret_names.h"
#include "contracts.h"

namespace gateway::schema {
namespace {

using contract::Role;
using contract::Type;
using test::BuiltIn;

struct Live {
  std::string name;
  Type type = Type::kChar;
  std::string relation = {};
  bool readonly = false;
};

void Add(Schema& schema, const std::string& model, const std::vector<Live>& fields) {
  Model known;
  for (const Live& live : fields) {
    Field& field = known.fields[live.name];
    field.type = live.type;
    field.relation = live.relation;
    field.readonly = live.readonly;
  }
  schema.Add(model, std::move(known));
}

// A database with fields of its own.
const Schema& Database() {
  static const Schema kSchema = [] {
    Schema schema;
    Model order;
    order.fields["order_line"].type = Type::kOne2many;
    order.fields["order_line"].relation = "sale.order.line";
    order.fields["order_line"].inverse = "x_order_id";
    for (const char* name : {"state", "name", "x_size", "id", "write_date", "res_model"}) {
      order.fields[name].type = Type::kChar;
    }
    order.fields["x_computed"].type = Type::kChar;
    order.fields["x_computed"].readonly = true;
    order.fields["x_json"].type = Type::kUnspecified;
    schema.Add("sale.order", std::move(order));
    Add(schema, "sale.order.line",
        {{"x_order_id", Type::kMany2one, "sale.order"},
         {"x_other_id", Type::kMany2one, "sale.order"}});
    Add(schema, "crm.lead2opportunity.partner",
        {{"name", Type::kSelection},
         {"duplicated_lead_ids", Type::kMany2many, "crm.lead"},
         {"x_reason"},
         {"x_lead_id", Type::kMany2one, "crm.lead"},
         {"consolidate", Type::kBoolean}});
    return schema;
  }();
  return kSchema;
}

Verdict JudgeAs(Use use, std::string_view model, std::string_view name, Role role = Role::kRecord) {
  return Judge(use, {*BuiltIn().RecordOf(model), role, &Database(), 18}, name);
}

TEST(Usage, WritesWhatNoContractLists) {
  const auto judge = [](std::string_view name) { return JudgeAs(Use::kWrite, "sale.order", name); };
  EXPECT_EQ(judge("x_size"), Verdict::kPermitted);
  EXPECT_EQ(judge("x_none"), Verdict::kUnknown);
  EXPECT_EQ(judge("x_json"), Verdict::kUnsupported);
  EXPECT_EQ(judge("state"), Verdict::kListed);
  EXPECT_EQ(judge("name"), Verdict::kListed);
  EXPECT_EQ(judge("write_date"), Verdict::kOdoosOwn);
  EXPECT_EQ(judge("id"), Verdict::kOdoosOwn);
  EXPECT_EQ(judge("x_computed"), Verdict::kReadOnly);
  EXPECT_EQ(judge("access_token"), Verdict::kSecret);
  EXPECT_EQ(judge("res_model"), Verdict::kOwner);
}

TEST(Usage, WhatTiesRowsToTheirOwnerIsNotWritten) {
  EXPECT_EQ(JudgeAs(Use::kWrite, "sale.order.line", "x_order_id"), Verdict::kOwner);
  EXPECT_EQ(JudgeAs(Use::kWrite, "sale.order.line", "x_other_id"), Verdict::kPermitted);
}

TEST(Usage, WizardsTakeOnlyScalarsOfTheDatabaseItself) {
  const auto judge = [](std::string_view name) {
    return JudgeAs(Use::kWrite, "crm.lead2opportunity.partner", name, Role::kWizard);
  };
  EXPECT_EQ(judge("name"), Verdict::kListed);
  EXPECT_NE(judge("duplicated_lead_ids"), Verdict::kPermitted);
  EXPECT_EQ(judge("consolidate"), Verdict::kWizard);
  EXPECT_EQ(judge("x_lead_id"), Verdict::kWizard);
  EXPECT_EQ(judge("x_reason"), Verdict::kPermitted);
}

TEST(Usage, ReadsAndCompares) {
  EXPECT_EQ(JudgeAs(Use::kRead, "sale.order", "x_computed"), Verdict::kPermitted);
  EXPECT_EQ(JudgeAs(Use::kRead, "sale.order", "write_date"), Verdict::kPermitted);
  EXPECT_EQ(JudgeAs(Use::kRead, "sale.order", "name"), Verdict::kListed);
  EXPECT_EQ(JudgeAs(Use::kRead, "sale.order", "x_json"), Verdict::kUnsupported);
  // Of another type than the contract says: it answers nothing by itself.
  EXPECT_EQ(JudgeAs(Use::kRead, "sale.order", "state"), Verdict::kPermitted);
  EXPECT_EQ(JudgeAs(Use::kCompare, "sale.order", "name"), Verdict::kPermitted);
  for (const Use use : {Use::kRead, Use::kCompare, Use::kWrite}) {
    EXPECT_EQ(JudgeAs(use, "sale.order", "access_token"), Verdict::kSecret);
    EXPECT_EQ(JudgeAs(use, "sale.order", "x_none"), Verdict::kUnknown);
  }
}

TEST(Usage, EveryRefusalSaysWhatToDo) {
  const Place place{*BuiltIn().RecordOf("sale.order"), Role::kRecord, &Database(), 18};
  for (int verdict = 1; verdict < kVerdictCount; ++verdict) {
    EXPECT_THAT(Explain(static_cast<Verdict>(verdict), Use::kWrite, place, "x_size"),
                testing::AnyOf(testing::HasSubstr("leave it out"), testing::HasSubstr("use ")))
        << verdict;
  }
  EXPECT_THAT(Explain(Verdict::kListed, Use::kWrite, place, "state"),
              testing::StartsWith("`state`: "));
  EXPECT_THAT(Explain(Verdict::kListed, Use::kRead, place, "state"),
              testing::HasSubstr("use `state` without `extra_fields`"));
}

TEST(SecretNames, AreKnownByTheirWords) {
  for (const char* name :
       {"access_token", "signup_type", "signup_token", "password", "new_password", "totp_secret",
        "totp_enabled", "api_key_ids", "oauth_access_token", "google_calendar_rtoken", "pin",
        "x_studio_api_key", "stripe_secret_key", "private_key", "payment_token_id", "x_secret"}) {
    EXPECT_TRUE(contract::IsSecretName(name)) << name;
  }
  for (const char* name : {"name", "key", "x_key", "keyboard", "tokenize", "secretary_id", "pinned",
                           "access_url", "partner_id", "public_key", "inalterable_hash", "", "_"}) {
    EXPECT_FALSE(contract::IsSecretName(name)) << name;
  }
}

// The built-in contracts list none: they would not load.
TEST(SecretNames, AreInTheRecordedLists) {
  int found = 0;
  for (const int version : {18, 19}) {
    for (const std::string& model : BuiltIn().models()) {
      const test::Json fields = test::RecordedFields(version, model);
      for (const auto& entry : fields.items()) {
        if (contract::IsSecretName(entry.key())) ++found;
      }
    }
  }
  EXPECT_GE(found, 30)
      << "the lists of proto/fields hold access_token, password, totp_enabled, ...";
}

}  // namespace
}  // namespace gateway::schema
