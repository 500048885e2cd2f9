// What a caller may not name is named nowhere: every field of every contract, forbidden by itself,
// in every place of a request that can hold it.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "codec/wire.h"
#include "contracts.h"
#include "plan/filter.h"
#include "plan/plan.h"

namespace gateway::plan {
namespace {

using base::Reason;
using contract::ConditionShape;
using contract::Method;
using contract::Operation;
using contract::Shape;
using test::BuiltIn;
using test::MethodNamed;
using test::RequestBytes;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;

// Everything but one field, and what is below it.
class AllBut final : public contract::Permit {
 public:
  AllBut(std::string model, std::string path) : model_(std::move(model)), path_(std::move(path)) {}

  bool MayRead(std::string_view model, std::string_view path) const override {
    return model != model_ || MayWrite(path);
  }
  bool MayReadAll(std::string_view model) const override { return model != model_; }
  bool MayReadEverything() const override { return false; }
  bool MayWriteUnlisted(std::string_view path) const override { return MayWrite(path); }
  bool MayWrite(std::string_view path) const override {
    return path != path_ && !path.starts_with(path_ + ".");
  }
  const std::vector<std::int64_t>& companies() const override { return companies_; }

  std::vector<std::int64_t> companies_;

 private:
  const std::string model_;
  const std::string path_;
};

base::Result<Plan> PlanOf(const Method& method, const std::string& text, int version,
                          const contract::Permit* permit) {
  return MakePlan(BuiltIn(), method, {version, nullptr, {1, 2}, false}, RequestBytes(method, text),
                  permit);
}

std::vector<std::string> PathsWith(const base::Result<Plan>& plan, bool forbidden) {
  std::vector<std::string> paths;
  if (plan) return paths;
  for (const base::Violation& violation : plan.failure().violations) {
    if ((violation.reason == Reason::kCallerNotAllowed) == forbidden)
      paths.push_back(violation.path);
  }
  return paths;
}

std::string FirstKey(const contract::Field& field) {
  return std::to_string(field.enumeration->keys.front().first);
}

// A value in text format, of a values message.
std::string ValueOf(const contract::Field& field) {
  static const std::map<Shape, std::string> kValues = {
      {Shape::kText, ": \"x\""},
      {Shape::kInteger, ": 1"},
      {Shape::kDecimal, ": \"1\""},
      {Shape::kBoolean, ": true"},
      {Shape::kDate, " { year: 2026 month: 1 day: 1 }"},
      {Shape::kDatetime, " { seconds: 1 }"},
      {Shape::kRef, " { id: 1 }"},
      {Shape::kRefs, " { set { refs { id: 1 } } }"},
      {Shape::kRows, " { rows { } }"},
      {Shape::kBinary, ": \"x\""},
  };
  return field.shape == Shape::kEnum ? ": " + FirstKey(field) : kValues.at(field.shape);
}

// A condition in text format, of a filter message.
std::string ConditionOf(const contract::FilterField& entry) {
  switch (entry.shape) {
    case ConditionShape::kBoolean:
      return ": true";
    case ConditionShape::kEnum:
      return ": " + FirstKey(*entry.field);
    case ConditionShape::kInteger:
      return " { equals: 1 }";
    case ConditionShape::kDecimal:
      return " { equals: \"1\" }";
    default:
      return " { is_set: true }";
  }
}

class Forbidden : public testing::TestWithParam<int> {
 protected:
  // A request that names the field at `path` is refused there, and is not where it is permitted.
  void Expect(const Method& method, const contract::Field& field, const std::string& text,
              const std::string& path) {
    const AllBut permit(method.record->model, field.name);
    const auto free = PlanOf(method, text, GetParam(), nullptr);
    EXPECT_THAT(PathsWith(free, true), ElementsAre()) << method.path << " " << text;
    const auto refused = PlanOf(method, text, GetParam(), &permit);
    ASSERT_FALSE(refused) << method.path << " " << text;
    const auto others = PathsWith(free, false);
    if (std::ranges::find(others, path) != others.end()) return;
    EXPECT_THAT(PathsWith(refused, true), Contains(path)) << method.path << " " << text;
    ++checked_;
  }

  template <class Visit>
  static void ForEachMethod(std::initializer_list<Operation> operations, const Visit& visit) {
    for (const auto& method : BuiltIn().methods()) {
      if (std::ranges::find(operations, method->operation) != operations.end()) visit(*method);
    }
  }

  int checked_ = 0;
};

TEST_P(Forbidden, InMasks) {
  ForEachMethod({Operation::kGet, Operation::kSearch}, [this](const Method& method) {
    const std::string id = method.operation == Operation::kGet ? "id: 1 " : "";
    for (const contract::Field& field : method.record->fields) {
      if (field.number == contract::kIdNumber) continue;
      Expect(method, field, id + "read_mask { paths: \"" + field.name + "\" }",
             "read_mask.paths[0]");
    }
  });
  EXPECT_GT(checked_, 1000);
}

TEST_P(Forbidden, InFilters) {
  ForEachMethod({Operation::kSearch, Operation::kCount}, [this](const Method& method) {
    for (const contract::FilterField& entry : method.filter->fields) {
      if (entry.number == contract::kIdNumber) continue;
      const std::string& name = entry.field->name;
      const std::string condition = name + ConditionOf(entry);
      Expect(method, *entry.field, "filter { " + condition + " }", "filter." + name);
      Expect(method, *entry.field, "filter { any_of { none_of { " + condition + " } } }",
             "filter.any_of[0].none_of[0]." + name);
    }
  });
  EXPECT_GT(checked_, 500);
}

TEST_P(Forbidden, InConditionsAndOrder) {
  ForEachMethod({Operation::kSearch}, [this](const Method& method) {
    for (const contract::Field& field : method.record->fields) {
      if (field.number == contract::kIdNumber) continue;
      Expect(method, field, "conditions { path: \"" + field.name + "\" op: OPERATOR_IS_SET }",
             "conditions[0].path");
      Expect(method, field, "order_by { field: \"" + field.name + "\" }", "order_by[0].field");
    }
  });
  EXPECT_GT(checked_, 1000);
}

// A text that is compared with a relation is looked for in fields of the other model.
TEST_P(Forbidden, InNamesOfOtherRecords) {
  ForEachMethod({Operation::kSearch}, [this](const Method& method) {
    for (const contract::Field& field : method.record->fields) {
      if (field.relation.empty() || field.OdooName(GetParam()).empty()) continue;
      const std::string& model = field.rows == nullptr ? field.relation : method.record->model;
      const AllBut permit(model, "x_secret");
      for (const char* op : {"CONTAINS", "NOT_CONTAINS"}) {
        const std::string text = "conditions { path: \"" + field.name + "\" op: OPERATOR_" + op +
                                 " value { text_value: \"a\" } }";
        EXPECT_THAT(PathsWith(PlanOf(method, text, GetParam(), &permit), true),
                    ElementsAre("conditions[0].path"))
            << method.path << " " << text;
        ++checked_;
      }
    }
  });
  EXPECT_GT(checked_, 500);
}

// Records come in the order that the model of the reference has, by fields of Odoo's choice.
TEST_P(Forbidden, InTheOrderOfOtherRecords) {
  ForEachMethod({Operation::kSearch}, [this](const Method& method) {
    for (const contract::Field& field : method.record->fields) {
      if (field.shape != Shape::kRef || field.OdooName(GetParam()).empty()) continue;
      const AllBut permit(field.relation, "x_secret");
      const std::string text = "order_by { field: \"" + field.name + "\" }";
      EXPECT_THAT(PathsWith(PlanOf(method, text, GetParam(), &permit), true),
                  ElementsAre("order_by[0].field"))
          << method.path << " " << text;
      ++checked_;
    }
  });
  EXPECT_GT(checked_, 100);
}

TEST_P(Forbidden, InValues) {
  ForEachMethod({Operation::kCreate, Operation::kUpdate}, [this](const Method& method) {
    const std::string id = method.operation == Operation::kUpdate ? "id: 1 " : "";
    for (const contract::ValuesField& entry : method.values->fields) {
      if (entry.number == contract::kIdNumber) continue;
      const std::string& name = entry.field->name;
      Expect(method, *entry.field, id + "values { " + name + ValueOf(*entry.field) + " }",
             "values." + name);
    }
  });
  EXPECT_GT(checked_, 300);
}

TEST_P(Forbidden, IsNotReadByDefault) {
  ForEachMethod({Operation::kSearch}, [this](const Method& method) {
    for (const contract::Field& field : method.record->fields) {
      if (field.number == contract::kIdNumber) continue;
      const AllBut permit(method.record->model, field.name);
      const auto plan = PlanOf(method, "", GetParam(), &permit);
      ASSERT_TRUE(plan) << method.path;
      std::vector<const contract::Field*> read;
      for (const auto& entry : std::get<Search>(plan->body).read.fields)
        read.push_back(entry.field);
      EXPECT_THAT(read, Not(Contains(&field))) << method.path << " " << field.name;
      ++checked_;
    }
  });
  EXPECT_GT(checked_, 500);
}

INSTANTIATE_TEST_SUITE_P(Versions, Forbidden, testing::Values(18, 19));

TEST(Permit, RowsAndWhatIsBehindThem) {
  const AllBut permit("sale.order", "order_line.price_unit");
  const auto search = [&](const std::string& text) {
    return PathsWith(PlanOf(MethodNamed("SearchSaleOrders"), text, 18, &permit), true);
  };
  EXPECT_THAT(search("read_mask { paths: \"order_line.price_unit\" }"),
              ElementsAre("read_mask.paths[0]"));
  EXPECT_THAT(search("conditions { path: \"order_line.price_unit\" op: OPERATOR_IS_SET }"),
              ElementsAre("conditions[0].path"));
  EXPECT_THAT(search("read_mask { paths: \"order_line.name\" }"), ElementsAre());
  const auto whole =
      PlanOf(MethodNamed("SearchSaleOrders"), "read_mask { paths: \"order_line\" }", 18, &permit);
  ASSERT_TRUE(whole);
  for (const auto& field : std::get<Search>(whole->body).read.fields.front().rows->fields)
    EXPECT_NE(field.field->name, "price_unit");
  const auto create = [&](const std::string& rows) {
    return PathsWith(PlanOf(MethodNamed("UpdateSaleOrder"),
                            "id: 1 values { order_line { " + rows + " } }", 18, &permit),
                     true);
  };
  EXPECT_THAT(create("rows { id: 1 name: \"x\" } rows { id: 2 price_unit: \"1\" }"),
              ElementsAre("values.order_line.rows[1].price_unit"));
  const AllBut no_deletes("sale.order", "order_line.delete_ids");
  EXPECT_THAT(PathsWith(PlanOf(MethodNamed("UpdateSaleOrder"),
                               "id: 1 values { order_line { delete_ids: 7 } }", 18, &no_deletes),
                        true),
              ElementsAre("values.order_line.delete_ids[0]"));
}

// A path counts from the record that it has reached.
TEST(Permit, OtherModelsOnTheWay) {
  const auto told = [](const contract::Permit& permit, const std::string& path) {
    return PathsWith(
        PlanOf(MethodNamed("SearchSaleOrders"),
               "conditions { path: \"" + path + "\" op: OPERATOR_IS_SET }", 18, &permit),
        true);
  };
  const AllBut partner_name("res.partner", "name");
  EXPECT_THAT(told(partner_name, "partner_id.name"), ElementsAre("conditions[0].path"));
  EXPECT_THAT(told(partner_name, "partner_id.parent_id.name"), ElementsAre("conditions[0].path"));
  EXPECT_THAT(told(partner_name, "name"), ElementsAre());
  EXPECT_THAT(told(AllBut("res.country", "code"), "partner_id.country_id.code"),
              ElementsAre("conditions[0].path"));
  EXPECT_THAT(told(AllBut("res.partner", "country_id"), "partner_id.country_id.code"),
              ElementsAre("conditions[0].path"));
}

std::string Condition(const std::string& path, const std::string& op, const std::string& value) {
  return "conditions { path: \"" + path + "\" op: OPERATOR_" + op + " value { " + value + " } }";
}

// Odoo looks for a partner's name in its VAT number, too.
TEST(Permit, NamesAreFoundByFieldsOfOdoosChoice) {
  const AllBut vat("res.partner", "vat");
  const auto told = [&vat](const char* method, const std::string& text) {
    return PathsWith(PlanOf(MethodNamed(method), text, 18, &vat), true);
  };
  const std::string text = "text_value: \"BE0477\"";
  for (const char* op :
       {"EQUALS", "NOT_EQUALS", "LESS", "AT_LEAST", "CONTAINS", "NOT_CONTAINS", "MATCHES"}) {
    EXPECT_THAT(told("SearchPartners", Condition("display_name", op, text)),
                ElementsAre("conditions[0].path"))
        << op;
    EXPECT_THAT(told("SearchSaleOrders", Condition("partner_id.display_name", op, text)),
                ElementsAre("conditions[0].path"))
        << op;
    EXPECT_THAT(told("SearchSaleOrders", Condition("partner_id.name", op, text)), ElementsAre())
        << op;
    EXPECT_THAT(told("SearchCountries", Condition("display_name", op, text)), ElementsAre()) << op;
  }
  EXPECT_THAT(told("SearchPartners",
                   Condition("display_name", "ONE_OF", "list_value { values { " + text + " } }")),
              ElementsAre("conditions[0].path"));
  EXPECT_THAT(told("SearchPartners", "conditions { path: \"display_name\" op: OPERATOR_IS_SET }"),
              ElementsAre("conditions[0].path"));
  // By ids, nothing but the reference is compared.
  EXPECT_THAT(told("SearchSaleOrders", Condition("partner_id", "EQUALS", "ref_value { id: 1 }")),
              ElementsAre());
}

TEST(Permit, NamesInFilterMessages) {
  const contract::Record* partner = BuiltIn().RecordOf("res.partner");
  const contract::Filter filter{
      "", partner, {{2, partner->FindName("display_name"), ConditionShape::kString}}};
  std::string bytes;
  codec::WireWriter(bytes).Bytes(
      2, test::MessageBytes("odoo.type.v1.StringCondition", "contains: \"BE0477\""));
  const auto refused = [&](const contract::Permit& permit) {
    const codec::Target target{18, nullptr, {1}, false};
    codec::Problems problems;
    FilterContext context{BuiltIn(), target, problems, &permit};
    ReadFilter(filter, bytes, context);
    return !problems.empty();
  };
  EXPECT_TRUE(refused(AllBut("res.partner", "vat")));
  EXPECT_FALSE(refused(AllBut("res.country", "code")));
}

TEST(Permit, AHierarchyIsAField) {
  const AllBut parent("res.partner", "parent_id");
  const auto told = [&parent](const char* method, const std::string& text) {
    return PathsWith(PlanOf(MethodNamed(method), text, 18, &parent), true);
  };
  const std::string one = "ref_value { id: 1 }";
  for (const char* op : {"CHILD_OF", "PARENT_OF"}) {
    EXPECT_THAT(told("SearchSaleOrders", Condition("partner_id", op, one)),
                Contains("conditions[0]"));
    EXPECT_THAT(told("SearchPartners", Condition("id", op, "integer_value: 1")),
                Contains("conditions[0]"));
    EXPECT_THAT(told("SearchProducts", Condition("categ_id", op, one)), ElementsAre());
  }
  EXPECT_THAT(told("SearchSaleOrders", "filter { partner_id { child_of { id: 1 } } }"),
              ElementsAre("filter.partner_id.child_of"));
}

// Rows under Odoo's name would come with their display names.
TEST(Permit, RowsAsExtraFields) {
  const AllBut names("sale.order", "order_line.display_name");
  const auto told = [&names](const std::string& path) {
    return PathsWith(PlanOf(MethodNamed("SearchSaleOrders"),
                            "read_mask { paths: \"" + path + "\" }", 18, &names),
                     true);
  };
  EXPECT_THAT(told("extra_fields.order_line"), ElementsAre("read_mask.paths[0]"));
  EXPECT_THAT(told("extra_fields.partner_id"), ElementsAre());
  EXPECT_THAT(told("order_line"), ElementsAre());
}

TEST(Permit, CompaniesAreThoseOfTheCaller) {
  AllBut permit("", "none");
  const auto company = [&](const std::string& options) {
    auto plan = PlanOf(MethodNamed("GetPartner"), "id: 1 options { " + options + " }", 18, &permit);
    return plan ? plan->options.company_id : -1;
  };
  EXPECT_EQ(company(""), 0);
  EXPECT_EQ(company("company_id: 2"), 2);
  permit.companies_ = {2, 1};
  EXPECT_EQ(company(""), 2);
  EXPECT_EQ(company("company_id: 1"), 1);
  permit.companies_ = {2};
  EXPECT_EQ(company("company_id: 1"), -1);
  // Nor one that the integration user does not have.
  permit.companies_ = {3};
  EXPECT_EQ(company(""), -1);
}

TEST(Permit, RecordsGoToNoOtherCompany) {
  AllBut permit("", "none");
  const auto create = [&](const std::string& values) {
    return PathsWith(
        PlanOf(MethodNamed("CreatePartner"), "values { name: \"x\" " + values + " }", 18, &permit),
        true);
  };
  EXPECT_THAT(create("company_id { id: 2 }"), ElementsAre());
  permit.companies_ = {1};
  EXPECT_THAT(create("company_id { id: 1 }"), ElementsAre());
  EXPECT_THAT(create("company_id { id: 2 }"), ElementsAre("values.company_id"));
  // Which one that is, only Odoo knows.
  EXPECT_THAT(create("company_id { external_id: \"base.main_company\" }"),
              ElementsAre("values.company_id"));
  EXPECT_THAT(create("country_id { id: 2 }"), ElementsAre());
  // All companies share a record without one.
  EXPECT_THAT(create("clear_fields: \"company_id\""), ElementsAre("values.clear_fields[0]"));
  EXPECT_THAT(create("clear_fields: \"country_id\""), ElementsAre());
  permit.companies_ = {};
  EXPECT_THAT(create("clear_fields: \"company_id\""), ElementsAre());
}

// What a caller that is bound to companies refers to is looked up in them.
TEST(Permit, RecordsThatValuesNameAreNoted) {
  AllBut permit("", "none");
  const std::string values =
      "values { partner_id { id: 7 } partner_shipping_id { id: 7 } user_id { id: 3 } company_id { "
      "id: 1 } order_line { rows { product_id { id: 9 } } } }";
  const auto named = [&] {
    std::vector<std::string> told;
    auto plan = PlanOf(MethodNamed("CreateSaleOrder"), values, 18, &permit);
    EXPECT_TRUE(plan);
    for (const NamedRecords& records : plan->named) {
      for (const auto& record : records.records) {
        for (const std::string& path : record.paths)
          told.push_back(records.model + " " + std::to_string(record.id) + " " + path);
      }
    }
    return told;
  };
  EXPECT_THAT(named(), ElementsAre());
  permit.companies_ = {1};
  EXPECT_THAT(named(), testing::UnorderedElementsAre(
                           "res.partner 7 values.partner_id",
                           "res.partner 7 values.partner_shipping_id", "res.users 3 values.user_id",
                           "product.product 9 values.order_line.rows[0].product_id"));
}

TEST(Permit, NothingToReadStillAsksForTheRecord) {
  class Nothing final : public contract::Permit {
   public:
    bool MayRead(std::string_view, std::string_view path) const override { return path == "id"; }
    bool MayReadAll(std::string_view) const override { return false; }
    bool MayReadEverything() const override { return false; }
    bool MayWrite(std::string_view) const override { return false; }
    bool MayWriteUnlisted(std::string_view) const override { return false; }
    const std::vector<std::int64_t>& companies() const override { return none_; }

   private:
    std::vector<std::int64_t> none_;
  };
  const Nothing nothing;
  const auto plan = PlanOf(MethodNamed("GetPartner"), "id: 1", 18, &nothing);
  ASSERT_TRUE(plan);
  const auto& read = std::get<Read>(plan->body).read;
  EXPECT_TRUE(read.empty());
  EXPECT_FALSE(read.witness.empty());
}

}  // namespace
}  // namespace gateway::plan
