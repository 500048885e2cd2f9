// What may be written, from wire bytes into a statically chosen sink. One walk decodes, checks and
// emits; it runs once into a sink that only looks (plan), and once more into the writer of the
// protocol (odoo).
//
// A sink understands what Odoo understands, not what a protocol needs:
//
//   void BeginRecord(std::string_view model);  void EndRecord();
//   void Field(std::string_view odoo_name);      // then exactly one of:
//   void Text(std::string_view);                 // also dates and datetimes in Odoo's form
//   void Integer(std::int64_t);
//   void Decimal(std::string_view);              // the caller's digits
//   void Boolean(bool);
//   void Binary(std::string_view);               // raw bytes
//   void Empty();                                // becomes or stays empty
//   void One(const Reference&);                  // many2one
//   void Set(const std::vector<Reference>&);     // many2many: exactly these
//   void Delta(const std::vector<Reference>& add, const std::vector<Reference>& remove);
//   void BeginRows();  void EndRows();           // one2many; between them:
//   void BeginRow(std::int64_t id);              // 0: a new row; then a record
//   void EndRow();
//   void DeleteRow(std::int64_t id);
//
// and for all of them: `void Relation(std::string_view model)` before One, Set, Delta and the Empty
// of a reference says which model is meant.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "codec/problems.h"
#include "codec/text.h"
#include "codec/wire.h"
#include "contract/catalog.h"
#include "schema/fit.h"
#include "schema/schema.h"
#include "schema/usage.h"

namespace gateway::codec {

// A Ref on its way to Odoo. Exactly one of both is set.
struct Reference {
  std::int64_t id = 0;
  // Points into the request.
  std::string_view external_id;
};

// What a walk needs to know of the Odoo it is for.
struct Target {
  // Major version, for example 18.
  int version = 0;
  const schema::Schema* schema = nullptr;
  // Those that the integration user belongs to.
  std::vector<std::int64_t> company_ids;
  // Texts travel in XML.
  bool xml = false;
  // Its name in the configuration.
  std::string_view instance = {};
};

// Deeper rows within rows are refused.
inline constexpr int kMaxRowDepth = 8;
inline constexpr int kMaxReferences = 10000;

// Decoders of the small messages of odoo.type.v1. Each adds to `problems` at the current path and
// returns nothing where it fails.
std::optional<Reference> DecodeRef(std::string_view bytes, Problems& problems);
std::optional<std::vector<Reference>> DecodeRefList(std::string_view bytes, Problems& problems);
std::optional<Day> DecodeDate(std::string_view bytes, Problems& problems);
// Whole seconds; a fraction is cut off, as Odoo keeps none.
std::optional<std::int64_t> DecodeTimestamp(std::string_view bytes, Problems& problems);

// Checks of scalars that need the field. False after a violation.
bool CheckText(std::string_view text, const contract::Field& field, const schema::Field* live,
               const Target& target, Problems& problems);
// A key of a selection; `live` may be null.
bool CheckKey(std::string_view key, const schema::Field* live, Problems& problems);
bool CheckDecimal(std::string_view text, Problems& problems);
bool CheckInteger(std::int64_t value, bool narrow, Problems& problems);

// odoo.type.v1.Value, taken apart: the member that is set, and its payload.
enum class ValueKind : std::uint8_t {
  kEmpty = 1,
  kBool = 2,
  kInteger = 3,
  kDecimal = 4,
  kText = 5,
  kDate = 6,
  kDatetime = 7,
  kRef = 8,
  kRefs = 9,
  kBinary = 10,
  kList = 11,
};
struct DecodedValue {
  ValueKind kind = ValueKind::kEmpty;
  WireField payload;
};
std::optional<DecodedValue> DecodeValue(std::string_view bytes, Problems& problems);
// Whether a value of that kind can stand for a field of that type.
bool KindFits(ValueKind kind, contract::Type type);
// The shape that a kind shares its form with. Not for kEmpty, kRefs and kList.
contract::Shape ShapeOf(ValueKind kind);

// What the walk does with a record.
enum class WriteMode : std::uint8_t { kCreate, kUpdate };

template <class Sink>
class ValuesWalk {
 public:
  ValuesWalk(const Target& target, Problems& problems, Sink& sink)
      : target_(target), problems_(problems), sink_(sink) {}

  // One record, top level.
  void Walk(const contract::Values& values, std::string_view bytes, WriteMode mode) {
    if (RowId(values, bytes) != 0) {
      problems_.AddBelow("id", base::Reason::kInvalidFieldValue,
                         "Only rows of another record carry an id here; leave it out.");
    }
    Record(values, bytes, mode);
  }

 private:
  using Reason = base::Reason;
  using Presence = std::bitset<contract::kMaxValuesFields>;

  // State of the record being walked.
  struct Frame {
    const contract::Values& values;
    const schema::Model* live;
    WriteMode mode;
    Presence present;
    // Written and not merely cleared.
    Presence filled;
    int cleared = 0;
    // Written in extra_fields.
    std::set<std::string_view> extra = {};
  };

  // A value's place: its field, and what the walk needs besides. `live` may be null.
  struct Slot {
    const contract::Field& field;
    std::string_view relation;
    const contract::Values* rows;
    const schema::Field* live;
    WriteMode mode;
  };

  void Record(const contract::Values& values, std::string_view bytes, WriteMode mode) {
    const schema::Model* live =
        target_.schema == nullptr ? nullptr : target_.schema->Find(values.record->model);
    Frame frame{values, live, mode, {}, {}};
    sink_.BeginRecord(values.record->model);
    WireField field;
    WireReader reader(bytes);
    while (reader.Next(field)) Member(frame, field);
    if (reader.malformed()) problems_.Malformed();
    // A field of the database itself may be what another app computes a required one from.
    if (mode == WriteMode::kCreate && frame.extra.empty()) CheckRequired(frame);
    sink_.EndRecord();
  }

  void Member(Frame& frame, const WireField& wire) {
    if (wire.number == contract::kIdNumber && frame.values.has_id) return;
    if (wire.number == contract::kExtraFieldsNumber && frame.values.has_extra_fields) {
      return ExtraField(frame, wire);
    }
    if (wire.number == contract::kClearFieldsNumber && frame.values.has_clear_fields) {
      return Clear(frame, wire);
    }
    const contract::ValuesField* entry = frame.values.FindNumber(wire.number);
    if (entry == nullptr) {
      problems_.AddBelow(
          "#" + std::to_string(wire.number), Reason::kUnknownField,
          "The contract has no field with this number; use stubs of the version that "
          "the gateway serves.");
      return;
    }
    const Problems::Scope scope(problems_, entry->field->name);
    const std::string_view odoo_name = Claim(frame, *entry);
    if (odoo_name.empty()) return;
    frame.filled.set(IndexOf(frame, *entry));
    const schema::Field* live = frame.live == nullptr ? nullptr : frame.live->Find(odoo_name);
    sink_.Field(odoo_name);
    Emit({*entry->field, entry->field->relation, entry->rows, live, frame.mode},
         entry->field->shape, wire);
  }

  static std::size_t IndexOf(const Frame& frame, const contract::ValuesField& entry) {
    return static_cast<std::size_t>(&entry - frame.values.fields.data());
  }

  // Odoo's name of a field that is written for the first time; empty after a violation.
  std::string_view Claim(Frame& frame, const contract::ValuesField& entry) {
    const std::size_t index = IndexOf(frame, entry);
    if (frame.present.test(index)) {
      problems_.Add(Reason::kInvalidFieldValue,
                    "The field is set and cleared, or set twice; do one.");
      return {};
    }
    frame.present.set(index);
    const std::string_view name = entry.field->OdooName(target_.version);
    if (name.empty()) {
      problems_.Add(Reason::kUnknownField, "Odoo " + std::to_string(target_.version) +
                                               " has no such field; leave it out.");
      return {};
    }
    if (entry.field->create_only && frame.mode == WriteMode::kUpdate) {
      problems_.Add(Reason::kInvalidFieldValue,
                    "Set on create only: the record stays what it was created as.");
      return {};
    }
    return frame.live == nullptr || IsThere(*frame.live, name, *entry.field) ? name
                                                                             : std::string_view();
  }

  // In the connected Odoo, and what the contract takes it for.
  bool IsThere(const schema::Model& live, std::string_view name, const contract::Field& field) {
    const schema::Field* actual = live.Find(name);
    if (actual == nullptr) {
      problems_.Add(Reason::kUnknownField,
                    "The connected Odoo has no field " + std::string(name) +
                        " on this model: install the app that brings it, or leave it out.");
    } else if (!schema::Fits(field, *actual)) {
      problems_.Add(Reason::kUnknownField,
                    "The connected Odoo's field " + std::string(name) + " is " +
                        schema::Misfit(field, *actual) +
                        ": leave it out, or write it with a contract of your own.");
    } else {
      return true;
    }
    return false;
  }

  void Emit(const Slot& slot, contract::Shape shape, const WireField& wire) {
    using Emitter = void (ValuesWalk::*)(const Slot&, const WireField&);
    struct Rule {
      WireType type;
      Emitter emit;
    };
    static constexpr std::array<Rule, contract::kShapeCount> kRules = {{
        {WireType::kBytes, &ValuesWalk::EmitText},
        {WireType::kVarint, &ValuesWalk::EmitInteger},
        {WireType::kBytes, &ValuesWalk::EmitDecimal},
        {WireType::kVarint, &ValuesWalk::EmitBoolean},
        {WireType::kBytes, &ValuesWalk::EmitDate},
        {WireType::kBytes, &ValuesWalk::EmitDatetime},
        {WireType::kVarint, &ValuesWalk::EmitEnum},
        {WireType::kBytes, &ValuesWalk::EmitRef},
        {WireType::kBytes, &ValuesWalk::EmitRefs},
        {WireType::kBytes, &ValuesWalk::EmitRows},
        {WireType::kBytes, &ValuesWalk::EmitBinary},
    }};
    const Rule& rule = kRules[static_cast<std::size_t>(shape)];
    if (wire.type != rule.type) {
      problems_.Malformed();
      return sink_.Empty();
    }
    (this->*rule.emit)(slot, wire);
  }

  void EmitText(const Slot& slot, const WireField& wire) {
    CheckText(wire.bytes, slot.field, slot.live, target_, problems_);
    sink_.Text(wire.bytes);
  }

  void EmitInteger(const Slot& slot, const WireField& wire) {
    const auto value = static_cast<std::int64_t>(wire.integer);
    CheckInteger(value, slot.field.narrow, problems_);
    sink_.Integer(value);
  }

  void EmitDecimal(const Slot&, const WireField& wire) {
    CheckDecimal(wire.bytes, problems_);
    sink_.Decimal(wire.bytes);
  }

  void EmitBoolean(const Slot&, const WireField& wire) { sink_.Boolean(wire.integer != 0); }

  void EmitDate(const Slot&, const WireField& wire) {
    const auto day = DecodeDate(wire.bytes, problems_);
    sink_.Text(day ? FormatDay(*day) : std::string());
  }

  void EmitDatetime(const Slot&, const WireField& wire) {
    const auto seconds = DecodeTimestamp(wire.bytes, problems_);
    sink_.Text(seconds ? FormatSeconds(*seconds) : std::string());
  }

  void EmitEnum(const Slot& slot, const WireField& wire) {
    const std::string_view key = slot.field.enumeration->KeyOf(static_cast<int>(wire.integer));
    if (key.empty()) {
      problems_.Add(Reason::kInvalidFieldValue,
                    "The enum has no such value; a key that only your Odoo has is written through "
                    "extra_fields.");
    }
    if (!key.empty()) CheckKey(key, slot.live, problems_);
    sink_.Text(key);
  }

  void EmitRef(const Slot& slot, const WireField& wire) {
    const auto reference = DecodeRef(wire.bytes, problems_);
    sink_.Relation(slot.relation);
    sink_.One(reference.value_or(Reference{}));
  }

  // RefChange { RefList set = 1; RefDelta delta = 2; }
  void EmitRefs(const Slot& slot, const WireField& wire) {
    sink_.Relation(slot.relation);
    std::optional<WireField> change;
    WireField field;
    WireReader reader(wire.bytes);
    while (reader.Next(field)) {
      if (field.number == 1 || field.number == 2) change = field;
    }
    if (reader.malformed() || (change && change->type != WireType::kBytes)) {
      problems_.Malformed();
    } else if (!change) {
      problems_.Add(Reason::kInvalidFieldValue, "Say what to change: `set` or `delta`.");
    } else if (change->number == 1) {
      const Problems::Scope scope(problems_, "set");
      return sink_.Set(DecodeRefList(change->bytes, problems_).value_or(std::vector<Reference>{}));
    } else {
      return EmitDelta(change->bytes);
    }
    sink_.Empty();
  }

  void EmitDelta(std::string_view bytes) {
    std::vector<Reference> add;
    std::vector<Reference> remove;
    WireField field;
    WireReader reader(bytes);
    const Problems::Scope scope(problems_, "delta");
    while (reader.NextTyped(field, 0)) {
      if (field.number != 1 && field.number != 2) continue;
      std::vector<Reference>& list = field.number == 1 ? add : remove;
      if (list.size() == kMaxReferences) {
        problems_.Add(Reason::kInvalidFieldValue,
                      "More than 10,000 references; use several calls.");
        break;
      }
      const Problems::Scope element(problems_, field.number == 1 ? "add" : "remove",
                                    static_cast<int>(list.size()));
      list.push_back(DecodeRef(field.bytes, problems_).value_or(Reference{}));
    }
    if (reader.malformed()) problems_.Malformed();
    sink_.Delta(add, remove);
  }

  // Changes { repeated Values rows = 1; repeated int64 delete_ids = 2; }
  void EmitRows(const Slot& slot, const WireField& wire) {
    sink_.BeginRows();
    if (++depth_ > kMaxRowDepth) {
      problems_.Add(Reason::kInvalidFieldValue, "Rows are nested too deeply; write them in steps.");
    } else {
      int row = 0;
      int removal = 0;
      WireField field;
      WireReader reader(wire.bytes);
      while (reader.Next(field)) {
        if (field.number == 1 && field.type == WireType::kBytes) {
          const Problems::Scope scope(problems_, "rows", row++);
          Row(*slot.rows, field.bytes, slot.mode);
        } else if (field.number == 2) {
          DeleteRows(field, slot.mode, removal);
        } else {
          problems_.Malformed();
        }
      }
      if (reader.malformed()) problems_.Malformed();
    }
    --depth_;
    sink_.EndRows();
  }

  void Row(const contract::Values& values, std::string_view bytes, WriteMode parent) {
    const std::int64_t id = RowId(values, bytes);
    if (id < 0) {
      problems_.AddBelow("id", Reason::kInvalidReference, "Ids are 1 or more.");
    } else if (id > 0 && parent == WriteMode::kCreate) {
      problems_.AddBelow("id", Reason::kInvalidReference,
                         "A record that is being created has no rows yet; leave the id out.");
    }
    sink_.BeginRow(id);
    Record(values, bytes, id == 0 ? WriteMode::kCreate : WriteMode::kUpdate);
    sink_.EndRow();
  }

  void DeleteRows(const WireField& field, WriteMode parent, int& index) {
    const bool read = ForEachVarint(field, [&](std::uint64_t value) {
      const Problems::Scope scope(problems_, "delete_ids", index++);
      const auto id = static_cast<std::int64_t>(value);
      if (id < 1) problems_.Add(Reason::kInvalidReference, "Ids are 1 or more.");
      if (parent == WriteMode::kCreate) {
        problems_.Add(Reason::kInvalidReference, "A record that is being created has no rows yet.");
      }
      sink_.DeleteRow(id);
    });
    if (!read) problems_.Malformed();
  }

  // `int64 id = 1` of a values message; 0 where it is unset.
  std::int64_t RowId(const contract::Values& values, std::string_view bytes) {
    std::int64_t id = 0;
    WireField field;
    if (!values.has_id) return id;
    for (WireReader reader(bytes); reader.Next(field);) {
      if (field.number != contract::kIdNumber) continue;
      if (field.type != WireType::kVarint) problems_.Malformed();
      id = static_cast<std::int64_t>(field.integer);
    }
    return id;
  }

  void EmitBinary(const Slot&, const WireField& wire) { sink_.Binary(wire.bytes); }

  // An entry of map<string, Value>: key = 1, value = 2.
  void ExtraField(Frame& frame, const WireField& wire) {
    std::string_view key;
    std::string_view value;
    WireField field;
    WireReader reader(wire.bytes);
    while (reader.NextTyped(field, 0)) (field.number == 1 ? key : value) = field.bytes;
    if (reader.malformed()) return problems_.Malformed();
    const Problems::Scope map(problems_, "extra_fields");
    const Problems::Scope scope(problems_, key);
    if (!frame.extra.insert(key).second) {
      problems_.Add(Reason::kInvalidFieldValue, "The field is set twice; set it once.");
      return;
    }
    const schema::Place place{*frame.values.record, frame.values.role, target_.schema,
                              target_.version};
    const schema::Verdict verdict = schema::Judge(schema::Use::kWrite, place, key);
    const bool usable =
        verdict == schema::Verdict::kPermitted || verdict == schema::Verdict::kListed;
    const auto decoded = usable ? DecodeValue(value, problems_) : std::nullopt;
    if (usable && !decoded) return;
    if (verdict == schema::Verdict::kPermitted) {
      EmitExtra(key, *decoded, *frame.live->Find(key));
    } else if (const contract::ValuesField* entry = OwnKeyOf(frame, key, decoded)) {
      EmitOwnKey(frame, *entry, decoded->payload.bytes);
    } else {
      problems_.Add(Reason::kUnknownField,
                    schema::Explain(verdict, schema::Use::kWrite, place, key));
    }
  }

  // The writable field that a key of a selection is for, if its enum lacks the key: databases add
  // keys of their own. Not in wizards, where a key decides what is done.
  const contract::ValuesField* OwnKeyOf(const Frame& frame, std::string_view odoo_name,
                                        const std::optional<DecodedValue>& value) const {
    if (!value || value->kind != ValueKind::kText) return nullptr;
    if (frame.values.role == contract::Role::kWizard) return nullptr;
    for (const contract::ValuesField& entry : frame.values.fields) {
      if (entry.field->OdooName(target_.version) != odoo_name) continue;
      const bool lacks = entry.field->shape == contract::Shape::kEnum &&
                         entry.field->enumeration->NumberOf(value->payload.bytes) == 0;
      return lacks ? &entry : nullptr;
    }
    return nullptr;
  }

  // Under the rules of the field itself.
  void EmitOwnKey(Frame& frame, const contract::ValuesField& entry, std::string_view key) {
    const std::string_view odoo_name = Claim(frame, entry);
    if (odoo_name.empty()) return;
    frame.filled.set(IndexOf(frame, entry));
    sink_.Field(odoo_name);
    CheckText(key, *entry.field, frame.live == nullptr ? nullptr : frame.live->Find(odoo_name),
              target_, problems_);
    sink_.Text(key);
  }

  void EmitExtra(std::string_view key, const DecodedValue& value, const schema::Field& live) {
    if (!KindFits(value.kind, live.type)) {
      problems_.Add(Reason::kInvalidFieldValue, "The field is of type " +
                                                    std::string(contract::TypeName(live.type)) +
                                                    "; use the kind of value that fits.");
      return;
    }
    contract::Field field;
    field.type = live.type;
    field.narrow = true;
    sink_.Field(key);
    // The sink may keep the name of the relation, so it is the schema's.
    if (value.kind == ValueKind::kEmpty) {
      EmitEmpty(live.type, live.relation);
    } else if (value.kind == ValueKind::kRefs) {
      sink_.Relation(live.relation);
      sink_.Set(DecodeRefList(value.payload.bytes, problems_).value_or(std::vector<Reference>{}));
    } else {
      Emit({field, live.relation, nullptr, &live, WriteMode::kUpdate}, ShapeOf(value.kind),
           value.payload);
    }
  }

  void EmitEmpty(contract::Type type, std::string_view relation) {
    if (!relation.empty()) sink_.Relation(relation);
    type == contract::Type::kMany2many ? sink_.Set({}) : sink_.Empty();
  }

  void Clear(Frame& frame, const WireField& wire) {
    const Problems::Scope scope(problems_, "clear_fields", frame.cleared++);
    const contract::ValuesField* entry = frame.values.FindName(wire.bytes);
    if (entry == nullptr) {
      problems_.Add(Reason::kUnknownField,
                    "No field of this name can be written; clear a field of the database itself "
                    "through extra_fields with `empty_value`.");
      return;
    }
    if (entry->field->shape == contract::Shape::kRows) {
      problems_.Add(Reason::kInvalidFieldValue, "Rows are removed one by one, with `delete_ids`.");
      return;
    }
    const std::string_view odoo_name = Claim(frame, *entry);
    if (odoo_name.empty()) return;
    sink_.Field(odoo_name);
    EmitEmpty(entry->field->type, entry->field->relation);
  }

  void CheckRequired(const Frame& frame) {
    for (const contract::ValuesField& entry : frame.values.fields) {
      if (!entry.field->required || frame.filled.test(IndexOf(frame, entry))) continue;
      // What this version has no field for, it cannot need.
      if (entry.field->OdooName(target_.version).empty()) continue;
      if (Excused(frame, *entry.field)) continue;
      problems_.AddBelow(entry.field->name, Reason::kRequiredFieldMissing,
                         "Required to create " + frame.values.record->model + "; set it.");
    }
  }

  static bool Excused(const Frame& frame, const contract::Field& field) {
    for (const int number : field.required_unless) {
      const contract::ValuesField* other = frame.values.FindNumber(number);
      if (other != nullptr && frame.present.test(IndexOf(frame, *other))) return true;
    }
    return false;
  }

  const Target& target_;
  Problems& problems_;
  Sink& sink_;
  int depth_ = 0;
};

}  // namespace gateway::codec
