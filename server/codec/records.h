// Odoo's answers to wire bytes, through a View of the parsed document:
//
//   bool IsFalse() const;                        // false or null
//   std::optional<bool> Boolean() const;
//   std::optional<std::int64_t> Integer() const;
//   std::optional<double> Number() const;        // integers too
//   std::optional<std::string_view> Text() const;
//   bool ForEachMember(f) const;                 // f(std::string_view name, View) -> bool
//   bool ForEachElement(f) const;                // f(View) -> bool
//
// `f` answers whether to go on; both answer false where there is no object or array.
//
// The document is checked whole before anything is written.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/escaping.h"
#include "codec/read_spec.h"
#include "codec/short_text.h"
#include "codec/text.h"
#include "codec/wire.h"

namespace gateway::codec {

// odoo.type.v1 numbers.
inline constexpr int kRefId = 1;
inline constexpr int kRefDisplayName = 3;

template <class View>
class RecordWriter {
 public:
  explicit RecordWriter(std::string& out) : out_(out) {}

  // Appends the fields of one record. False where the answer does not fit the contract; problem()
  // says where.
  bool Write(const ReadSpec& spec, const View& record) {
    const WireWriter::Batch batch(out_);
    return Fields(spec, record);
  }

  // For example "order_line.price_unit: expected a number".
  const std::string& problem() const { return problem_; }

 private:
  using Rule = bool (RecordWriter::*)(const ReadField&, const View&);

  bool Fields(const ReadSpec& spec, const View& record) {
    std::size_t next = 0;
    bool has_id = false;
    const bool object = record.ForEachMember([&](std::string_view name, const View& value) {
      // Odoo answers in the order of the question, so the next field is nearly always the right
      // one.
      if (next < spec.fields.size() && Same(spec.fields[next].odoo_name, name)) {
        return Field(spec.fields[next++], spec, value);
      }
      if (name != "id") return Member(spec, next, name, value);
      // Checks of the answer have seen the first one.
      if (std::exchange(has_id, true)) return Problem("one id");
      return Id(value);
    });
    if (problem_.empty() && (!object || !has_id)) Problem("a record with an id");
    return problem_.empty();
  }

  bool Member(const ReadSpec& spec, std::size_t& next, std::string_view name, const View& value) {
    const auto& fields = spec.fields;
    const auto found = std::find_if(fields.begin(), fields.end(), [name](const ReadField& field) {
      return Same(field.odoo_name, name);
    });
    if (found != fields.end()) {
      next = static_cast<std::size_t>(found - fields.begin()) + 1;
      return Field(*found, spec, value);
    }
    for (const ReadExtra& extra : spec.extra) {
      if (extra.odoo_name == name) return Extra(extra, value);
    }
    return true;  // Odoo may send more than was asked for.
  }

  bool Id(const View& value) {
    const auto id = value.Integer();
    if (!id || *id <= 0) return Problem("id: a positive number");
    out_.Varint(contract::kIdNumber, static_cast<std::uint64_t>(*id));
    return true;
  }

  bool Field(const ReadField& entry, const ReadSpec& spec, const View& value) {
    // `false` is a value of booleans only; everywhere else it says that the field is empty.
    if (entry.field->shape != contract::Shape::kBoolean && value.IsFalse()) return true;
    return Filled(entry, spec, value) || Misfit(entry);
  }

  bool Filled(const ReadField& entry, const ReadSpec& spec, const View& value) {
    static constexpr std::array<Rule, contract::kShapeCount> kRules = {
        &RecordWriter::Text,    &RecordWriter::Integer, &RecordWriter::Decimal,
        &RecordWriter::Boolean, &RecordWriter::Date,    &RecordWriter::Datetime,
        &RecordWriter::EnumKey, &RecordWriter::Ref,     &RecordWriter::Refs,
        &RecordWriter::Rows,    &RecordWriter::Binary};
    const contract::Shape shape = entry.field->shape;
    if (shape == contract::Shape::kEnum && !Known(entry, value)) {
      return !spec.record->has_extra_fields || UnknownKey(entry, value);
    }
    return (this->*kRules[static_cast<std::size_t>(shape)])(entry, value);
  }

  [[gnu::cold]] bool Misfit(const ReadField& entry) {
    if (problem_.empty()) Problem(contract::TypeName(entry.field->type));
    problem_.insert(0, std::string(entry.odoo_name) + ": ");
    return false;
  }

  bool Text(const ReadField& entry, const View& value) {
    const auto text = value.Text();
    if (text) out_.Bytes(entry.field->number, *text);
    return text.has_value();
  }

  bool Integer(const ReadField& entry, const View& value) {
    const auto integer = value.Integer();
    if (integer) out_.Varint(entry.field->number, static_cast<std::uint64_t>(*integer));
    return integer.has_value();
  }

  bool Decimal(const ReadField& entry, const View& value) {
    const auto number = value.Number();
    if (number) out_.Bytes(entry.field->number, DecimalOf(*number));
    return number.has_value();
  }

  bool Boolean(const ReadField& entry, const View& value) {
    const auto boolean = value.IsFalse() ? std::optional<bool>(false) : value.Boolean();
    if (boolean) out_.Varint(entry.field->number, *boolean ? 1 : 0);
    return boolean.has_value();
  }

  bool Date(const ReadField& entry, const View& value) {
    return WriteDate(entry.field->number, value);
  }
  bool Datetime(const ReadField& entry, const View& value) {
    return WriteDatetime(entry.field->number, value);
  }

  bool WriteDate(int number, const View& value) {
    Day day;
    const auto text = value.Text();
    if (!text || !ParseDay(*text, day)) return false;
    const std::size_t begin = out_.Begin(number);
    out_.Varint(1, static_cast<std::uint64_t>(day.year));
    out_.Varint(2, static_cast<std::uint64_t>(day.month));
    out_.Varint(3, static_cast<std::uint64_t>(day.day));
    out_.End(begin);
    return true;
  }

  bool WriteDatetime(int number, const View& value) {
    std::int64_t seconds = 0;
    const auto text = value.Text();
    if (!text || !ParseSeconds(*text, seconds)) return false;
    const std::size_t begin = out_.Begin(number);
    if (seconds != 0) out_.Varint(1, static_cast<std::uint64_t>(seconds));
    out_.End(begin);
    return true;
  }

  static bool Known(const ReadField& entry, const View& value) {
    const auto key = value.Text();
    return !key || entry.field->enumeration->NumberOf(*key) != 0;
  }

  bool EnumKey(const ReadField& entry, const View& value) {
    const auto key = value.Text();
    if (!key) return false;
    out_.Varint(entry.field->number,
                static_cast<std::uint64_t>(entry.field->enumeration->NumberOf(*key)));
    return true;
  }

  // A key that only this Odoo has travels as text.
  [[gnu::cold]] bool UnknownKey(const ReadField& entry, const View& value) {
    schema::Field live;
    live.type = contract::Type::kSelection;
    return Extra({std::string(entry.odoo_name), &live}, value);
  }

  bool Ref(const ReadField& entry, const View& value) {
    return WriteRef(entry.field->number, value);
  }

  bool WriteRef(int number, const View& value) {
    std::optional<std::int64_t> id = value.Integer();
    std::optional<std::string_view> name;
    value.ForEachMember([&](std::string_view key, const View& member) {
      if (Same(key, "id")) id = member.Integer();
      if (Same(key, "display_name")) name = member.Text();
      return true;
    });
    if (!id) return false;
    const std::size_t begin = out_.Begin(number);
    out_.Varint(kRefId, static_cast<std::uint64_t>(*id));
    if (name && !name->empty()) out_.Bytes(kRefDisplayName, *name);
    out_.End(begin);
    return true;
  }

  bool Refs(const ReadField& entry, const View& value) {
    return WriteRefs(entry.field->number, value);
  }

  bool WriteRefs(int number, const View& value) {
    bool good = true;
    const bool array = value.ForEachElement([&](const View& element) {
      good = WriteRef(number, element);
      return good;
    });
    return array && good;
  }

  bool Rows(const ReadField& entry, const View& value) {
    const bool array = value.ForEachElement([&](const View& row) {
      const std::size_t begin = out_.Begin(entry.field->number);
      const bool good = Fields(*entry.rows, row);
      out_.End(begin);
      return good;
    });
    return array && problem_.empty();
  }

  bool Binary(const ReadField& entry, const View& value) {
    return WriteBinary(entry.field->number, value);
  }

  bool WriteBinary(int number, const View& value) {
    const auto text = value.Text();
    std::string bytes;
    if (!text || !absl::Base64Unescape({text->data(), text->size()}, &bytes)) return false;
    out_.Bytes(number, bytes);
    return true;
  }

  // An entry of extra_fields. Empty fields are there, too: asked for by name, they are answered by
  // name.
  bool Extra(const ReadExtra& extra, const View& value) {
    const std::size_t entry = out_.Begin(contract::kExtraFieldsNumber);
    out_.Bytes(1, extra.odoo_name);
    const std::size_t begin = out_.Begin(2);
    const bool good = ExtraValue(extra.field->type, value);
    out_.End(begin);
    out_.End(entry);
    return good || Problem(extra.odoo_name);
  }

  // odoo.type.v1.Value
  bool ExtraValue(contract::Type type, const View& value) {
    using Rule = bool (RecordWriter::*)(const View&);
    static constexpr std::array<Rule, 15> kRules = {
        &RecordWriter::EmptyValue,    &RecordWriter::TextValue,    &RecordWriter::TextValue,
        &RecordWriter::TextValue,     &RecordWriter::IntegerValue, &RecordWriter::DecimalValue,
        &RecordWriter::DecimalValue,  &RecordWriter::BoolValue,    &RecordWriter::DateValue,
        &RecordWriter::DatetimeValue, &RecordWriter::TextValue,    &RecordWriter::RefValue,
        &RecordWriter::RefsValue,     &RecordWriter::RefsValue,    &RecordWriter::BinaryValue};
    if (type != contract::Type::kBoolean && value.IsFalse()) return EmptyValue(value);
    return (this->*kRules[static_cast<std::size_t>(type)])(value);
  }

  bool EmptyValue(const View&) {
    out_.Varint(1, 1);
    return true;
  }
  bool BoolValue(const View& value) {
    const auto boolean = value.IsFalse() ? std::optional<bool>(false) : value.Boolean();
    if (boolean) out_.Varint(2, *boolean ? 1 : 0);
    return boolean.has_value();
  }
  bool IntegerValue(const View& value) {
    const auto integer = value.Integer();
    if (integer) out_.Varint(3, static_cast<std::uint64_t>(*integer));
    return integer.has_value();
  }
  bool DecimalValue(const View& value) {
    const auto number = value.Number();
    if (number) out_.Bytes(4, DecimalOf(*number));
    return number.has_value();
  }
  bool TextValue(const View& value) {
    const auto text = value.Text();
    if (text) out_.Bytes(5, *text);
    return text.has_value();
  }
  bool DateValue(const View& value) { return WriteDate(6, value); }
  bool DatetimeValue(const View& value) { return WriteDatetime(7, value); }
  bool RefValue(const View& value) { return WriteRef(8, value); }
  bool RefsValue(const View& value) {
    const std::size_t begin = out_.Begin(9);
    const bool good = WriteRefs(1, value);
    out_.End(begin);
    return good;
  }
  bool BinaryValue(const View& value) { return WriteBinary(10, value); }

  [[gnu::cold]] bool Problem(std::string_view expected) {
    problem_ = "expected " + std::string(expected);
    return false;
  }

  WireWriter out_;
  std::string problem_;
};

}  // namespace gateway::codec
