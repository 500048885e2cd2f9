// The codec against slow and simple counterparts: DynamicMessage for the wire format,
// nlohmann::json for JSON, and what this file reads off the contracts' options by itself.
#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>

#include <cmath>
#include <random>
#include <set>

#include "codec/json_view.h"
#include "codec/json_writer.h"
#include "codec/records.h"
#include "codec/rpc_values.h"
#include "contracts.h"
#include "odoo/contract/v1/options.pb.h"
#include "plan/filter.h"

namespace gateway::codec {
namespace {

using contract::Type;
using test::BuiltIn;
using test::Json;
using test::NewMessage;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
namespace pb = google::protobuf;
namespace options = odoo::contract::v1;

constexpr int kRounds = 40;

std::string WriteJson(const std::function<void(JsonWriter&)>& write) {
  std::string text;
  JsonWriter writer(text);
  write(writer);
  return text;
}

std::vector<std::string> Told(Problems problems) {
  std::vector<std::string> told;
  if (problems.empty()) return told;
  const base::Failure failure = std::move(problems).ToFailure();
  if (failure.violations.empty()) told.emplace_back(base::InfoOf(failure.reason).name);
  for (const auto& violation : failure.violations) {
    told.push_back(violation.path + ": " + std::string(base::InfoOf(violation.reason).name));
  }
  return told;
}

// ---- What the contracts say, read from the options ----

const pb::Descriptor& RecordOf(const pb::Descriptor& message) {
  const auto& rule = message.options().GetExtension(options::message);
  if (rule.kind() == options::MessageRule::KIND_RECORD) return message;
  return *message.file()->pool()->FindMessageTypeByName(message.file()->package() + "." +
                                                        rule.record());
}

const options::FieldRule& RuleOf(const pb::FieldDescriptor& field) {
  const auto* ruled = RecordOf(*field.containing_type()).FindFieldByNumber(field.number());
  return ruled->options().GetExtension(options::field);
}

std::string OdooName(const pb::FieldDescriptor& field, unsigned version) {
  const auto& rule = RuleOf(field);
  if (rule.names().empty()) return field.name();
  for (const auto& name : rule.names()) {
    if (version >= name.since() && (name.until() == 0 || version <= name.until())) {
      return name.name();
    }
  }
  return {};
}

std::vector<const pb::Descriptor*> MessagesOf(options::MessageRule::Kind kind) {
  std::vector<const pb::Descriptor*> found;
  for (const contract::File& file : BuiltIn().files()) {
    const auto& descriptor = *BuiltIn().pool().FindFileByName(file.name);
    for (int i = 0; i < descriptor.message_type_count(); ++i) {
      const pb::Descriptor* message = descriptor.message_type(i);
      if (message->options().GetExtension(options::message).kind() == kind) {
        found.push_back(message);
      }
    }
  }
  return found;
}

// The compiled tables, by the names of their messages.
struct Tables {
  std::map<std::string, const contract::Record*> records;
  std::map<std::string, const contract::Values*> values;
  std::map<std::string, const contract::Filter*> filters;
};

void Collect(const contract::Record* record, Tables& tables) {
  if (record == nullptr || !tables.records.emplace(record->full_name, record).second) return;
  for (const contract::Field& field : record->fields) Collect(field.rows, tables);
}

void Collect(const contract::Values* values, Tables& tables) {
  if (values == nullptr || !tables.values.emplace(values->full_name, values).second) return;
  for (const contract::ValuesField& field : values->fields) Collect(field.rows, tables);
}

const Tables& AllTables() {
  static const Tables all = [] {
    Tables tables;
    for (const auto& method : BuiltIn().methods()) {
      Collect(method->record, tables);
      Collect(method->values, tables);
      Collect(method->action.result, tables);
      // A wizard's own.
      if (method->values != nullptr) Collect(method->values->record, tables);
      if (method->filter != nullptr) tables.filters[method->filter->full_name] = method->filter;
    }
    return tables;
  }();
  return all;
}

// Has every field of the contracts, and one more of each type.
schema::Schema SchemaFor(int version) {
  schema::Schema schema;
  for (const auto& [name, record] : AllTables().records) {
    schema::Model model;
    for (const contract::Field& field : record->fields) {
      model.fields[std::string(field.OdooName(version))] = {field.type, field.relation, {}, {}};
    }
    for (int number = 1; number <= static_cast<int>(Type::kBinary); ++number) {
      const auto type = static_cast<Type>(number);
      const bool refers = type >= Type::kMany2one && type <= Type::kMany2many;
      model.fields["x_" + std::string(contract::TypeName(type))] = {
          type, refers ? "x.model" : "", {}, {}};
    }
    // So that `child_of` means something.
    model.fields["parent_id"].type = Type::kMany2one;
    schema.Add(record->model, std::move(model));
  }
  return schema;
}

// ---- Random messages ----

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}

  int Below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(engine_); }
  bool Flip() { return Below(2) == 0; }
  std::int64_t Wide() { return static_cast<std::int64_t>(engine_()) >> Below(64); }
  std::int64_t Id() { return 1 + (Wide() & 0x3fffffff); }
  std::string Text() {
    static const std::vector<std::string> kPieces = {
        "a",    "Z",    "0", " ", "%",          "_",      "\\", "\"", "\n",
        "\x1f", "\x7f", "é", "€", "\U0001F600", "\u2028", "'",  "</", "{}"};
    std::string text;
    for (int i = Below(12); i > 0; --i) {
      text += kPieces[static_cast<std::size_t>(Below(static_cast<int>(kPieces.size())))];
    }
    return text;
  }
  std::string Bytes() {
    std::string bytes(static_cast<std::size_t>(Below(200)), '\0');
    for (char& byte : bytes) byte = static_cast<char>(Below(256));
    return bytes;
  }
  std::string Digits() {
    std::string text = (Flip() ? "-" : "") + std::to_string(Below(100000));
    if (Flip()) text += "." + std::to_string(100 + Below(900));
    return text;
  }
  template <class Item>
  const Item& Of(const std::vector<Item>& items) {
    return items[static_cast<std::size_t>(Below(static_cast<int>(items.size())))];
  }

 private:
  std::mt19937_64 engine_;
};

const ResolvedIds kResolved = {{"base.main_partner", 1}, {"a.b.c", 77}};

// Fills messages with what is right to write.
class Filler {
 public:
  Filler(Random& random, unsigned version) : random_(random), version_(version) {}

  void Values(pb::Message& message, int depth) {
    const pb::Descriptor& type = *message.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const pb::FieldDescriptor& field = *type.field(i);
      if (field.number() == contract::kIdNumber || field.name() == "clear_fields") continue;
      if (field.is_map()) {
        for (int entries = random_.Below(4); entries > 0; --entries) Extra(message, field);
      } else if (!OdooName(field, version_).empty() && !RuleOf(field).create_only() &&
                 (RuleOf(field).has_required() || random_.Flip())) {
        Set(message, field, depth);
      }
    }
    Clear(message);
  }

  void Filter(pb::Message& message, int depth) {
    const pb::Descriptor& type = *message.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const pb::FieldDescriptor& field = *type.field(i);
      const bool nested = field.message_type() == &type;
      if (nested) {
        for (int count = depth == 0 ? 0 : random_.Below(3); count > 0; --count) {
          Filter(*message.GetReflection()->AddMessage(&message, &field), depth - 1);
        }
      } else if (!OdooName(field, version_).empty() && random_.Below(4) == 0) {
        Set(message, field, depth);
      }
    }
  }

 private:
  void Set(pb::Message& message, const pb::FieldDescriptor& field, int depth) {
    if (!field.is_repeated()) return SetOne(message, field, depth);
    for (int count = random_.Below(4); count > 0; --count) SetOne(message, field, depth);
  }

  // Sets, or adds an element.
  void SetOne(pb::Message& message, const pb::FieldDescriptor& field, int depth) {
    const pb::Reflection& reflection = *message.GetReflection();
    const auto put = [&](auto set, auto add, auto value) {
      field.is_repeated() ? (reflection.*add)(&message, &field, value)
                          : (reflection.*set)(&message, &field, value);
    };
    using R = pb::Reflection;
    switch (field.type()) {
      case pb::FieldDescriptor::TYPE_STRING:
        return put(&R::SetString, &R::AddString, TextFor(field));
      case pb::FieldDescriptor::TYPE_BYTES:
        return put(&R::SetString, &R::AddString, random_.Bytes());
      case pb::FieldDescriptor::TYPE_BOOL:
        return put(&R::SetBool, &R::AddBool, random_.Flip());
      case pb::FieldDescriptor::TYPE_INT32:
        return put(&R::SetInt32, &R::AddInt32, static_cast<std::int32_t>(random_.Wide()));
      case pb::FieldDescriptor::TYPE_INT64:
        return put(&R::SetInt64, &R::AddInt64, random_.Wide());
      case pb::FieldDescriptor::TYPE_ENUM:
        return put(&R::SetEnumValue, &R::AddEnumValue,
                   1 + random_.Below(field.enum_type()->value_count() - 1));
      default:
        return Message(*(field.is_repeated() ? reflection.AddMessage(&message, &field)
                                             : reflection.MutableMessage(&message, &field)),
                       depth);
    }
  }

  std::string TextFor(const pb::FieldDescriptor& field) {
    const std::string& owner = field.containing_type()->full_name();
    if (owner == "odoo.type.v1.Ref") {
      return random_.Flip() ? "base.main_partner" : "a.b.c";
    }
    const bool decimal =
        owner == "odoo.type.v1.DecimalCondition" || field.name() == "decimal_value" ||
        (!owner.starts_with("odoo.type.v1.") && (RuleOf(field).type() == options::TYPE_FLOAT ||
                                                 RuleOf(field).type() == options::TYPE_MONETARY));
    return decimal ? random_.Digits() : random_.Text();
  }

  void Message(pb::Message& message, int depth) {
    const pb::Descriptor& type = *message.GetDescriptor();
    const pb::Reflection& reflection = *message.GetReflection();
    const auto number = [&](int field, std::int64_t value) {
      const auto* descriptor = type.FindFieldByNumber(field);
      if (descriptor->type() == pb::FieldDescriptor::TYPE_INT32) {
        reflection.SetInt32(&message, descriptor, static_cast<std::int32_t>(value));
      } else {
        reflection.SetInt64(&message, descriptor, value);
      }
    };
    if (type.name() == "Date") {
      number(1, 1 + random_.Below(9999));
      number(2, 1 + random_.Below(12));
      number(3, 1 + random_.Below(28));
    } else if (type.name() == "Timestamp") {
      number(1, kFirstSecond + (random_.Wide() & 0x3fffffffff) % (kLastSecond - kFirstSecond));
      number(2, random_.Below(999));
    } else if (type.name() == "Ref") {
      if (random_.Flip()) return SetOne(message, *type.FindFieldByName("external_id"), depth);
      number(1, random_.Id());
    } else if (type.name() == "RefChange") {
      SetOne(message, *type.field(random_.Below(2)), depth);
    } else if (type.name() == "RefList" || type.name() == "RefDelta" ||
               type.full_name().starts_with("odoo.type.v1.")) {
      for (int i = 0; i < type.field_count(); ++i) {
        if (random_.Flip()) Set(message, *type.field(i), depth);
      }
      // A condition that says nothing is a mistake.
      const auto* is_set = type.FindFieldByName("is_set");
      if (message.ByteSizeLong() == 0 && is_set != nullptr) SetOne(message, *is_set, depth);
      const auto* equals = type.FindFieldByName("equals");
      if (message.ByteSizeLong() == 0 && equals != nullptr) SetOne(message, *equals, depth);
    } else {
      Changes(message, depth);
    }
  }

  // Rows that exist already stand only below records that do.
  void Changes(pb::Message& message, int depth) {
    const pb::Descriptor& type = *message.GetDescriptor();
    const pb::Reflection& reflection = *message.GetReflection();
    const bool above = exists_;
    for (int rows = depth == 0 ? 0 : random_.Below(3); rows > 0; --rows) {
      pb::Message& row = *reflection.AddMessage(&message, type.FindFieldByNumber(1));
      exists_ = above && random_.Flip();
      Values(row, depth - 1);
      if (exists_) {
        row.GetReflection()->SetInt64(&row, row.GetDescriptor()->FindFieldByNumber(1),
                                      random_.Id());
      }
      exists_ = above;
    }
    for (int count = exists_ ? random_.Below(3) : 0; count > 0; --count) {
      reflection.AddInt64(&message, type.FindFieldByNumber(2), random_.Id());
    }
  }

  // An entry whose value has the kind of its name, or is empty.
  void Extra(pb::Message& message, const pb::FieldDescriptor& field) {
    static const std::map<std::string, std::string> kKinds = {
        {"x_char", "text"},       {"x_text", "text"},     {"x_html", "text"},
        {"x_integer", "integer"}, {"x_float", "decimal"}, {"x_monetary", "decimal"},
        {"x_boolean", "bool"},    {"x_date", "date"},     {"x_datetime", "datetime"},
        {"x_selection", "text"},  {"x_many2one", "ref"},  {"x_many2many", "refs"},
        {"x_binary", "binary"}};
    auto chosen = kKinds.begin();
    std::advance(chosen, random_.Below(static_cast<int>(kKinds.size())));
    const bool refers = chosen->second == "ref" || chosen->second == "refs";
    // Wizards take no references but their contract's.
    if (refers && AllTables().values.at(message.GetTypeName())->role == contract::Role::kWizard)
      return;
    for (const pb::Message* entry : Entries(message, field)) {
      if (StringAt(*entry, 1) == chosen->first) return;
    }
    pb::Message& entry = *message.GetReflection()->AddMessage(&message, &field);
    const auto* value_field = field.message_type()->FindFieldByNumber(2);
    entry.GetReflection()->SetString(&entry, field.message_type()->FindFieldByNumber(1),
                                     chosen->first);
    pb::Message& value = *entry.GetReflection()->MutableMessage(&entry, value_field);
    const bool empty = chosen->second != "bool" && random_.Below(4) == 0;
    const auto& kind =
        *value.GetDescriptor()->FindFieldByName(empty ? "empty_value" : chosen->second + "_value");
    if (empty) return value.GetReflection()->SetBool(&value, &kind, true);
    if (kind.name() == "integer_value") {
      return value.GetReflection()->SetInt64(&value, &kind, random_.Below(1 << 30));
    }
    SetOne(value, kind, 0);
  }

 public:
  static std::vector<const pb::Message*> Entries(const pb::Message& message,
                                                 const pb::FieldDescriptor& field) {
    std::vector<const pb::Message*> entries;
    const pb::Reflection& reflection = *message.GetReflection();
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      entries.push_back(&reflection.GetRepeatedMessage(message, &field, i));
    }
    return entries;
  }
  static std::string StringAt(const pb::Message& message, int number) {
    return message.GetReflection()->GetString(message,
                                              message.GetDescriptor()->FindFieldByNumber(number));
  }

 private:
  // A field that is not set becomes empty.
  void Clear(pb::Message& message) {
    const pb::Descriptor& type = *message.GetDescriptor();
    const pb::FieldDescriptor& clear = *type.FindFieldByName("clear_fields");
    for (int i = 0; i < type.field_count(); ++i) {
      const pb::FieldDescriptor& field = *type.field(i);
      const auto rule = field.number() < contract::kAnyOfNumber && field.number() > 1
                            ? RuleOf(field)
                            : options::FieldRule();
      if (rule.type() == options::TYPE_UNSPECIFIED || rule.create_only() ||
          rule.type() == options::TYPE_ONE2MANY ||
          message.GetReflection()->HasField(message, &field) || OdooName(field, version_).empty() ||
          random_.Below(8) != 0) {
        continue;
      }
      message.GetReflection()->AddString(&message, &clear, field.name());
    }
  }

  Random& random_;
  const unsigned version_;
  bool exists_ = true;
};

// ---- Values -> Odoo's JSON, slowly ----

class SlowValues {
 public:
  explicit SlowValues(unsigned version) : version_(version) {}

  Json Record(const pb::Message& message) const {
    Json json = Json::object();
    std::vector<const pb::FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const auto* field : fields) {
      if (field->number() == contract::kIdNumber) continue;
      if (field->name() == "clear_fields") {
        AddCleared(message, *field, json);
      } else if (field->is_map()) {
        for (const pb::Message* entry : Filler::Entries(message, *field)) AddExtra(*entry, json);
      } else {
        json[OdooName(*field, version_)] = Value(message, *field);
      }
    }
    return json;
  }

  Json Value(const pb::Message& message, const pb::FieldDescriptor& field) const {
    const pb::Reflection& reflection = *message.GetReflection();
    switch (field.cpp_type()) {
      case pb::FieldDescriptor::CPPTYPE_BOOL:
        return reflection.GetBool(message, &field);
      case pb::FieldDescriptor::CPPTYPE_INT32:
        return reflection.GetInt32(message, &field);
      case pb::FieldDescriptor::CPPTYPE_INT64:
        return reflection.GetInt64(message, &field);
      case pb::FieldDescriptor::CPPTYPE_ENUM:
        return reflection.GetEnum(message, &field)
            ->options()
            .GetExtension(options::enum_value)
            .key();
      case pb::FieldDescriptor::CPPTYPE_STRING:
        return String(field, reflection.GetString(message, &field));
      default:
        return Nested(reflection.GetMessage(message, &field));
    }
  }

  static Json Reference(const pb::Message& ref) {
    const std::string external = Filler::StringAt(ref, 2);
    return external.empty() ? NumberAt(ref, 1) : kResolved.find(external)->second;
  }

  static std::string Day(const pb::Message& date) {
    char text[64];
    std::snprintf(text, sizeof(text), "%04d-%02d-%02d", static_cast<int>(NumberAt(date, 1)),
                  static_cast<int>(NumberAt(date, 2)), static_cast<int>(NumberAt(date, 3)));
    return text;
  }

  static std::string Instant(const pb::Message& timestamp) {
    const std::time_t seconds = NumberAt(timestamp, 1);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[64];
    std::snprintf(text, sizeof(text), "%04d-%02d-%02d %02d:%02d:%02d", parts.tm_year + 1900,
                  parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
    return text;
  }

  static std::int64_t NumberAt(const pb::Message& message, int number) {
    const auto* field = message.GetDescriptor()->FindFieldByNumber(number);
    return field->cpp_type() == pb::FieldDescriptor::CPPTYPE_INT32
               ? message.GetReflection()->GetInt32(message, field)
               : message.GetReflection()->GetInt64(message, field);
  }

 private:
  Json String(const pb::FieldDescriptor& field, const std::string& text) const {
    if (field.type() == pb::FieldDescriptor::TYPE_BYTES) return Base64(text);
    const bool own = !field.containing_type()->full_name().starts_with("odoo.type.v1.");
    const bool decimal = field.name() == "decimal_value" ||
                         (own && (RuleOf(field).type() == options::TYPE_FLOAT ||
                                  RuleOf(field).type() == options::TYPE_MONETARY));
    return decimal ? Json::parse(text) : Json(text);
  }

  static std::string Base64(const std::string& bytes) {
    static const std::string kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
      unsigned group = 0;
      for (std::size_t j = 0; j < 3; ++j) {
        group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
      }
      for (std::size_t j = 0; j < 4; ++j) {
        text += i + j > bytes.size() ? '=' : kAlphabet[group >> (18 - 6 * j) & 63];
      }
    }
    return text;
  }

  Json Nested(const pb::Message& message) const {
    const std::string& name = message.GetDescriptor()->name();
    if (name == "Ref") return Reference(message);
    if (name == "Date") return Day(message);
    if (name == "Timestamp") return Instant(message);
    if (name == "RefChange") return Change(message);
    if (name == "RefList") return Json::array({Json::array({6, 0, List(message, 1)})});
    return Rows(message);
  }

  static Json List(const pb::Message& message, int number) {
    Json ids = Json::array();
    for (const pb::Message* ref :
         Filler::Entries(message, *message.GetDescriptor()->FindFieldByNumber(number))) {
      ids.push_back(Reference(*ref));
    }
    return ids;
  }

  Json Change(const pb::Message& change) const {
    const auto* set = change.GetDescriptor()->FindFieldByName("set");
    if (change.GetReflection()->HasField(change, set)) {
      return Nested(change.GetReflection()->GetMessage(change, set));
    }
    const auto& delta = change.GetReflection()->GetMessage(
        change, change.GetDescriptor()->FindFieldByName("delta"));
    Json commands = Json::array();
    for (const Json& id : List(delta, 1)) commands.push_back({4, id, 0});
    for (const Json& id : List(delta, 2)) commands.push_back({3, id, 0});
    return commands;
  }

  Json Rows(const pb::Message& changes) const {
    Json commands = Json::array();
    for (const pb::Message* row :
         Filler::Entries(changes, *changes.GetDescriptor()->FindFieldByNumber(1))) {
      const std::int64_t id = NumberAt(*row, 1);
      commands.push_back({id == 0 ? 0 : 1, id, Record(*row)});
    }
    const auto* deletes = changes.GetDescriptor()->FindFieldByNumber(2);
    for (int i = 0; i < changes.GetReflection()->FieldSize(changes, deletes); ++i) {
      commands.push_back({2, changes.GetReflection()->GetRepeatedInt64(changes, deletes, i), 0});
    }
    return commands;
  }

  void AddCleared(const pb::Message& message, const pb::FieldDescriptor& clear, Json& json) const {
    for (int i = 0; i < message.GetReflection()->FieldSize(message, &clear); ++i) {
      const auto& name = message.GetReflection()->GetRepeatedString(message, &clear, i);
      const auto& field = *message.GetDescriptor()->FindFieldByName(name);
      const bool many = RuleOf(field).type() == options::TYPE_MANY2MANY;
      json[OdooName(field, version_)] = many ? EmptySet() : Json(false);
    }
  }

  void AddExtra(const pb::Message& entry, Json& json) const {
    const std::string key = Filler::StringAt(entry, 1);
    const auto& value =
        entry.GetReflection()->GetMessage(entry, entry.GetDescriptor()->FindFieldByNumber(2));
    std::vector<const pb::FieldDescriptor*> set;
    value.GetReflection()->ListFields(value, &set);
    const bool empty = set.front()->name() == "empty_value";
    json[key] = !empty                 ? Value(value, *set.front())
                : key == "x_many2many" ? EmptySet()
                                       : Json(false);
  }

  static Json EmptySet() { return Json::array({Json::array({6, 0, Json::array()})}); }

  const unsigned version_;
};

// Order of members aside.
nlohmann::json Unordered(const Json& json) { return nlohmann::json::parse(json.dump()); }

TEST(Values, AreWrittenAsTheSlowWayWritesThem) {
  for (const unsigned version : {18U, 19U}) {
    const schema::Schema schema = SchemaFor(static_cast<int>(version));
    const Target target{static_cast<int>(version), &schema, {}};
    for (const pb::Descriptor* type : MessagesOf(options::MessageRule::KIND_VALUES)) {
      for (unsigned seed = 0; seed < kRounds; ++seed) {
        Random random(seed);
        const auto message = NewMessage(*type);
        Filler(random, version).Values(*message, 2);
        Problems problems;
        const std::string written = WriteJson([&](JsonWriter& out) {
          RpcValues<JsonWriter> sink(out, kResolved);
          ValuesWalk<RpcValues<JsonWriter>>(target, problems, sink)
              .Walk(*AllTables().values.at(type->full_name()), message->SerializeAsString(),
                    WriteMode::kUpdate);
        });
        ASSERT_THAT(Told(problems), IsEmpty()) << message->DebugString();
        ASSERT_EQ(nlohmann::json::parse(written), Unordered(SlowValues(version).Record(*message)))
            << message->DebugString();
      }
    }
  }
}

// ---- Filters -> domains, slowly ----

// A tree of conditions in one form for all that mean the same: {"&": [...]}, {"|": [...]}, {"!":
// x}.
Json Join(const std::string& op, const std::vector<Json>& terms) {
  std::vector<Json> flat;
  for (const Json& term : terms) {
    if (term.is_object() && term.contains(op)) {
      flat.insert(flat.end(), term[op].begin(), term[op].end());
    } else {
      flat.push_back(term);
    }
  }
  if (flat.size() == 1) return flat.front();
  std::sort(flat.begin(), flat.end(),
            [](const Json& a, const Json& b) { return a.dump() < b.dump(); });
  return {{op, flat}};
}

Json ReadTerm(const Json& domain, std::size_t& at) {
  const Json term = domain.at(at++);
  if (term == Json::array({1, "=", 1})) return Join("&", {});
  if (term == Json::array({0, "=", 1})) return Join("|", {});
  if (term.is_array()) return term;
  const Json left = ReadTerm(domain, at);
  if (term == "!") return {{"!", left}};
  return Join(term, {left, ReadTerm(domain, at)});
}

// Odoo's prefix notation.
Json TreeOf(const Json& domain) {
  std::vector<Json> terms;
  for (std::size_t at = 0; at < domain.size();) terms.push_back(ReadTerm(domain, at));
  return Join("&", terms);
}

class SlowFilter {
 public:
  explicit SlowFilter(unsigned version) : version_(version) {}

  Json Tree(const pb::Message& filter) const {
    std::vector<Json> terms;
    std::vector<const pb::FieldDescriptor*> fields;
    filter.GetReflection()->ListFields(filter, &fields);
    for (const auto* field : fields) {
      if (field->name() == "any_of" || field->name() == "none_of") {
        AddNested(filter, *field, terms);
      } else if (field->type() == pb::FieldDescriptor::TYPE_MESSAGE) {
        AddCondition(filter.GetReflection()->GetMessage(filter, field), OdooName(*field, version_),
                     terms);
      } else if (field->is_repeated()) {
        terms.push_back({OdooName(*field, version_), "in", Elements(filter, *field)});
      } else {
        terms.push_back(
            {OdooName(*field, version_), "=", filter.GetReflection()->GetBool(filter, field)});
      }
    }
    return Join("&", terms);
  }

 private:
  void AddNested(const pb::Message& filter, const pb::FieldDescriptor& field,
                 std::vector<Json>& terms) const {
    std::vector<Json> nested;
    for (const pb::Message* child : Filler::Entries(filter, field)) nested.push_back(Tree(*child));
    if (field.name() == "any_of") {
      terms.push_back(Join("|", nested));
    } else {
      for (const Json& child : nested) terms.push_back({{"!", child}});
    }
  }

  void AddCondition(const pb::Message& condition, const std::string& name,
                    std::vector<Json>& terms) const {
    static const std::map<std::string, std::string> kOperators = {
        {"equals", "="},       {"not_equals", "!="},  {"one_of", "in"},
        {"none_of", "not in"}, {"contains", "ilike"}, {"starts_with", "=ilike"},
        {"at_least", ">="},    {"at_most", "<="},     {"greater", ">"},
        {"less", "<"},         {"before", "<"},       {"child_of", "child_of"}};
    std::vector<const pb::FieldDescriptor*> members;
    condition.GetReflection()->ListFields(condition, &members);
    for (const auto* member : members) {
      if (member->name() == "is_set") {
        const bool set = condition.GetReflection()->GetBool(condition, member);
        terms.push_back({name, set ? "!=" : "=", false});
      } else {
        terms.push_back(
            {name, kOperators.at(member->name()),
             member->is_repeated() ? Elements(condition, *member) : Operand(condition, *member)});
      }
    }
  }

  Json Operand(const pb::Message& condition, const pb::FieldDescriptor& member) const {
    Json value = SlowValues(version_).Value(condition, member);
    if (condition.GetDescriptor()->name() == "DecimalCondition") {
      return Json::parse(value.get<std::string>());
    }
    if (member.name() != "contains" && member.name() != "starts_with") return value;
    std::string pattern;
    for (const char c : value.get<std::string>()) {
      if (std::string_view("%_\\").find(c) != std::string_view::npos) pattern += '\\';
      pattern += c;
    }
    return member.name() == "contains" ? pattern : pattern + "%";
  }

  static Json Elements(const pb::Message& message, const pb::FieldDescriptor& field) {
    Json elements = Json::array();
    const pb::Reflection& reflection = *message.GetReflection();
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      if (field.type() == pb::FieldDescriptor::TYPE_ENUM) {
        elements.push_back(reflection.GetRepeatedEnum(message, &field, i)
                               ->options()
                               .GetExtension(options::enum_value)
                               .key());
      } else if (field.type() == pb::FieldDescriptor::TYPE_INT64) {
        elements.push_back(reflection.GetRepeatedInt64(message, &field, i));
      } else if (field.type() == pb::FieldDescriptor::TYPE_STRING) {
        elements.push_back(reflection.GetRepeatedString(message, &field, i));
      } else {
        elements.push_back(
            SlowValues::Reference(reflection.GetRepeatedMessage(message, &field, i)));
      }
    }
    return elements;
  }

  const unsigned version_;
};

TEST(Filters, BecomeTheDomainThatTheSlowWayMakes) {
  for (const unsigned version : {18U, 19U}) {
    const schema::Schema schema = SchemaFor(static_cast<int>(version));
    const Target target{static_cast<int>(version), &schema, {}};
    for (const pb::Descriptor* type : MessagesOf(options::MessageRule::KIND_FILTER)) {
      for (unsigned seed = 0; seed < kRounds; ++seed) {
        Random random(seed);
        const auto message = NewMessage(*type);
        Filler(random, version).Filter(*message, 2);
        Problems problems;
        plan::FilterContext context{BuiltIn(), target, problems};
        // The domain refers to the bytes.
        const std::string bytes = message->SerializeAsString();
        const plan::Domain domain =
            plan::ReadFilter(*AllTables().filters.at(type->full_name()), bytes, context);
        const std::string written = WriteJson(
            [&](JsonWriter& out) { plan::DomainWriter<JsonWriter>(out, kResolved).Write(domain); });
        ASSERT_THAT(Told(problems), IsEmpty()) << message->DebugString();
        ASSERT_EQ(TreeOf(Json::parse(written)), SlowFilter(version).Tree(*message))
            << message->DebugString() << written;
      }
    }
  }
}

// ---- Records ----

ReadSpec EverythingOf(const contract::Record& record, int version, int depth) {
  ReadSpec spec;
  spec.record = &record;
  for (const contract::Field& field : record.fields) {
    const std::string_view name = field.OdooName(version);
    if (field.number == contract::kIdNumber || name.empty()) continue;
    if (field.rows != nullptr && depth == 0) continue;
    spec.fields.push_back({&field, name, nullptr});
    if (field.rows == nullptr) continue;
    spec.fields.back().rows =
        std::make_shared<ReadSpec>(EverythingOf(*field.rows, version, depth - 1));
  }
  return spec;
}

// One answer of Odoo, and the message that it means.
class SlowRecord {
 public:
  SlowRecord(Random& random, unsigned version) : random_(random), version_(version) {}

  Json Fill(const ReadSpec& spec, pb::Message& message) {
    Json json = {{"id", random_.Id()}};
    message.GetReflection()->SetInt64(&message, message.GetDescriptor()->FindFieldByNumber(1),
                                      json["id"]);
    for (const ReadField& read : spec.fields) {
      const auto& field = *message.GetDescriptor()->FindFieldByNumber(read.field->number);
      json[OdooName(field, version_)] = Field(read, message, field);
    }
    json["x_not_asked_for"] = Json::array({1, "two"});
    return json;
  }

 private:
  Json Field(const ReadField& read, pb::Message& message, const pb::FieldDescriptor& field) {
    const pb::Reflection& reflection = *message.GetReflection();
    const bool boolean = field.type() == pb::FieldDescriptor::TYPE_BOOL;
    if (!boolean && random_.Below(4) == 0) return random_.Flip() ? Json(false) : Json(nullptr);
    switch (field.type()) {
      case pb::FieldDescriptor::TYPE_BOOL: {
        const bool value = random_.Flip();
        reflection.SetBool(&message, &field, value);
        return value;
      }
      case pb::FieldDescriptor::TYPE_INT32: {
        const auto value = static_cast<std::int32_t>(random_.Wide());
        reflection.SetInt32(&message, &field, value);
        return value;
      }
      case pb::FieldDescriptor::TYPE_BYTES:
        reflection.SetString(&message, &field, "\x01\xff");
        return "Af8=";
      case pb::FieldDescriptor::TYPE_ENUM: {
        const auto* value =
            field.enum_type()->value(1 + random_.Below(field.enum_type()->value_count() - 1));
        reflection.SetEnum(&message, &field, value);
        return value->options().GetExtension(options::enum_value).key();
      }
      case pb::FieldDescriptor::TYPE_STRING: {
        const auto type = RuleOf(field).type();
        if (type == options::TYPE_FLOAT || type == options::TYPE_MONETARY) {
          const std::string digits = std::to_string(random_.Below(1000)) + ".5";
          reflection.SetString(&message, &field, digits);
          return Json::parse(digits);
        }
        const std::string text = random_.Text();
        reflection.SetString(&message, &field, text);
        return text;
      }
      default:
        return field.is_repeated() ? List(read, message, field)
                                   : Single(*reflection.MutableMessage(&message, &field));
    }
  }

  Json List(const ReadField& read, pb::Message& message, const pb::FieldDescriptor& field) {
    Json list = Json::array();
    for (int count = random_.Below(4); count > 0; --count) {
      pb::Message& element = *message.GetReflection()->AddMessage(&message, &field);
      list.push_back(read.rows != nullptr ? Fill(*read.rows, element) : Single(element));
    }
    return list;
  }

  Json Single(pb::Message& message) {
    const std::string& name = message.GetDescriptor()->name();
    if (name == "Ref") {
      const Json json{{"id", random_.Id()}, {"display_name", random_.Text()}};
      const std::string text = json["display_name"];
      message.GetReflection()->SetInt64(&message, message.GetDescriptor()->FindFieldByNumber(1),
                                        json["id"]);
      if (!text.empty()) {
        message.GetReflection()->SetString(&message, message.GetDescriptor()->FindFieldByNumber(3),
                                           text);
      }
      return json;
    }
    if (name == "Date") {
      EXPECT_TRUE(pb::TextFormat::ParseFromString("year: 2024 month: 2 day: 29", &message));
      return "2024-02-29";
    }
    EXPECT_TRUE(pb::TextFormat::ParseFromString("seconds: 1714552200", &message));
    return "2024-05-01 08:30:00";
  }

  Random& random_;
  const unsigned version_;
};

struct Written {
  bool good = false;
  std::string bytes;
  std::string problem;
};

Written WriteRecord(const ReadSpec& spec, const std::string& json) {
  simdjson::dom::parser parser;
  const simdjson::dom::element root = parser.parse(json);
  Written written;
  RecordWriter<JsonView> writer(written.bytes);
  written.good = writer.Write(spec, JsonView(root));
  written.problem = writer.problem();
  return written;
}

TEST(Records, AreTheMessagesThatTheirJsonMeans) {
  for (const unsigned version : {18U, 19U}) {
    for (const pb::Descriptor* type : MessagesOf(options::MessageRule::KIND_RECORD)) {
      const ReadSpec spec =
          EverythingOf(*AllTables().records.at(type->full_name()), static_cast<int>(version), 2);
      for (unsigned seed = 0; seed < kRounds; ++seed) {
        Random random(seed);
        const auto expected = NewMessage(*type);
        const std::string json = SlowRecord(random, version).Fill(spec, *expected).dump();
        const Written written = WriteRecord(spec, json);
        ASSERT_TRUE(written.good) << written.problem;
        const auto message = NewMessage(*type);
        ASSERT_TRUE(message->ParseFromString(written.bytes));
        ASSERT_TRUE(pb::util::MessageDifferencer::Equals(*message, *expected))
            << json << message->DebugString();
      }
    }
  }
}

// One record with a field of every shape, and extra fields of every type.
struct Shaped {
  Shaped() {
    record.full_name = "test.Record";
    record.has_extra_fields = true;
    keys.keys = {{1, "draft"}, {2, "sale"}};
    const std::vector<std::pair<contract::Shape, Type>> shapes = {
        {contract::Shape::kText, Type::kChar},      {contract::Shape::kInteger, Type::kInteger},
        {contract::Shape::kDecimal, Type::kFloat},  {contract::Shape::kBoolean, Type::kBoolean},
        {contract::Shape::kDate, Type::kDate},      {contract::Shape::kDatetime, Type::kDatetime},
        {contract::Shape::kEnum, Type::kSelection}, {contract::Shape::kRef, Type::kMany2one},
        {contract::Shape::kRefs, Type::kMany2many}, {contract::Shape::kRows, Type::kOne2many},
        {contract::Shape::kBinary, Type::kBinary}};
    EXPECT_EQ(shapes.size(), static_cast<std::size_t>(contract::kShapeCount));
    record.fields.reserve(shapes.size());
    for (const auto& [shape, type] : shapes) {
      contract::Field& field = record.fields.emplace_back();
      field.number = static_cast<int>(record.fields.size()) + 1;
      field.name = "f_" + std::string(contract::TypeName(type));
      field.type = type;
      field.shape = shape;
      field.enumeration = &keys;
      auto rows = std::make_shared<ReadSpec>();
      rows->record = &record;
      spec.fields.push_back({&field, field.name, shape == contract::Shape::kRows ? rows : nullptr});
    }
    for (int number = 1; number <= static_cast<int>(Type::kBinary); ++number) {
      extra[static_cast<std::size_t>(number)].type = static_cast<Type>(number);
      spec.extra.push_back({"x_" + std::string(contract::TypeName(static_cast<Type>(number))),
                            &extra[static_cast<std::size_t>(number)]});
    }
    spec.record = &record;
  }

  contract::Record record;
  contract::Enum keys;
  std::array<schema::Field, 15> extra;
  ReadSpec spec;
};

// An answer with one field besides the id.
std::string Only(std::string_view field, std::string_view value) {
  return "{\"id\":1,\"" + std::string(field) + "\":" + std::string(value) + "}";
}

TEST(Records, LeaveEmptyFieldsOut) {
  const Shaped shaped;
  for (const ReadField& field : shaped.spec.fields) {
    for (const std::string empty : {"false", "null"}) {
      const Written written = WriteRecord(shaped.spec, Only(field.odoo_name, empty));
      const bool boolean = field.field->type == Type::kBoolean;
      EXPECT_TRUE(written.good) << field.odoo_name;
      EXPECT_EQ(written.bytes, boolean ? std::string("\x08\x01\x28\x00", 4) : "\x08\x01")
          << field.odoo_name;
    }
  }
}

TEST(Records, ExtraFieldsThatAreEmptySaySo) {
  const Shaped shaped;
  for (const ReadExtra& extra : shaped.spec.extra) {
    const Written written = WriteRecord(shaped.spec, Only(extra.odoo_name, "false"));
    EXPECT_TRUE(written.good) << extra.odoo_name;
    const bool boolean = extra.field->type == Type::kBoolean;
    EXPECT_TRUE(written.bytes.ends_with(boolean ? std::string("\x12\x02\x10\x00", 4)
                                                : std::string("\x12\x02\x08\x01", 4)))
        << extra.odoo_name;
  }
}

TEST(Records, NameTheFieldThatDoesNotFit) {
  const Shaped shaped;
  // What each type takes; everything else is wrong for it.
  const std::map<std::string, std::set<std::string>> fitting = {
      {"char", {"\"x\"", "\"2024-05-01\"", "\"QUI=\"", "\"sale\""}},
      {"integer", {"7"}},
      {"float", {"7", "1.5"}},
      {"boolean", {"true"}},
      {"date", {"\"2024-05-01\""}},
      {"datetime", {}},
      {"selection", {"\"x\"", "\"2024-05-01\"", "\"QUI=\"", "\"sale\""}},
      {"many2one", {"7", "{\"id\":7}"}},
      {"many2many", {"[]", "[7]"}},
      {"one2many", {"[]", "[{\"id\":7}]"}},
      {"binary", {"\"QUI=\"", "\"sale\""}},
  };
  const std::vector<std::string> answers = {
      "\"x\"", "\"2024-05-01\"", "\"QUI=\"",       "\"sale\"", "7",  "1.5",
      "true",  "{\"id\":7}",     "{\"id\":\"x\"}", "{}",       "[]", "[7]",
      "[[7]]", "[{\"id\":7}]",   "[false]"};
  for (const ReadField& field : shaped.spec.fields) {
    const std::string type(contract::TypeName(field.field->type));
    for (const std::string& answer : answers) {
      const Written written = WriteRecord(shaped.spec, Only(field.odoo_name, answer));
      const bool fits =
          fitting.at(type).contains(answer) || (type == "many2many" && answer == "[{\"id\":7}]");
      EXPECT_EQ(written.good, fits) << field.odoo_name << " " << answer;
      if (!fits) {
        EXPECT_THAT(written.problem, HasSubstr(std::string(field.odoo_name))) << answer;
      }
    }
  }
}

TEST(Records, ExtraFieldsFitTheirTypeOrAreNamed) {
  const Shaped shaped;
  const std::map<std::string, std::string> wrong = {{"char", "1"},
                                                    {"text", "[]"},
                                                    {"html", "{}"},
                                                    {"integer", "\"1\""},
                                                    {"float", "\"1\""},
                                                    {"monetary", "[]"},
                                                    {"boolean", "\"yes\""},
                                                    {"date", "\"2024-13-01\""},
                                                    {"datetime", "\"2024-05-01\""},
                                                    {"selection", "1"},
                                                    {"many2one", "\"x\""},
                                                    {"many2many", "7"},
                                                    {"one2many", "[\"x\"]"},
                                                    {"binary", "\"***\""}};
  for (const auto& [type, answer] : wrong) {
    const Written written = WriteRecord(shaped.spec, Only("x_" + type, answer));
    EXPECT_FALSE(written.good) << type;
    EXPECT_THAT(written.problem, HasSubstr("x_" + type));
  }
}

TEST(Records, KeysThatTheEnumLacksTravelAsText) {
  const Shaped shaped;
  const Written written = WriteRecord(shaped.spec, Only("f_selection", "\"waiting\""));
  EXPECT_TRUE(written.good);
  EXPECT_THAT(written.bytes, HasSubstr("f_selection"));
  EXPECT_THAT(written.bytes, HasSubstr("waiting"));
}

TEST(Records, AreObjects) {
  const Shaped shaped;
  for (const std::string answer : {"[]", "false", "null", "3", "\"x\"", "{}", "{\"id\":false}"}) {
    EXPECT_FALSE(WriteRecord(shaped.spec, answer).good) << answer;
  }
}

// ---- Wire format ----

struct Parsed {
  std::vector<int> numbers;
  bool malformed = false;
};

Parsed ParseAll(std::string_view bytes) {
  Parsed parsed;
  WireField field;
  WireReader reader(bytes);
  while (reader.Next(field)) parsed.numbers.push_back(field.number);
  parsed.malformed = reader.malformed();
  return parsed;
}

TEST(Wire, LengthsOfNestedMessagesGrowInPlace) {
  for (const std::size_t size :
       {0U, 1U, 126U, 127U, 128U, 16382U, 16383U, 16384U, 2097151U, 2097152U}) {
    std::string bytes = "before";
    WireWriter writer(bytes);
    const std::size_t outer = writer.Begin(1);
    const std::size_t inner = writer.Begin(2);
    bytes.append(size, 'x');
    writer.End(inner);
    writer.End(outer);
    WireField field;
    WireReader reader(std::string_view(bytes).substr(6));
    ASSERT_TRUE(reader.Next(field)) << size;
    const std::string_view rest = field.bytes;
    EXPECT_FALSE(reader.Next(field));
    EXPECT_FALSE(reader.malformed());
    WireReader nested(rest);
    ASSERT_TRUE(nested.Next(field));
    EXPECT_EQ(field.number, 2);
    EXPECT_EQ(field.bytes, std::string(size, 'x'));
    EXPECT_FALSE(nested.Next(field));
    EXPECT_FALSE(nested.malformed());
  }
}

TEST(Wire, VarintsOfEveryLengthComeBack) {
  for (int bit = 0; bit < 64; ++bit) {
    for (const std::uint64_t value :
         {std::uint64_t{1} << bit, (std::uint64_t{1} << bit) - 1, ~std::uint64_t{0} << bit}) {
      std::string bytes;
      WireWriter(bytes).Varint(536870911, value);
      WireField field;
      WireReader reader(bytes);
      ASSERT_TRUE(reader.Next(field));
      EXPECT_EQ(field.number, 536870911);
      EXPECT_EQ(field.type, WireType::kVarint);
      EXPECT_EQ(field.integer, value);
    }
  }
}

TEST(Wire, RepeatedScalarsComePackedOrNot) {
  std::vector<std::uint64_t> seen;
  const auto see = [&seen](std::uint64_t value) { seen.push_back(value); };
  EXPECT_TRUE(
      ForEachVarint({1, WireType::kBytes, 0, std::string_view("\x01\xac\x02\x00", 4)}, see));
  EXPECT_TRUE(ForEachVarint({1, WireType::kVarint, 9, {}}, see));
  EXPECT_THAT(seen, ElementsAre(1, 300, 0, 9));
  EXPECT_FALSE(ForEachVarint({1, WireType::kBytes, 0, "\x01\xac"}, see));
  EXPECT_FALSE(ForEachVarint({1, WireType::kFixed32, 9, {}}, see));
}

TEST(Wire, WhatFitsNoFieldIsMalformed) {
  const std::vector<std::string> malformed = {
      std::string("\x00\x01", 2),                          // field number 0
      "\x0b\x0c",                                          // a group
      "\x0e\x01",                                          // wire type 6
      "\x0f\x01",                                          // wire type 7
      "\x0a\x02x",                                         // longer than the rest
      "\x0d\x01\x02\x03",                                  // half a fixed32
      "\x09\x01\x02\x03\x04\x05\x06\x07",                  // half a fixed64
      "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",  // eleven bytes of varint
      "\x88\x80\x80\x80\x80\x01\x01",                      // a field number beyond 29 bits
      "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",      // a length of 2^64 - 1
  };
  for (const std::string& bytes : malformed) {
    EXPECT_TRUE(ParseAll(bytes).malformed) << testing::PrintToString(bytes);
  }
}

// A whole order with lines, references, extra fields.
std::string SomeOrder() {
  Random random(7);
  const auto message = NewMessage("odoo.sale.v1.SaleOrderValues");
  do {
    message->Clear();
    Filler(random, 18).Values(*message, 1);
  } while (message->ByteSizeLong() < 600);
  return message->SerializeAsString();
}

bool WalksWell(std::string_view bytes) {
  const schema::Schema schema = SchemaFor(18);
  Problems problems;
  WriteJson([&](JsonWriter& out) {
    RpcValues<JsonWriter> sink(out, kResolved);
    ValuesWalk<RpcValues<JsonWriter>>({18, &schema, {}}, problems, sink)
        .Walk(*AllTables().values.at("odoo.sale.v1.SaleOrderValues"), bytes, WriteMode::kUpdate);
  });
  return problems.empty();
}

TEST(Wire, CutMessagesAreAcceptedOnlyBetweenFields) {
  const pb::LogSilencer silent;
  const std::string order = SomeOrder();
  const auto message = NewMessage("odoo.sale.v1.SaleOrderValues");
  ASSERT_TRUE(WalksWell(order));
  for (std::size_t size = 0; size < order.size(); ++size) {
    const std::string_view cut = std::string_view(order).substr(0, size);
    EXPECT_EQ(WalksWell(cut), message->ParseFromString(std::string(cut))) << size;
  }
}

// The end of a nested message taken away, with the lengths around it put right: protobuf refuses
// it, and so must the walk.
TEST(Wire, CutNestedMessagesAreRefused) {
  const pb::LogSilencer silent;
  const std::string order = SomeOrder();
  const auto message = NewMessage("odoo.sale.v1.SaleOrderValues");
  WireField field;
  for (WireReader reader(order); reader.Next(field);) {
    if (field.type != WireType::kBytes) continue;
    for (std::size_t size = 0; size < field.bytes.size(); ++size) {
      std::string bytes;
      WireWriter(bytes).Bytes(field.number, field.bytes.substr(0, size));
      if (!message->ParseFromString(bytes)) {
        EXPECT_FALSE(WalksWell(bytes)) << field.number;
      }
    }
  }
}

TEST(Wire, DamagedMessagesNeverCrash) {
  const std::string order = SomeOrder();
  Random random(3);
  for (int round = 0; round < 3000; ++round) {
    std::string damaged = order;
    for (int i = 1 + random.Below(4); i > 0; --i) {
      damaged[static_cast<std::size_t>(random.Below(static_cast<int>(damaged.size())))] =
          static_cast<char>(random.Below(256));
    }
    WalksWell(damaged);
  }
}

TEST(Wire, FieldsOfAnotherWireTypeAreRefused) {
  // By number in PartnerValues, one for each shape that it has, and one that it lacks.
  for (const int number : {3, 4, 5, 8, 9, 34, 41, 42, 44, 5000}) {
    const std::string fixed32 = [number] {
      std::string bytes;
      WireWriter(bytes).Varint(number, 0);
      // The tag's last three bits are in its first byte.
      bytes[0] = static_cast<char>(bytes[0] | 5);
      return bytes.substr(0, bytes.size() - 1) + std::string(4, '\1');
    }();
    Problems problems;
    WriteJson([&](JsonWriter& out) {
      RpcValues<JsonWriter> sink(out, kResolved);
      ValuesWalk<RpcValues<JsonWriter>>({18, nullptr, {}}, problems, sink)
          .Walk(*AllTables().values.at("odoo.contacts.v1.PartnerValues"), fixed32,
                WriteMode::kUpdate);
    });
    EXPECT_THAT(Told(std::move(problems)),
                ElementsAre(number == 5000 ? "#5000: UNKNOWN_FIELD" : "MALFORMED_REQUEST"))
        << number;
  }
}

// ---- Small messages ----

TEST(Small, ValuesOfTheWrongWireTypeAreRefused) {
  // odoo.type.v1.Value: every kind as fixed64.
  for (int kind = 1; kind <= 11; ++kind) {
    std::string bytes(1, static_cast<char>(kind << 3 | 1));
    bytes.append(8, '\1');
    Problems problems;
    EXPECT_FALSE(DecodeValue(bytes, problems)) << kind;
    EXPECT_THAT(Told(std::move(problems)), ElementsAre("MALFORMED_REQUEST")) << kind;
  }
}

TEST(Small, AnEmptyValueIsTrueOrUnset) {
  Problems problems;
  EXPECT_FALSE(DecodeValue(std::string_view("\x08\x00", 2), problems));
  EXPECT_THAT(Told(std::move(problems)), ElementsAre(": INVALID_FIELD_VALUE"));
}

TEST(Small, TimestampsOfTheWrongWireTypeAreRefused) {
  Problems problems;
  EXPECT_FALSE(DecodeTimestamp("\x0a\x01x", problems));
  EXPECT_THAT(Told(std::move(problems)), ElementsAre("MALFORMED_REQUEST"));
}

TEST(Small, ReferenceListsHaveAnEnd) {
  std::string bytes;
  for (int i = 0; i < kMaxReferences; ++i) WireWriter(bytes).Bytes(1, "\x08\x01");
  Problems good;
  EXPECT_EQ(DecodeRefList(bytes, good).value_or(std::vector<Reference>{}).size(), 10000U);
  WireWriter(bytes).Bytes(1, "\x08\x01");
  Problems problems;
  EXPECT_FALSE(DecodeRefList(bytes, problems));
  EXPECT_THAT(Told(std::move(problems)), ElementsAre(": INVALID_FIELD_VALUE"));
}

TEST(Small, ProblemsAreCutAndCounted) {
  Problems problems;
  for (int i = 0; i < 300; ++i) problems.AddBelow("x", base::Reason::kUnknownField, "no");
  const base::Failure failure = std::move(problems).ToFailure();
  EXPECT_EQ(failure.violations.size(), 256U);
  EXPECT_THAT(failure.metadata, ElementsAre(testing::Pair("violations", "300")));
  EXPECT_THAT(failure.message, HasSubstr("(and 299 more)"));
}

// ---- Text ----

TEST(Text, DecimalsArePlain) {
  for (const char* good :
       {"0", "-0", "12.50", "-12.50", "0.5", "1234567890123456789012345678901234567890"}) {
    EXPECT_TRUE(IsPlainDecimal(good)) << good;
  }
  for (const char* bad :
       {"", "-", ".5", "5.", "+5", "05", "-05", "00", "1e3", "1,5", " 1", "1 ", "0x1", "NaN", "inf",
        "1.2.3", "--1", "١", "12345678901234567890123456789012345678901"}) {
    EXPECT_FALSE(IsPlainDecimal(bad)) << bad;
  }
}

TEST(Text, DoublesBecomeTheShortestPlainDecimal) {
  const std::map<double, std::string> known = {{0.1, "0.1"},
                                               {-0.0, "0"},
                                               {5e-05, "0.00005"},
                                               {12.5, "12.5"},
                                               {1e22, "10000000000000000000000"},
                                               {-3.0, "-3"},
                                               {0.30000000000000004, "0.30000000000000004"}};
  for (const auto& [value, text] : known) EXPECT_EQ(DecimalOf(value), text);
  std::mt19937_64 engine(5);
  for (int i = 0; i < 20000; ++i) {
    double value = 0;
    const std::uint64_t bits = engine();
    std::memcpy(&value, &bits, sizeof(value));
    if (!std::isfinite(value)) continue;
    const std::string text = DecimalOf(value);
    ASSERT_EQ(text.find_first_not_of("-0123456789."), std::string::npos) << text;
    ASSERT_EQ(std::strtod(text.c_str(), nullptr), value) << text;
    // No shorter: a digit less in front of the end says another number.
    const auto dot = text.find('.');
    if (dot == std::string::npos) continue;
    ASSERT_NE(std::strtod(text.substr(0, text.size() - 1).c_str(), nullptr), value) << text;
  }
}

TEST(Text, DaysAreThoseOfTheCalendar) {
  const std::vector<std::pair<Day, bool>> days = {
      {{2024, 2, 29}, true},  {{2023, 2, 29}, false}, {{1900, 2, 29}, false},
      {{2000, 2, 29}, true},  {{1, 1, 1}, true},      {{0, 1, 1}, false},
      {{9999, 12, 31}, true}, {{10000, 1, 1}, false}, {{2024, 4, 31}, false},
      {{2024, 13, 1}, false}, {{2024, 0, 1}, false},  {{2024, 1, 0}, false}};
  for (const auto& [day, valid] : days) {
    EXPECT_EQ(IsValid(day), valid) << FormatDay(day);
    Day parsed;
    EXPECT_EQ(ParseDay(FormatDay(day), parsed), valid) << FormatDay(day);
  }
  Day day;
  for (const char* bad : {"", "2024-1-01", "2024/01/01", "2024-01-01 ", "24-01-01", "2024-0a-01"}) {
    EXPECT_FALSE(ParseDay(bad, day)) << bad;
  }
}

TEST(Text, SecondsComeBack) {
  EXPECT_EQ(FormatSeconds(kFirstSecond), "0001-01-01 00:00:00");
  EXPECT_EQ(FormatSeconds(kLastSecond), "9999-12-31 23:59:59");
  EXPECT_EQ(FormatSeconds(-1), "1969-12-31 23:59:59");
  std::mt19937_64 engine(5);
  std::uniform_int_distribution<std::int64_t> any(kFirstSecond, kLastSecond);
  for (int i = 0; i < 5000; ++i) {
    const std::int64_t seconds = any(engine);
    std::int64_t parsed = 0;
    ASSERT_TRUE(ParseSeconds(FormatSeconds(seconds), parsed));
    ASSERT_EQ(parsed, seconds);
  }
  std::int64_t seconds = 0;
  EXPECT_TRUE(ParseSeconds("2024-05-01 08:30:00.123456", seconds));
  for (const char* bad : {"2024-05-01", "2024-05-01T08:30:00", "2024-05-01 24:00:00",
                          "2024-05-01 08:60:00", "2024-05-01 08:30:60", "2024-05-01 08:30:00Z",
                          "2024-05-01 08:30", "2024-05-01 08:30:00+02"}) {
    EXPECT_FALSE(ParseSeconds(bad, seconds)) << bad;
  }
}

TEST(Text, RangesOfDatetimesEndWithTheirYears) {
  const std::vector<std::pair<std::int64_t, bool>> cases = {{kFirstSecond, true},
                                                            {kFirstSecond - 1, false},
                                                            {kLastSecond, true},
                                                            {kLastSecond + 1, false}};
  for (const auto& [seconds, good] : cases) {
    std::string bytes;
    WireWriter(bytes).Varint(1, static_cast<std::uint64_t>(seconds));
    Problems problems;
    EXPECT_EQ(DecodeTimestamp(bytes, problems).has_value(), good) << seconds;
  }
}

TEST(Text, FractionsOfASecondAreOne) {
  const std::vector<std::pair<std::int64_t, bool>> cases = {
      {0, true}, {999'999'999, true}, {1'000'000'000, false}, {-1, false}};
  for (const auto& [nanos, good] : cases) {
    std::string bytes;
    WireWriter(bytes).Varint(2, static_cast<std::uint64_t>(nanos));
    Problems problems;
    EXPECT_EQ(DecodeTimestamp(bytes, problems).has_value(), good) << nanos;
  }
}

TEST(Text, ExternalIdsHaveAModuleAndAName) {
  for (const char* good : {"base.main", "a.b.c", "é.ü", "__export__.x"}) {
    EXPECT_TRUE(IsExternalId(good)) << good;
  }
  for (const std::string& bad :
       {std::string(), std::string("a"), std::string(".a"), std::string("a."), std::string("a b.c"),
        std::string("a.b\n"), std::string("a.b\0", 4), "a." + std::string(255, 'x')}) {
    EXPECT_FALSE(IsExternalId(bad)) << bad;
  }
}

TEST(Text, OnlyUtf8IsUtf8) {
  for (const char* good : {"", "plain", "é€\U0001F600", "\u2028"})
    EXPECT_TRUE(IsUtf8(good)) << good;
  for (const char* bad :
       {"\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "a\x80"}) {
    EXPECT_FALSE(IsUtf8(bad)) << testing::PrintToString(bad);
  }
  EXPECT_EQ(CountCharacters("aé€\U0001F600"), 4U);
}

TEST(Text, IsCheckedWhereItIsWritten) {
  contract::Field field;
  field.max_length = 3;
  field.type = Type::kSelection;
  schema::Field live;
  live.keys = {"a", "b"};
  const std::map<std::string, bool> cases = {{"a", true},     {"c", false},
                                             {"", false},     {"abcd", false},
                                             {"\xff", false}, {std::string("a\0", 2), false}};
  for (const auto& [text, good] : cases) {
    Problems problems;
    EXPECT_EQ(CheckText(text, field, &live, {}, problems), good) << text;
    EXPECT_EQ(problems.empty(), good) << text;
  }
  Problems problems;
  EXPECT_TRUE(CheckText("€€€", field, nullptr, {}, problems));
}

TEST(Text, IsAsLongAsTheDatabaseAllows) {
  contract::Field field;
  field.max_length = 3;
  schema::Field longer;
  longer.size = 5;
  const schema::Field unlimited;
  struct Case {
    const schema::Field* live;
    std::string_view text;
    bool good;
  };
  const std::vector<Case> cases = {{nullptr, "1234", false},
                                   {&longer, "12345", true},
                                   {&longer, "123456", false},
                                   {&unlimited, "123", true},
                                   {&unlimited, "1234", false}};
  for (const auto& [live, text, good] : cases) {
    Problems problems;
    EXPECT_EQ(CheckText(text, field, live, {}, problems), good) << text;
  }
}

// ---- JSON ----

TEST(JsonText, EscapesWhatJsonCannotHold) {
  for (int byte = 0; byte < 128; ++byte) {
    const std::string text = "<" + std::string(1, static_cast<char>(byte)) + ">";
    const std::string written = WriteJson([&](JsonWriter& out) { out.Text(text); });
    EXPECT_EQ(Json::parse(written).get<std::string>(), text) << byte;
    for (const char c : written) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
  }
  for (const std::string text : {"\u2028\u2029", "é\U0001F600", "\\u0041", "\"\"", "</script>"}) {
    EXPECT_EQ(Json::parse(WriteJson([&](JsonWriter& out) { out.Text(text); })), text);
  }
}

TEST(JsonText, KeepsItsCommas) {
  const std::string written = WriteJson([](JsonWriter& out) {
    out.BeginObject();
    out.Key("a\"");
    out.BeginArray();
    out.Integer(std::numeric_limits<std::int64_t>::min());
    out.Decimal("-0.50");
    out.BeginArray();
    out.EndArray();
    out.BeginObject();
    out.EndObject();
    out.Boolean(true);
    out.EndArray();
    out.Key("b");
    out.Binary(std::string_view("\x00\xff", 2));
    out.EndObject();
  });
  EXPECT_EQ(written, R"({"a\"":[-9223372036854775808,-0.50,[],{},true],"b":"AP8="})");
}

}  // namespace
}  // namespace gateway::codec
