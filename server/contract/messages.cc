// Messages with (odoo.contract.v1.message) -> records, values, filters.
#include <algorithm>
#include <array>

#include "contract/build.h"

namespace gateway::contract {
namespace {

// Which proto form a field of a record may have, by its type in Odoo.
struct RecordForm {
  Type type;
  std::string_view form;
  Shape shape;
};

constexpr std::array<RecordForm, 18> kRecordForms = {{
    {Type::kChar, "string", Shape::kText},
    {Type::kText, "string", Shape::kText},
    {Type::kHtml, "string", Shape::kText},
    {Type::kInteger, "int32", Shape::kInteger},
    {Type::kInteger, "int64", Shape::kInteger},
    {Type::kFloat, "string", Shape::kDecimal},
    {Type::kMonetary, "string", Shape::kDecimal},
    {Type::kBoolean, "bool", Shape::kBoolean},
    {Type::kDate, "odoo.type.v1.Date", Shape::kDate},
    {Type::kDatetime, "google.protobuf.Timestamp", Shape::kDatetime},
    {Type::kSelection, "enum", Shape::kEnum},
    {Type::kSelection, "string", Shape::kText},
    {Type::kMany2one, "odoo.type.v1.Ref", Shape::kRef},
    {Type::kOne2many, "repeated record", Shape::kRows},
    {Type::kOne2many, "repeated odoo.type.v1.Ref", Shape::kRefs},
    {Type::kMany2many, "repeated odoo.type.v1.Ref", Shape::kRefs},
    {Type::kBinary, "bytes", Shape::kBinary},
    {Type::kMany2many, "repeated record", Shape::kRows},
}};

// The form of a field in a values message, by its shape. Empty: as in the record.
constexpr std::array<std::string_view, kShapeCount> kValuesForms = {
    "", "", "", "", "", "", "", "", "odoo.type.v1.RefChange", "changes", ""};

// The form of a field in a filter message, by its shape. Empty: cannot be filtered on.
struct FilterForm {
  std::string_view form;
  ConditionShape shape;
};
constexpr std::array<FilterForm, kShapeCount> kFilterForms = {{
    {"odoo.type.v1.StringCondition", ConditionShape::kString},
    {"odoo.type.v1.IntegerCondition", ConditionShape::kInteger},
    {"odoo.type.v1.DecimalCondition", ConditionShape::kDecimal},
    {"bool", ConditionShape::kBoolean},
    {"odoo.type.v1.DateCondition", ConditionShape::kDate},
    {"odoo.type.v1.TimestampCondition", ConditionShape::kTimestamp},
    {"repeated enum", ConditionShape::kEnum},
    {"odoo.type.v1.RefCondition", ConditionShape::kRef},
    {"odoo.type.v1.RefCondition", ConditionShape::kRef},
    {"odoo.type.v1.RefCondition", ConditionShape::kRef},
    {"", ConditionShape::kString},
}};

bool IsKind(const pb::Descriptor* message, options::MessageRule::Kind kind) {
  if (message == nullptr) return false;
  const auto rule = RuleOf(*message);
  return rule && rule->kind() == kind;
}

// FormOf, with the parts that messages play in place of their names.
std::string PartOf(const pb::FieldDescriptor& field) {
  if (IsKind(field.message_type(), options::MessageRule::KIND_RECORD)) {
    return field.is_repeated() ? "repeated record" : "record";
  }
  if (IsKind(field.message_type(), options::MessageRule::KIND_CHANGES)) return "changes";
  return FormOf(field);
}

template <class Item>
void SortByNumber(std::vector<Item>& items) {
  std::sort(items.begin(), items.end(),
            [](const Item& a, const Item& b) { return a.number < b.number; });
}

class MessageCompiler {
 public:
  explicit MessageCompiler(Build& build) : build_(build) {}

  void Run() {
    // Records first, empty: they may refer to each other. Values and filters likewise.
    ForEach([this](const pb::Descriptor& message) { Declare(message); });
    for (const auto& [message, record] : build_.record_of) FillRecord(*message, *record);
    for (const auto& [message, record] : build_.record_of) FillRequired(*message, *record);
    for (const auto& [message, values] : build_.values_of) FillValues(*message, *values);
    for (const auto& [descriptor, entry] : rows_) CheckRows(*descriptor, entry);
    for (const auto& [message, filter] : build_.filter_of) FillFilter(*message, *filter);
  }

 private:
  template <class Visit>
  void ForEach(const Visit& visit) {
    for (const File& file : build_.files) {
      ForEachMessage(*build_.pool->FindFileByName(file.name), visit);
    }
  }

  void Declare(const pb::Descriptor& message) {
    const auto rule = RuleOf(message);
    if (!rule) return;
    if (rule->kind() == options::MessageRule::KIND_RECORD) {
      auto& record = build_.records.emplace_back(std::make_unique<Record>());
      record->full_name = message.full_name();
      record->model = rule->model();
      if (record->model.empty()) build_.Note(message.full_name(), "a record message needs `model`");
      build_.record_of[&message] = record.get();
    } else if (rule->kind() == options::MessageRule::KIND_VALUES) {
      auto& values = build_.values.emplace_back(std::make_unique<Values>());
      values->full_name = message.full_name();
      build_.values_of[&message] = values.get();
    } else if (rule->kind() == options::MessageRule::KIND_FILTER) {
      auto& filter = build_.filters.emplace_back(std::make_unique<Filter>());
      filter->full_name = message.full_name();
      build_.filter_of[&message] = filter.get();
    } else if (rule->kind() == options::MessageRule::KIND_UNSPECIFIED) {
      build_.Note(message.full_name(), "(odoo.contract.v1.message) needs `kind`");
    }
  }

  void FillRecord(const pb::Descriptor& message, Record& record) {
    for (int i = 0; i < message.field_count(); ++i) {
      const pb::FieldDescriptor& field = *message.field(i);
      if (field.number() == kExtraFieldsNumber) {
        record.has_extra_fields = IsExtraFields(field);
      } else {
        AddField(field, record);
      }
    }
    SortByNumber(record.fields);
    const Field* id = record.FindNumber(kIdNumber);
    if (id == nullptr || id->name != "id" || id->shape != Shape::kInteger) {
      build_.Note(message.full_name(), "a record message needs `int64 id = 1` with TYPE_INTEGER");
    }
  }

  bool IsExtraFields(const pb::FieldDescriptor& field) {
    const bool fits = field.is_map() && field.name() == "extra_fields" &&
                      FormOf(*field.message_type()->FindFieldByNumber(1)) == "string" &&
                      FormOf(*field.message_type()->FindFieldByNumber(2)) == "odoo.type.v1.Value";
    if (!fits) {
      build_.Note(field.full_name(),
                  "number 9998 is kept for `map<string, odoo.type.v1.Value> extra_fields`");
    }
    return fits;
  }

  void AddField(const pb::FieldDescriptor& descriptor, Record& record) {
    const auto& rule = descriptor.options().GetExtension(options::field);
    if (!options::Type_IsValid(rule.type())) {
      build_.Note(descriptor.full_name(),
                  "has a type that this gateway does not know: " + std::to_string(rule.type()));
      return;
    }
    Field field;
    field.number = descriptor.number();
    field.name = descriptor.name();
    field.type = static_cast<Type>(rule.type());
    field.relation = rule.relation();
    field.required = rule.has_required();
    field.max_length = static_cast<int>(rule.max_length());
    field.narrow = descriptor.type() == pb::FieldDescriptor::TYPE_INT32;
    for (const auto& name : rule.names()) {
      field.names.push_back(
          {name.name(), static_cast<int>(name.since()), static_cast<int>(name.until())});
    }
    const std::string form = PartOf(descriptor);
    const auto fitting = std::find_if(
        kRecordForms.begin(), kRecordForms.end(),
        [&](const RecordForm& entry) { return entry.type == field.type && entry.form == form; });
    if (fitting == kRecordForms.end()) {
      build_.Note(descriptor.full_name(), "type " + std::string(TypeName(field.type)) +
                                              " cannot be written as `" + form + "`");
      return;
    }
    field.shape = fitting->shape;
    field.create_only = rule.create_only();
    field.on_request = rule.on_request() || field.shape == Shape::kBinary;
    if (field.shape == Shape::kEnum) field.enumeration = EnumOf(*descriptor.enum_type());
    if (field.shape == Shape::kRows) field.rows = build_.record_of[descriptor.message_type()];
    CheckRelation(descriptor, field);
    record.fields.push_back(std::move(field));
  }

  void CheckRelation(const pb::FieldDescriptor& descriptor, Field& field) {
    const bool relational =
        field.shape == Shape::kRef || field.shape == Shape::kRefs || field.shape == Shape::kRows;
    if (relational && field.relation.empty() && field.rows != nullptr) {
      field.relation = field.rows->model;
    }
    if (relational && field.relation.empty()) {
      build_.Note(descriptor.full_name(), "a relational field needs `relation`");
    }
  }

  const Enum* EnumOf(const pb::EnumDescriptor& descriptor) {
    const auto known =
        std::find_if(build_.enums.begin(), build_.enums.end(),
                     [&](const auto& made) { return made->full_name == descriptor.full_name(); });
    if (known != build_.enums.end()) return known->get();
    auto& made = build_.enums.emplace_back(std::make_unique<Enum>());
    made->full_name = descriptor.full_name();
    for (int i = 0; i < descriptor.value_count(); ++i) {
      const pb::EnumValueDescriptor& value = *descriptor.value(i);
      if (value.number() == 0) continue;
      const std::string& key = value.options().GetExtension(options::enum_value).key();
      if (key.empty()) build_.Note(value.full_name(), "needs (odoo.contract.v1.enum_value).key");
      made->keys.emplace_back(value.number(), key);
    }
    std::sort(made->keys.begin(), made->keys.end());
    return made.get();
  }

  void FillRequired(const pb::Descriptor& message, Record& record) {
    for (Field& field : record.fields) {
      const auto* descriptor = message.FindFieldByNumber(field.number);
      for (const std::string& other :
           descriptor->options().GetExtension(options::field).required().unless_set()) {
        const Field* found = record.FindName(other);
        if (found == nullptr) {
          build_.Note(descriptor->full_name(), "`unless_set` names no field: " + other);
        } else {
          field.required_unless.push_back(found->number);
        }
      }
    }
  }

  // The record that a values, filter or changes message belongs to.
  const Record* Owner(const pb::Descriptor& message) {
    const std::string& package = message.file()->package();
    const std::string name = (package.empty() ? "" : package + ".") + RuleOf(message)->record();
    const auto found = build_.record_of.find(build_.pool->FindMessageTypeByName(name));
    if (found != build_.record_of.end()) return found->second;
    build_.Note(message.full_name(), "`record` names no record message: " + name);
    return nullptr;
  }

  const Field* RuledBy(const pb::FieldDescriptor& descriptor, const Record& record) {
    const Field* field = record.FindNumber(descriptor.number());
    if (field != nullptr && field->name == descriptor.name()) {
      // Numbers of another enum would stand for other keys.
      const bool same = field->enumeration == nullptr || descriptor.enum_type() == nullptr ||
                        field->enumeration->full_name == descriptor.enum_type()->full_name();
      if (same) return field;
      build_.Note(descriptor.full_name(), "has another enum than in " + record.full_name);
      return nullptr;
    }
    build_.Note(descriptor.full_name(),
                "has no field of the same name and number in " + record.full_name);
    return nullptr;
  }

  void FillValues(const pb::Descriptor& message, Values& values) {
    values.record = Owner(message);
    if (values.record == nullptr) return;
    for (int i = 0; i < message.field_count(); ++i) {
      const pb::FieldDescriptor& field = *message.field(i);
      if (field.number() == kExtraFieldsNumber) {
        values.has_extra_fields = IsExtraFields(field);
      } else if (field.number() == kClearFieldsNumber) {
        values.has_clear_fields = Expect(field, "repeated string");
      } else if (field.number() == kIdNumber) {
        values.has_id = Expect(field, "int64");
      } else {
        AddValue(field, values);
      }
    }
    SortByNumber(values.fields);
    if (values.fields.size() > kMaxValuesFields) {
      build_.Note(message.full_name(), "has more than " + std::to_string(kMaxValuesFields) +
                                           " fields; leave out those that nobody writes");
    }
  }

  void AddValue(const pb::FieldDescriptor& descriptor, Values& values) {
    const Field* field = RuledBy(descriptor, *values.record);
    if (field == nullptr) return;
    ValuesField entry{descriptor.number(), field, nullptr};
    const std::string_view form = kValuesForms[static_cast<std::size_t>(field->shape)];
    if (form.empty()) {
      const auto* as_read = build_.pool->FindMessageTypeByName(values.record->full_name)
                                ->FindFieldByNumber(field->number);
      Expect(descriptor, FormOf(*as_read));
    } else if (PartOf(descriptor) != form) {
      build_.Note(descriptor.full_name(), "is written as `" + std::string(form) + "`");
      return;
    } else if (form == "changes") {
      entry.rows = RowsOf(*descriptor.message_type());
      rows_.push_back({&descriptor, entry});
    }
    if (field->shape != Shape::kRefs && field->shape != Shape::kRows &&
        !descriptor.has_presence()) {
      build_.Note(descriptor.full_name(), "needs presence: write `optional`");
    }
    values.fields.push_back(entry);
  }

  const Values* RowsOf(const pb::Descriptor& changes) {
    const auto* rows = changes.FindFieldByName("rows");
    const auto* deletes = changes.FindFieldByName("delete_ids");
    const bool fits = rows != nullptr && rows->number() == 1 && rows->is_repeated() &&
                      deletes != nullptr && deletes->number() == 2 &&
                      FormOf(*deletes) == "repeated int64";
    const auto found = fits ? build_.values_of.find(rows->message_type()) : build_.values_of.end();
    if (found != build_.values_of.end()) return found->second;
    build_.Note(changes.full_name(),
                "a changes message is `repeated <values message> rows = 1; repeated int64 "
                "delete_ids = 2;`");
    return nullptr;
  }

  // Once all values messages know their records.
  void CheckRows(const pb::FieldDescriptor& descriptor, const ValuesField& entry) {
    if (entry.rows == nullptr || entry.rows->record == nullptr) return;
    if (entry.rows->record == entry.field->rows) return;
    build_.Note(descriptor.full_name(), "changes rows of " + entry.rows->record->full_name +
                                            ", but the field holds " +
                                            entry.field->rows->full_name);
  }

  void FillFilter(const pb::Descriptor& message, Filter& filter) {
    filter.record = Owner(message);
    if (filter.record == nullptr) return;
    for (int i = 0; i < message.field_count(); ++i) {
      const pb::FieldDescriptor& field = *message.field(i);
      if (field.number() == kAnyOfNumber || field.number() == kNoneOfNumber) {
        Expect(field, "repeated " + message.full_name());
      } else {
        AddCondition(field, filter);
      }
    }
    SortByNumber(filter.fields);
  }

  void AddCondition(const pb::FieldDescriptor& descriptor, Filter& filter) {
    const Field* field = RuledBy(descriptor, *filter.record);
    if (field == nullptr) return;
    const FilterForm& form = kFilterForms[static_cast<std::size_t>(field->shape)];
    if (form.form.empty()) {
      build_.Note(descriptor.full_name(), "binary fields cannot be filtered on");
    } else if (Expect(descriptor, form.form)) {
      filter.fields.push_back({descriptor.number(), field, form.shape});
    }
  }

  bool Expect(const pb::FieldDescriptor& field, std::string_view form) {
    if (FormOf(field) == form) return true;
    build_.Note(field.full_name(), "is written as `" + std::string(form) + "`");
    return false;
  }

  Build& build_;
  // Fields that hold rows of their own.
  std::vector<std::pair<const pb::FieldDescriptor*, ValuesField>> rows_;
};

}  // namespace

void CompileMessages(Build& build) { MessageCompiler(build).Run(); }

}  // namespace gateway::contract
