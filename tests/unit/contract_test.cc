// Contracts, right and wrong: the built-in ones compile, and every mistake is listed by full name.
#include "contract/compiler.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>

#include "contracts.h"
#include "google/protobuf/descriptor.pb.h"
#include "odoo/contract/v1/options.pb.h"

namespace gateway::contract {
namespace {

namespace pb = google::protobuf;
namespace options = odoo::contract::v1;
using test::BuiltIn;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// ---- Contracts from text ----

// A whole contract in pieces, so that a test can replace one.
struct Pieces {
  std::string name = "model.proto";
  std::string enums =
      "enum State { STATE_UNSPECIFIED = 0; STATE_ONE = 1 [(odoo.contract.v1.enum_value) = { key: "
      "'one' }]; }";
  std::string record = R"(
    optional string name = 2 [(odoo.contract.v1.field) = { type: TYPE_CHAR, required: {} }];
    optional State state = 3 [(odoo.contract.v1.field) = { type: TYPE_SELECTION }];
    odoo.type.v1.Ref owner = 4 [(odoo.contract.v1.field) = { type: TYPE_MANY2ONE, relation: "x.owner" }];
    repeated odoo.type.v1.Ref tags = 5 [(odoo.contract.v1.field) = { type: TYPE_MANY2MANY, relation: "x.tag" }];
    repeated Thing parts = 6 [(odoo.contract.v1.field) = { type: TYPE_ONE2MANY }];
    optional bytes image = 7 [(odoo.contract.v1.field) = { type: TYPE_BINARY, names: { name: "image_1920" } }];
    map<string, odoo.type.v1.Value> extra_fields = 9998;)";
  std::string id = "int64 id = 1 [(odoo.contract.v1.field) = { type: TYPE_INTEGER }];";
  std::string record_rule = "kind: KIND_RECORD, model: 'x.thing'";
  std::string values = R"(
    optional int64 id = 1; optional string name = 2; optional State state = 3; odoo.type.v1.Ref owner = 4;
    odoo.type.v1.RefChange tags = 5; ThingChanges parts = 6; optional bytes image = 7;
    map<string, odoo.type.v1.Value> extra_fields = 9998; repeated string clear_fields = 9999;)";
  std::string changes = "repeated ThingValues rows = 1; repeated int64 delete_ids = 2;";
  std::string filter = R"(
    odoo.type.v1.IntegerCondition id = 1; odoo.type.v1.StringCondition name = 2; repeated State state = 3;
    odoo.type.v1.RefCondition owner = 4; repeated ThingFilter any_of = 9996; repeated ThingFilter none_of = 9997;)";
  std::string service_rule = "model: 'x.thing'";
  std::string rpc = "rpc GetThing(GetThingRequest) returns (GetThingResponse)";
  std::string method_rule = "operation: OPERATION_GET";
  std::string method_options;
  std::string request = "int64 id = 1;";
  std::string response = "Thing record = 1;";
  std::string more;

  std::string Text() const {
    return R"(syntax = "proto3"; package shop.v1;
      import "odoo/contract/v1/options.proto"; import "odoo/type/v1/type.proto";
      service ThingService { option (odoo.contract.v1.service) = { )" +
           service_rule + " }; " + rpc + "{ option (odoo.contract.v1.method) = { " + method_rule +
           " }; " + method_options + " } }\n" + enums +
           "message Thing { option (odoo.contract.v1.message) = { " + record_rule + " };" + id +
           record +
           "} message ThingValues { option (odoo.contract.v1.message) = { kind: KIND_VALUES, "
           "record: 'Thing' };" +
           values +
           "} message ThingChanges { option (odoo.contract.v1.message) = { kind: KIND_CHANGES, "
           "record: 'Thing' };" +
           changes +
           "} message ThingFilter { option (odoo.contract.v1.message) = { kind: KIND_FILTER, "
           "record: 'Thing' };" +
           filter + "} message GetThingRequest { " + request + " } message GetThingResponse { " +
           response + " }" + more;
  }
};

// By protoc, as users make theirs.
pb::FileDescriptorSet SetOf(const std::string& name, const std::string& text) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / ("contracts-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  test::WriteFile(folder / name, text);
  const std::filesystem::path made = folder / "set.binpb";
  const std::string command = std::string(PROTOC) + " -I" + folder.string() + " -I" +
                              (test::RepositoryRoot() / "proto").string() +
                              " --include_imports --descriptor_set_out=" + made.string() + " " +
                              (folder / name).string();
  EXPECT_EQ(std::system(command.c_str()), 0) << text;
  pb::FileDescriptorSet set;
  EXPECT_TRUE(set.ParseFromString(test::ReadFile(made)));
  std::filesystem::remove_all(folder);
  return set;
}

Mistakes MistakesOf(const std::vector<DescriptorSet>& sets) {
  auto compiled = Compile(sets);
  if (auto* mistakes = std::get_if<Mistakes>(&compiled)) return std::move(*mistakes);
  return {};
}

Mistakes MistakesOf(const pb::FileDescriptorSet& set) {
  return MistakesOf({{"test", set.SerializeAsString()}});
}

Mistakes MistakesOf(const Pieces& pieces) { return MistakesOf(SetOf(pieces.name, pieces.Text())); }

// ---- The built-in set ----

TEST(BuiltInContracts, Compile) {
  const auto compiled = Compile({{"built-in", std::string(BuiltInDescriptorSet())}});
  if (const auto* mistakes = std::get_if<Mistakes>(&compiled)) {
    FAIL() << testing::PrintToString(*mistakes);
  }
  EXPECT_THAT(BuiltIn().services(), Contains("odoo.sale.v1.SaleOrderService"));
  EXPECT_THAT(BuiltIn().models(), Contains("sale.order.line"));
  EXPECT_NE(BuiltIn().Find("/odoo.contacts.v1.PartnerService/CreatePartner"), nullptr);
  EXPECT_EQ(BuiltIn().Find("/odoo.contacts.v1.PartnerService/Nothing"), nullptr);
  EXPECT_EQ(BuiltIn().RecordOf("no.model"), nullptr);
}

TEST(BuiltInContracts, EveryMethodHasWhatItsOperationNeeds) {
  for (const auto& method : BuiltIn().methods()) {
    SCOPED_TRACE(method->path);
    EXPECT_EQ(BuiltIn().Find(method->path), method.get());
    ASSERT_NE(method->record, nullptr);
    const bool writes_values = method->operation == Operation::kCreate ||
                               method->operation == Operation::kUpdate ||
                               method->operation == Operation::kBatchCreate;
    const contract::Action& action = method->action;
    EXPECT_EQ(method->values != nullptr, writes_values || action.wizard.has_value());
    EXPECT_EQ(!action.method.empty(), method->operation == Operation::kCall);
    EXPECT_EQ(action.result == nullptr && action.done_when.empty(),
              method->operation != Operation::kCall);
    EXPECT_NE(method->number(ResponseRole::kInfo), 0);
  }
}

TEST(BuiltInContracts, AreDumpedWhole) {
  const std::string dump = Dump(BuiltIn());
  for (const auto& method : BuiltIn().methods()) EXPECT_THAT(dump, HasSubstr(method->path));
  EXPECT_THAT(dump,
              HasSubstr("crm.lead.action_apply through crm.lead2opportunity.partner for lead_id "
                        "with active records name=convert if active in true"));
  EXPECT_THAT(dump,
              HasSubstr("button_validate backorder 1 skip_backorder backorder 2 skip_backorder "
                        "backorder 2 picking_ids_not_to_backorder=ids done when state in done"));
  EXPECT_THAT(dump,
              HasSubstr("15 tax_ids many2many(account.tax) odoo: tax_id until 18 tax_ids from 19"));
}

// ---- Numbers that stand in two places ----

TEST(Numbers, OfTypesAreThoseOfTheOptions) {
  const pb::EnumDescriptor& types = *options::Type_descriptor();
  EXPECT_EQ(types.value_count(), static_cast<int>(Type::kBinary) + 1);
  for (int i = 0; i < types.value_count(); ++i) {
    std::string name(TypeName(static_cast<Type>(types.value(i)->number())));
    for (char& c : name) c = static_cast<char>(std::toupper(c));
    EXPECT_EQ("TYPE_" + name, types.value(i)->name());
  }
}

TEST(Numbers, OfOperationsAreThoseOfTheOptions) {
  const pb::EnumDescriptor& operations = *options::Operation_descriptor();
  EXPECT_EQ(operations.value_count(), base::kContractOperationCount);
  for (int i = 0; i < operations.value_count(); ++i) {
    std::string name(base::NameOf(static_cast<Operation>(operations.value(i)->number())));
    for (char& c : name) c = static_cast<char>(std::toupper(c));
    EXPECT_EQ("OPERATION_" + name, operations.value(i)->name());
  }
}

TEST(Numbers, WritesAreTheOperationsThatChangeSomething) {
  std::vector<std::string_view> writes;
  for (int number = 0; number < base::kContractOperationCount; ++number) {
    if (base::Writes(static_cast<Operation>(number))) {
      writes.push_back(base::NameOf(static_cast<Operation>(number)));
    }
  }
  EXPECT_THAT(writes, ElementsAre("create", "update", "delete", "batch_create", "call"));
}

// ---- What is made of a contract ----

TEST(Contract, BecomesTables) {
  const Pieces pieces;
  const auto compiled = Compile({{"test", SetOf(pieces.name, pieces.Text()).SerializeAsString()}});
  ASSERT_TRUE(std::holds_alternative<Catalog>(compiled))
      << testing::PrintToString(MistakesOf(pieces));
  const auto& catalog = std::get<Catalog>(compiled);
  const Record* thing = catalog.RecordOf("x.thing");
  ASSERT_NE(thing, nullptr);
  EXPECT_TRUE(thing->has_extra_fields);
  EXPECT_EQ(thing->FindName("parts")->rows, thing);
  EXPECT_EQ(thing->FindName("parts")->relation, "x.thing");
  EXPECT_TRUE(thing->FindName("image")->on_request);
  EXPECT_EQ(thing->FindName("image")->OdooName(18), "image_1920");
  EXPECT_EQ(thing->FindName("state")->enumeration->NumberOf("one"), 1);
  EXPECT_EQ(thing->FindName("state")->enumeration->KeyOf(1), "one");
  EXPECT_EQ(thing->FindName("state")->enumeration->KeyOf(7), "");
  EXPECT_EQ(thing->FindNumber(8), nullptr);
  EXPECT_EQ(thing->FindName("nothing"), nullptr);
}

TEST(Contract, NamesFollowVersions) {
  struct Case {
    std::vector<VersionedName> names;
    std::vector<std::string> from_17_to_20;
  };
  const std::vector<Case> cases = {
      {{}, {"own", "own", "own", "own"}},
      {{{"always", 0, 0}}, {"always", "always", "always", "always"}},
      {{{"old", 0, 18}, {"new", 19, 0}}, {"old", "old", "new", "new"}},
      {{{"old", 0, 17}}, {"old", "", "", ""}},
      {{{"new", 20, 0}}, {"", "", "", "new"}},
      {{{"between", 18, 19}}, {"", "between", "between", ""}},
  };
  for (const Case& test : cases) {
    Field field;
    field.name = "own";
    field.names = test.names;
    for (int version = 17; version <= 20; ++version) {
      EXPECT_EQ(field.OdooName(version),
                test.from_17_to_20[static_cast<std::size_t>(version - 17)]);
    }
  }
}

TEST(Contract, NumbersAreFoundWhereverTheyAre) {
  std::vector<ValuesField> fields;
  for (const int number : {1, 2, 3, 7, 8, 500, 9998}) fields.push_back({number, nullptr, nullptr});
  for (const ValuesField& field : fields) EXPECT_EQ(FindByNumber(fields, field.number), &field);
  for (const int number : {-1, 0, 4, 6, 9, 501, 9999})
    EXPECT_EQ(FindByNumber(fields, number), nullptr);
}

// ---- Mistakes ----

// What a mistake may point to instead.
const std::string kOtherEnum =
    "enum Other { OTHER_UNSPECIFIED = 0; "
    "OTHER_ONE = 1 [(odoo.contract.v1.enum_value) = { key: 'x' }]; }";
const std::string kOtherModel =
    "message Other { option (odoo.contract.v1.message) = { kind: KIND_RECORD, model: 'x.other' }; "
    "int64 id = 1 [(odoo.contract.v1.field) = { type: TYPE_INTEGER }]; } "
    "message OtherValues { option (odoo.contract.v1.message) = "
    "{ kind: KIND_VALUES, record: 'Other' }; }";

struct MistakeCase {
  std::string what;
  std::function<void(Pieces&)> break_it;
  // Beginnings of all that is listed.
  std::vector<std::string> listed;
};

const std::vector<MistakeCase>& MistakeCases() {
  static const std::vector<MistakeCase> cases = {
      {"nothing", [](Pieces&) {}, {}},
      {"record without a model",
       [](Pieces& p) { p.record_rule = "kind: KIND_RECORD"; },
       {"shop.v1.Thing: a record message needs `model`",
        "shop.v1.Thing.parts: a relational field needs `relation`",
        "shop.v1.ThingService.GetThing: finds no record message of model x.thing"}},
      {"message without a kind",
       [](Pieces& p) { p.more = "message M { option (odoo.contract.v1.message) = {}; }"; },
       {"shop.v1.M: (odoo.contract.v1.message) needs `kind`"}},
      {"record without an id",
       [](Pieces& p) { p.id = ""; },
       {"shop.v1.Thing: a record message needs `int64 id = 1`",
        "shop.v1.ThingFilter.id: has no field of the same name and number in shop.v1.Thing"}},
      {"id of another type",
       [](Pieces& p) { p.id = "string id = 1 [(odoo.contract.v1.field) = { type: TYPE_CHAR }];"; },
       {"shop.v1.Thing: a record message needs `int64 id = 1`",
        "shop.v1.ThingFilter.id: is written as `odoo.type.v1.StringCondition`"}},
      {"field without a rule",
       [](Pieces& p) { p.record += "optional string plain = 20;"; },
       {"shop.v1.Thing.plain: type unspecified cannot be written as `string`"}},
      {"form that does not fit",
       [](Pieces& p) {
         p.record +=
             "optional double price = 20 [(odoo.contract.v1.field) = { type: TYPE_FLOAT }];";
       },
       {"shop.v1.Thing.price: type float cannot be written as `double`"}},
      {"relation missing",
       [](Pieces& p) {
         p.record +=
             "odoo.type.v1.Ref other = 20 [(odoo.contract.v1.field) = { type: TYPE_MANY2ONE }];";
       },
       {"shop.v1.Thing.other: a relational field needs `relation`"}},
      {"enum value without a key",
       [](Pieces& p) { p.enums = "enum State { STATE_UNSPECIFIED = 0; STATE_ONE = 1; }"; },
       {"shop.v1.STATE_ONE: needs (odoo.contract.v1.enum_value).key"}},
      {"unless_set that names nothing",
       [](Pieces& p) {
         p.record +=
             "optional string a = 20 [(odoo.contract.v1.field) = { type: TYPE_CHAR, required: { "
             "unless_set: 'b' } }];";
       },
       {"shop.v1.Thing.a: `unless_set` names no field: b"}},
      {"number of extra_fields",
       [](Pieces& p) {
         p.record = "string more = 9998;";
         p.values = p.filter = "";
       },
       {"shop.v1.Thing.more: number 9998 is kept for"}},
      {"map of other values",
       [](Pieces& p) {
         p.record = "map<string, string> extra_fields = 9998;";
         p.values = p.filter = "";
       },
       {"shop.v1.Thing.extra_fields: number 9998 is kept for"}},
      {"values of no record",
       [](Pieces& p) {
         p.more =
             "message V { option (odoo.contract.v1.message) = { kind: KIND_VALUES, record: "
             "'Nothing' }; }";
       },
       {"shop.v1.V: `record` names no record message: shop.v1.Nothing"}},
      {"values field that the record lacks",
       [](Pieces& p) { p.values += "optional string more = 20;"; },
       {"shop.v1.ThingValues.more: has no field of the same name and number in shop.v1.Thing"}},
      {"values field of another name",
       [](Pieces& p) { p.values = "optional string title = 2;"; },
       {"shop.v1.ThingValues.title: has no field of the same name and number"}},
      {"values field of another form",
       [](Pieces& p) { p.values = "optional int32 name = 2;"; },
       {"shop.v1.ThingValues.name: is written as `string`"}},
      {"values field without presence",
       [](Pieces& p) { p.values = "string name = 2;"; },
       {"shop.v1.ThingValues.name: needs presence"}},
      {"many2many written as references",
       [](Pieces& p) { p.values = "repeated odoo.type.v1.Ref tags = 5;"; },
       {"shop.v1.ThingValues.tags: is written as `odoo.type.v1.RefChange`"}},
      {"rows written as rows",
       [](Pieces& p) { p.values = "repeated Thing parts = 6;"; },
       {"shop.v1.ThingValues.parts: is written as `changes`"}},
      {"clear_fields of another form",
       [](Pieces& p) { p.values = "string clear_fields = 9999;"; },
       {"shop.v1.ThingValues.clear_fields: is written as `repeated string`"}},
      {"id of values of another form",
       [](Pieces& p) { p.values = "optional string id = 1;"; },
       {"shop.v1.ThingValues.id: is written as `int64`"}},
      {"another enum in values",
       [](Pieces& p) {
         p.enums += kOtherEnum;
         p.values = "optional Other state = 3;";
       },
       {"shop.v1.ThingValues.state: has another enum than in shop.v1.Thing"}},
      {"another enum in a filter",
       [](Pieces& p) {
         p.enums += kOtherEnum;
         p.filter = "repeated Other state = 3;";
       },
       {"shop.v1.ThingFilter.state: has another enum than in shop.v1.Thing"}},
      {"changes of another form",
       [](Pieces& p) { p.changes = "repeated ThingValues rows = 1;"; },
       {"shop.v1.ThingChanges: a changes message is"}},
      {"changes of rows that are no values",
       [](Pieces& p) { p.changes = "repeated Thing rows = 1; repeated int64 delete_ids = 2;"; },
       {"shop.v1.ThingChanges: a changes message is"}},
      {"rows of another record",
       [](Pieces& p) {
         p.more = kOtherModel;
         p.changes = "repeated OtherValues rows = 1; repeated int64 delete_ids = 2;";
       },
       {"shop.v1.ThingValues.parts: changes rows of shop.v1.Other, but the field holds "
        "shop.v1.Thing"}},
      {"filter of another form",
       [](Pieces& p) { p.filter = "string name = 2;"; },
       {"shop.v1.ThingFilter.name: is written as `odoo.type.v1.StringCondition`"}},
      {"filter on bytes",
       [](Pieces& p) { p.filter = "bytes image = 7;"; },
       {"shop.v1.ThingFilter.image: binary fields cannot be filtered on"}},
      {"any_of of another form",
       [](Pieces& p) { p.filter = "ThingFilter any_of = 9996;"; },
       {"shop.v1.ThingFilter.any_of: is written as `repeated shop.v1.ThingFilter`"}},
      {"service without a model",
       [](Pieces& p) { p.service_rule = ""; },
       {"shop.v1.ThingService: (odoo.contract.v1.service) needs `model`",
        "shop.v1.ThingService.GetThing: finds no record message"}},
      {"service of another model",
       [](Pieces& p) { p.service_rule = "model: 'x.other'"; },
       {"shop.v1.ThingService.GetThing: finds no record message of model x.other"}},
      {"RPC without an operation",
       [](Pieces& p) { p.method_rule = ""; },
       {"shop.v1.ThingService.GetThing: needs (odoo.contract.v1.method).operation"}},
      {"RPC that streams",
       [](Pieces& p) { p.rpc = "rpc GetThing(GetThingRequest) returns (stream GetThingResponse)"; },
       {"shop.v1.ThingService.GetThing: streaming is not offered"}},
      {"read that is marked as one",
       [](Pieces& p) { p.method_options = "option idempotency_level = NO_SIDE_EFFECTS;"; },
       {}},
      {"write that is marked as a read",
       [](Pieces& p) {
         p.method_rule = "operation: OPERATION_CREATE";
         p.method_options = "option idempotency_level = NO_SIDE_EFFECTS;";
         p.request = "ThingValues values = 1;";
       },
       {"shop.v1.ThingService.GetThing: is marked `idempotency_level = NO_SIDE_EFFECTS`, but "
        "operation create writes to Odoo: remove the option"}},
      {"call that is marked as a read",
       [](Pieces& p) {
         p.method_rule =
             "operation: OPERATION_CALL, odoo_method: 'x', done_when: { field: 'state', one_of: "
             "'one' }";
         p.method_options = "option idempotency_level = NO_SIDE_EFFECTS;";
       },
       {"shop.v1.ThingService.GetThing: is marked `idempotency_level = NO_SIDE_EFFECTS`, but "
        "operation call writes to Odoo: remove the option"}},
      {"write that may be repeated",
       [](Pieces& p) {
         p.method_rule = "operation: OPERATION_UPDATE";
         p.method_options = "option idempotency_level = IDEMPOTENT;";
         p.request = "int64 id = 1; ThingValues values = 2;";
       },
       {}},
      {"request field without a meaning",
       [](Pieces& p) { p.request += "string page_token = 2;"; },
       {"shop.v1.GetThingRequest.page_token: means nothing to operation get"}},
      {"request field of another form",
       [](Pieces& p) { p.request = "string id = 1;"; },
       {"shop.v1.GetThingRequest.id: is written as `int64`"}},
      {"request field missing",
       [](Pieces& p) { p.request = ""; },
       {"shop.v1.GetThingRequest: needs a field `id`"}},
      {"response field missing",
       [](Pieces& p) { p.response = ""; },
       {"shop.v1.GetThingResponse: needs a field `record`"}},
      {"values of another model",
       [](Pieces& p) {
         p.more = kOtherModel;
         p.method_rule = "operation: OPERATION_CREATE";
         p.request = "OtherValues values = 1;";
       },
       {"shop.v1.ThingService.GetThing: has values of another model than x.thing"}},
      {"call without a method",
       [](Pieces& p) { p.method_rule = "operation: OPERATION_CALL"; },
       {"shop.v1.ThingService.GetThing: OPERATION_CALL needs a public `odoo_method`",
        "shop.v1.ThingService.GetThing: `done_when` says when `record` is done"}},
      {"call of a private method",
       [](Pieces& p) {
         p.method_rule =
             "operation: OPERATION_CALL, odoo_method: '_x', done_when: { field: 'state', one_of: "
             "'one' }";
       },
       {"shop.v1.ThingService.GetThing: OPERATION_CALL needs a public `odoo_method`"}},
      {"call that ends nowhere",
       [](Pieces& p) {
         p.method_rule =
             "operation: OPERATION_CALL, odoo_method: 'x', done_when: { field: 'name', one_of: "
             "'one' }";
       },
       {"shop.v1.ThingService.GetThing: `done_when` needs a selection, boolean or number of the "
        "record and values of its type: name",
        "shop.v1.ThingService.GetThing: `done_when` says when `record` is done"}},
      {"call that waits for what no boolean is",
       [](Pieces& p) {
         p.record +=
             "optional bool active = 20 [(odoo.contract.v1.field) = { type: TYPE_BOOLEAN }];";
         p.method_rule =
             "operation: OPERATION_CALL, odoo_method: 'x', done_when: { field: 'active', one_of: "
             "'yes' }";
       },
       {"shop.v1.ThingService.GetThing: `done_when` needs a selection, boolean or number of the "
        "record and values of its type: active",
        "shop.v1.ThingService.GetThing: `done_when` says when `record` is done"}},
      {"call that waits for a number in another form than it is read",
       [](Pieces& p) {
         p.record +=
             "optional string price = 20 [(odoo.contract.v1.field) = { type: TYPE_FLOAT }];";
         p.method_rule =
             "operation: OPERATION_CALL, odoo_method: 'x', preconditions: { field: 'price', "
             "one_of: "
             "['0', '-1.5', '1.0'] }, done_when: { field: 'state', one_of: 'one' }";
       },
       {"shop.v1.ThingService.GetThing: `preconditions` needs a selection, boolean or number of "
        "the record and values of its type: price"}},
      {"call of nothing that answers both ways",
       [](Pieces& p) {
         p.method_rule =
             "operation: OPERATION_CALL, odoo_method: 'x', done_when: { field: 'state', one_of: "
             "'one' }";
         p.request = "";
         p.response += "repeated Thing records = 9;";
       },
       {"shop.v1.ThingService.GetThing: OPERATION_CALL needs `id` or `ids` in its request",
        "shop.v1.ThingService.GetThing: OPERATION_CALL answers `record` or `records`"}},
      {"call on several records that answers one",
       [](Pieces& p) {
         p.method_rule =
             "operation: OPERATION_CALL, odoo_method: 'x', done_when: { field: 'state', one_of: "
             "'one' }";
         p.request = "repeated int64 ids = 1;";
       },
       {"shop.v1.ThingService.GetThing: a call with `ids` answers `records`"}},
      {"wizard without values",
       [](Pieces& p) {
         p.method_rule =
             "operation: OPERATION_CALL, odoo_method: 'x', done_when: { field: 'state', one_of: "
             "'one' }, wizard: { active_records: true }";
       },
       {"shop.v1.ThingService.GetThing: a `wizard` and `values` of it in the request come "
        "together"}},
      {"call that waits for a key that the enum lacks",
       [](Pieces& p) {
         p.method_rule =
             "operation: OPERATION_CALL, odoo_method: 'x', done_when: { field: 'state', one_of: "
             "'no_such_key' }";
       },
       {"shop.v1.ThingService.GetThing: `done_when` needs a selection, boolean or number of the "
        "record and values of its type: state",
        "shop.v1.ThingService.GetThing: `done_when` says when `record` is done"}},
      {"call with a context that is the gateway's",
       [](Pieces& p) {
         p.method_rule =
             "operation: OPERATION_CALL, odoo_method: 'x', done_when: { field: 'state', one_of: "
             "'one' }, context: { key: 'lang' }, context: { key: 'fine' }, context: { key: '' }, "
             "context: { key: 'fine' }";
       },
       {"shop.v1.ThingService.GetThing: `context` needs a key that is not sent already: lang",
        "shop.v1.ThingService.GetThing: `context` needs a key that is not sent already: fine",
        "shop.v1.ThingService.GetThing: `context` needs a key that is not sent already: "}},
      {"field that holds a secret, by whichever name",
       [](Pieces& p) {
         p.record +=
             "optional string door = 20 [(odoo.contract.v1.field) = { type: TYPE_CHAR, names: { "
             "name: 'access_token', since: 19 } }];";
       },
       {"shop.v1.Thing.door: represents `access_token`"}},
      {"two fields of one name in the same version",
       [](Pieces& p) {
         p.record +=
             "optional string a = 20 [(odoo.contract.v1.field) = { type: TYPE_CHAR, names: { "
             "name: 'x_same', until: 18 } }];"
             "optional string b = 21 [(odoo.contract.v1.field) = { type: TYPE_CHAR, names: { "
             "name: 'x_same', since: 18 } }];"
             "optional string c = 22 [(odoo.contract.v1.field) = { type: TYPE_CHAR, names: { "
             "name: 'x_same', since: 19, until: 19 } }];";
       },
       {"shop.v1.Thing.b: has the same name in Odoo as `a`",
        "shop.v1.Thing.c: has the same name in Odoo as `b`"}},
      {"two choices, and one that chooses nothing",
       [](Pieces& p) {
         p.more =
             "enum Rest { REST_UNSPECIFIED = 0; REST_KEEP = 1 "
             "[(odoo.contract.v1.enum_value) = { context: { key: 'keep' } }]; } "
             "enum Idle { IDLE_UNSPECIFIED = 0; }";
         p.method_rule =
             "operation: OPERATION_CALL, odoo_method: 'x', done_when: { field: 'state', one_of: "
             "'one' }";
         p.request += "Rest rest = 8; Idle idle = 9;";
       },
       {"shop.v1.GetThingRequest.idle: is a second choice; a call has one",
        "shop.v1.GetThingRequest.idle: has an enum without `context`: it would choose nothing"}},
      {"wizard whose model has a service",
       [](Pieces& p) {
         p.method_rule =
             "operation: OPERATION_CALL, odoo_method: 'x', done_when: { field: 'state', one_of: "
             "'one' }, wizard: { active_records: true, single_record_fields: 'no_such' }";
         p.request += "ThingValues values = 2;";
       },
       {"shop.v1.ThingService.GetThing: `single_record_fields` needs fields of `values`: no_such",
        "shop.v1.ThingService.GetThing: has a `wizard` of a model with a service, so not a "
        "transient one: x.thing"}},
      {"wizard that gets its records nowhere, and whose values the caller may write as well",
       [](Pieces& p) {
         p.more = kOtherModel;
         p.method_rule =
             "operation: OPERATION_CALL, odoo_method: 'x', done_when: { field: 'state', one_of: "
             "'one' }, wizard: { values: { field: 'name', text: 'x' } }";
         p.request += "OtherValues values = 2;";
       },
       {"shop.v1.ThingService.GetThing: `wizard` needs `records_field` or `active_records`",
        "shop.v1.ThingService.GetThing: `wizard` needs a field of its record message that `values` "
        "does not offer, of a fitting type: name"}},
      {"method of what is no call",
       [](Pieces& p) { p.method_rule = "operation: OPERATION_GET, odoo_method: 'x'"; },
       {"shop.v1.ThingService.GetThing: `odoo_method`, `done_when`, `preconditions`, `wizard` and "
        "`context` belong to OPERATION_CALL"}},
      {"several at once",
       [](Pieces& p) {
         p.record +=
             "optional double price = 20 [(odoo.contract.v1.field) = { type: TYPE_FLOAT }];"
             "odoo.type.v1.Ref other = 21 [(odoo.contract.v1.field) = { type: TYPE_MANY2ONE }];";
         p.values += "optional string more = 30;";
         p.filter += "string text = 31;";
       },
       {"shop.v1.Thing.price: ", "shop.v1.Thing.other: ", "shop.v1.ThingValues.more: ",
        "shop.v1.ThingFilter.text: "}},
  };
  return cases;
}

TEST(Mistakes, AreListedByFullName) {
  for (const MistakeCase& test : MistakeCases()) {
    Pieces pieces;
    test.break_it(pieces);
    std::vector<testing::Matcher<std::string>> expected;
    for (const std::string& begin : test.listed) expected.push_back(testing::StartsWith(begin));
    EXPECT_THAT(MistakesOf(pieces), testing::UnorderedElementsAreArray(expected)) << test.what;
  }
}

TEST(Mistakes, ValuesHaveAsManyFieldsAsTheWalkRemembers) {
  for (const int count : {kMaxValuesFields, kMaxValuesFields + 1}) {
    Pieces pieces;
    pieces.values = pieces.filter = "";
    for (int number = 100; number < 100 + count; ++number) {
      const std::string field =
          "optional bool f" + std::to_string(number) + " = " + std::to_string(number);
      pieces.record += field + " [(odoo.contract.v1.field) = { type: TYPE_BOOLEAN }];";
      pieces.values += field + ";";
    }
    const Mistakes mistakes = MistakesOf(pieces);
    if (count == kMaxValuesFields) {
      EXPECT_THAT(mistakes, IsEmpty());
    } else {
      EXPECT_THAT(mistakes,
                  ElementsAre(HasSubstr("shop.v1.ThingValues: has more than 512 fields")));
    }
  }
}

// A later gateway's contract: numbers that this one does not know.
TEST(Mistakes, TypesAndOperationsOfLaterGatewaysAreNamed) {
  const Pieces pieces;
  pb::FileDescriptorSet set = SetOf(pieces.name, pieces.Text());
  pb::FileDescriptorProto& file = *set.mutable_file(set.file_size() - 1);
  auto* field = file.mutable_message_type(0)->mutable_field(1)->mutable_options();
  field->MutableExtension(options::field)->set_type(static_cast<options::Type>(99));
  auto* method = file.mutable_service(0)->mutable_method(0)->mutable_options();
  EXPECT_THAT(MistakesOf(set),
              Contains("shop.v1.Thing.name: has a type that this gateway does not know: 99"));
  field->MutableExtension(options::field)->set_type(options::TYPE_CHAR);
  method->MutableExtension(options::method)->set_operation(static_cast<options::Operation>(300));
  EXPECT_THAT(
      MistakesOf(set),
      ElementsAre(
          "shop.v1.ThingService.GetThing: has an operation that this gateway does not know: 300"));
}

// ---- Files ----

std::string BuiltInSet() { return std::string(BuiltInDescriptorSet()); }

TEST(Files, OfSeveralSetsAreShared) {
  const Pieces pieces;
  pb::FileDescriptorSet set = SetOf(pieces.name, pieces.Text());
  EXPECT_THAT(MistakesOf({{"built-in", BuiltInSet()}, {"mine", set.SerializeAsString()}}),
              IsEmpty());
  EXPECT_THAT(MistakesOf({{"mine", set.SerializeAsString()}, {"built-in", BuiltInSet()}}),
              IsEmpty());
  EXPECT_THAT(MistakesOf({{"a", set.SerializeAsString()}, {"b", set.SerializeAsString()}}),
              IsEmpty());
}

TEST(Files, MayDifferInWhatToolsAdd) {
  const Pieces pieces;
  const pb::FileDescriptorSet set = SetOf(pieces.name, pieces.Text());
  pb::FileDescriptorSet dressed = set;
  for (auto& file : *dressed.mutable_file()) {
    file.mutable_source_code_info()->add_location()->set_leading_comments("a comment");
    // As buf marks what was imported.
    file.mutable_unknown_fields()->AddLengthDelimited(8042)->assign("\x08\x01");
    for (auto& message : *file.mutable_message_type()) {
      for (auto& field : *message.mutable_field()) field.set_json_name("whatever");
    }
  }
  EXPECT_THAT(
      MistakesOf({{"protoc", set.SerializeAsString()}, {"buf", dressed.SerializeAsString()}}),
      IsEmpty());
}

TEST(Files, MustSayTheSame) {
  const Pieces pieces;
  const pb::FileDescriptorSet set = SetOf(pieces.name, pieces.Text());
  pb::FileDescriptorSet other = set;
  other.mutable_file(other.file_size() - 1)
      ->mutable_message_type(0)
      ->mutable_field(1)
      ->set_number(77);
  EXPECT_THAT(MistakesOf({{"one", set.SerializeAsString()}, {"two", other.SerializeAsString()}}),
              ElementsAre(HasSubstr("two: holds another")));
}

TEST(Files, ThatAreNoneAreNamed) {
  for (const std::string& bytes :
       {std::string(), std::string("nonsense"), std::string("\x0a\x05x")}) {
    EXPECT_THAT(MistakesOf({{"mine", bytes}}),
                ElementsAre(HasSubstr("mine: is no FileDescriptorSet")));
  }
}

TEST(Files, NeedTheirImports) {
  const Pieces pieces;
  pb::FileDescriptorSet set = SetOf(pieces.name, pieces.Text());
  pb::FileDescriptorSet alone;
  *alone.add_file() = set.file(set.file_size() - 1);
  EXPECT_THAT(MistakesOf(alone), Contains(HasSubstr("odoo/contract/v1/options.proto")));
  // In any order.
  pb::FileDescriptorSet reversed;
  for (int i = set.file_size(); i-- > 0;) *reversed.add_file() = set.file(i);
  EXPECT_THAT(MistakesOf(reversed), IsEmpty());
  // In a circle.
  pb::FileDescriptorSet circle;
  for (const std::string name : {"a", "b"}) {
    auto& file = *circle.add_file();
    file.set_name(name);
    file.add_dependency(name == "a" ? "b" : "a");
  }
  EXPECT_THAT(MistakesOf(circle), testing::Not(IsEmpty()));
}

TEST(Files, AreServedWithTheirComments) {
  for (const File& file : BuiltIn().files()) {
    pb::FileDescriptorProto proto;
    ASSERT_TRUE(proto.ParseFromString(file.bytes));
    EXPECT_EQ(proto.name(), file.name);
    EXPECT_EQ(static_cast<int>(file.dependencies.size()), proto.dependency_size());
    if (file.name.starts_with("odoo/")) {
      EXPECT_TRUE(proto.has_source_code_info()) << file.name;
    }
  }
}

}  // namespace
}  // namespace gateway::contract
