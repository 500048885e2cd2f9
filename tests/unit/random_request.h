// Random requests of any method, made of the contract's tables and of the fields of a recorded
// Odoo. Mostly right, so that planning accepts many of them, with some of everything that could
// name a field twice: fields and rows again on the wire, `extra_fields` under the name of a field
// that the contract has, too, `clear_fields` of fields that are set, masks with a field in several
// ways.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "codec/wire.h"
#include "contract/catalog.h"
#include "schema/schema.h"

namespace gateway::test {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  int Below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(engine_); }
  // True once in `times`.
  bool Once(int times) { return Below(times) == 0; }
  template <class Items>
  const auto& OneOf(const Items& items) {
    return *std::next(items.begin(), Below(static_cast<int>(std::size(items))));
  }

 private:
  std::mt19937_64 engine_;
};

class RandomRequest {
 public:
  RandomRequest(Dice& dice, const contract::Method& method, int version,
                const schema::Schema& schema)
      : dice_(dice), method_(method), version_(version), schema_(schema) {}

  std::string Bytes() {
    using Role = contract::RequestRole;
    codec::WireWriter out(bytes_);
    if (Has(Role::kId)) out.Varint(Number(Role::kId), Id());
    if (Has(Role::kIds)) {
      for (int count = 1 + dice_.Below(3); count > 0; --count) out.Varint(Number(Role::kIds), Id());
    }
    if (Has(Role::kValues) && method_.values != nullptr) AllValues(out);
    if (Has(Role::kConditions)) AddConditions(out);
    if (Has(Role::kReadMask) && !dice_.Once(3)) out.Bytes(Number(Role::kReadMask), Mask());
    if (Has(Role::kOptions) && dice_.Once(3)) out.Bytes(Number(Role::kOptions), Options());
    if (Has(Role::kChoice)) out.Varint(Number(Role::kChoice), dice_.Below(4));
    if (Has(Role::kCountTotal)) out.Varint(Number(Role::kCountTotal), dice_.Below(2));
    return std::move(bytes_);
  }

 private:
  int Number(contract::RequestRole role) const { return method_.number(role); }
  bool Has(contract::RequestRole role) const { return Number(role) != 0; }
  std::uint64_t Id() { return static_cast<std::uint64_t>(1 + dice_.Below(1 << 20)); }

  // ---- Values ----

  void AllValues(codec::WireWriter& out) {
    using contract::Operation;
    const int count = method_.operation == Operation::kBatchCreate ? 1 + dice_.Below(3) : 1;
    for (int i = 0; i < count; ++i) {
      const bool create = method_.operation != Operation::kUpdate;
      out.Bytes(Number(contract::RequestRole::kValues), Values(*method_.values, create, 2));
    }
  }

  std::string Values(const contract::Values& values, bool create, int depth) {
    std::string bytes;
    codec::WireWriter out(bytes);
    std::vector<std::string_view> unset;
    for (const contract::ValuesField& entry : values.fields) {
      const contract::Field& field = *entry.field;
      const bool wanted = (create && field.required) || dice_.Once(4);
      if (!wanted || !IsThere(values, field) || (!create && field.create_only)) {
        unset.push_back(field.name);
        continue;
      }
      AddField(entry, create, depth, out);
      if (dice_.Once(200)) AddField(entry, create, depth, out);
    }
    if (values.has_extra_fields) AddExtras(*values.record, out);
    if (values.has_clear_fields && dice_.Once(3)) AddCleared(values, unset, out);
    return bytes;
  }

  bool IsThere(const contract::Values& values, const contract::Field& field) const {
    const std::string_view name = field.OdooName(version_);
    return !name.empty() && schema_.Find(values.record->model, name) != nullptr;
  }

  void AddField(const contract::ValuesField& entry, bool create, int depth,
                codec::WireWriter& out) {
    const contract::Field& field = *entry.field;
    using contract::Shape;
    switch (field.shape) {
      case Shape::kInteger:
      case Shape::kBoolean:
        return out.Varint(entry.number, static_cast<std::uint64_t>(dice_.Below(2)));
      case Shape::kEnum:
        if (field.enumeration->keys.empty()) return;
        return out.Varint(entry.number,
                          static_cast<std::uint64_t>(dice_.OneOf(field.enumeration->keys).first));
      case Shape::kRefs:
        return out.Bytes(entry.number, RefChange());
      case Shape::kRows:
        return out.Bytes(entry.number, Rows(*entry.rows, create, depth));
      default:
        return out.Bytes(entry.number, Payload(field.shape));
    }
  }

  // Of the shapes that are bytes on the wire and the same in every message.
  std::string Payload(contract::Shape shape) {
    using contract::Shape;
    switch (shape) {
      case Shape::kDecimal:
        return std::to_string(dice_.Below(100)) + ".5";
      case Shape::kDate:
        return Message({{1, 2026}, {2, 1 + dice_.Below(12)}, {3, 1 + dice_.Below(28)}});
      case Shape::kDatetime:
        return Message({{1, 1700000000 + dice_.Below(1 << 20)}});
      case Shape::kRef:
        return dice_.Once(4) ? Nested(2, "base.some_record")
                             : Message({{1, static_cast<int>(Id())}});
      default:
        return std::string(1, static_cast<char>('a' + dice_.Below(26)));
    }
  }

  static std::string Message(const std::vector<std::pair<int, int>>& numbers) {
    std::string bytes;
    for (const auto& [number, value] : numbers)
      codec::WireWriter(bytes).Varint(number, static_cast<std::uint64_t>(value));
    return bytes;
  }
  static std::string Nested(int number, std::string_view payload) {
    std::string bytes;
    codec::WireWriter(bytes).Bytes(number, payload);
    return bytes;
  }

  std::string RefList() {
    std::string refs;
    for (int count = dice_.Below(3); count > 0; --count)
      refs += Nested(1, Payload(contract::Shape::kRef));
    return refs;
  }
  std::string RefChange() { return Nested(1 + dice_.Below(2), RefList()); }

  std::string Rows(const contract::Values& rows, bool create, int depth) {
    std::string bytes;
    codec::WireWriter out(bytes);
    for (int count = depth == 0 ? 0 : dice_.Below(3); count > 0; --count) {
      const bool known = !create && rows.has_id && dice_.Once(2);
      std::string row;
      if (known) codec::WireWriter(row).Varint(contract::kIdNumber, Id());
      out.Bytes(1, row + Values(rows, !known, depth - 1));
    }
    if (!create && dice_.Once(3)) out.Varint(2, Id());
    return bytes;
  }

  // Any field of the database, rarely also one that the contract lists.
  void AddExtras(const contract::Record& record, codec::WireWriter& out) {
    if (!dice_.Once(2)) return;
    for (int count = 1 + dice_.Below(2); count > 0; --count) {
      const std::string name = AnyName(record);
      const schema::Field* field = schema_.Find(record.model, name);
      if (field == nullptr) continue;
      const std::string entry = Nested(1, name) + Nested(2, ExtraValue(*field));
      out.Bytes(contract::kExtraFieldsNumber, entry);
      if (dice_.Once(100)) out.Bytes(contract::kExtraFieldsNumber, entry);
    }
  }

  // Half of the names are of fields that the contract does not list.
  std::string AnyName(const contract::Record& record) {
    const std::vector<std::string>& names = NamesOf(record.model);
    if (names.empty()) return {};
    std::string name = dice_.OneOf(names);
    const auto listed = [&](const contract::Field& field) {
      return field.OdooName(version_) == name;
    };
    if (dice_.Once(2)) return name;
    for (int i = 0; i < 20 && std::ranges::any_of(record.fields, listed); ++i)
      name = dice_.OneOf(names);
    return name;
  }

  const std::vector<std::string>& NamesOf(const std::string& model) {
    const auto [known, added] = names_.try_emplace(model);
    const schema::Model* live = schema_.Find(model);
    if (!added || live == nullptr) return known->second;
    for (const auto& entry : live->fields) known->second.push_back(entry.first);
    // The map's order is not that of every standard library.
    std::ranges::sort(known->second);
    return known->second;
  }

  // odoo.type.v1.Value of the kind that fits.
  std::string ExtraValue(const schema::Field& field) {
    using contract::Shape;
    using contract::Type;
    if (field.type != Type::kBoolean && dice_.Once(5)) return Message({{1, 1}});
    switch (field.type) {
      case Type::kBoolean:
        return Message({{2, dice_.Below(2)}});
      case Type::kInteger:
        return Message({{3, dice_.Below(100)}});
      case Type::kFloat:
      case Type::kMonetary:
        return Nested(4, Payload(Shape::kDecimal));
      case Type::kDate:
        return Nested(6, Payload(Shape::kDate));
      case Type::kDatetime:
        return Nested(7, Payload(Shape::kDatetime));
      case Type::kMany2one:
        return Nested(8, Payload(Shape::kRef));
      case Type::kOne2many:
      case Type::kMany2many:
        return Nested(9, RefList());
      case Type::kBinary:
        return Nested(10, "bytes");
      case Type::kSelection:
        return Nested(5, field.keys.empty() ? "key" : dice_.OneOf(field.keys));
      default:
        return Nested(5, "text");
    }
  }

  // Mostly fields that are not set.
  void AddCleared(const contract::Values& values, const std::vector<std::string_view>& unset,
                  codec::WireWriter& out) {
    for (int count = 1 + dice_.Below(2); count > 0; --count) {
      const bool any = unset.empty() || dice_.Once(20);
      if (values.fields.empty()) return;
      out.Bytes(
          contract::kClearFieldsNumber,
          any ? std::string_view(dice_.OneOf(values.fields).field->name) : dice_.OneOf(unset));
    }
  }

  // ---- Conditions, masks, options ----

  void AddConditions(codec::WireWriter& out) {
    constexpr int kIsSet = 14;
    for (int count = dice_.Below(4); count > 0; --count) {
      const std::string path =
          dice_.Once(2) ? dice_.OneOf(method_.record->fields).name : AnyName(*method_.record);
      out.Bytes(Number(contract::RequestRole::kConditions),
                Nested(1, path) + Message({{2, kIsSet}}));
    }
  }

  // google.protobuf.FieldMask
  std::string Mask() {
    const contract::Record& record =
        method_.action.result != nullptr ? *method_.action.result : *method_.record;
    std::string mask;
    for (int count = 1 + dice_.Below(6); count > 0; --count) {
      const std::string path = MaskPath(record, 2);
      mask += Nested(1, path);
      // The same field again, perhaps whole and in part.
      if (dice_.Once(4)) mask += Nested(1, path.substr(0, path.find('.')));
      if (dice_.Once(4)) mask += Nested(1, path);
    }
    return mask;
  }

  std::string MaskPath(const contract::Record& record, int depth) {
    if (record.has_extra_fields && dice_.Once(3)) return "extra_fields." + AnyName(record);
    const contract::Field& field = dice_.OneOf(record.fields);
    if (field.rows != nullptr && depth > 0 && !dice_.Once(3))
      return field.name + "." + MaskPath(*field.rows, depth - 1);
    if (!field.relation.empty() && field.rows == nullptr && dice_.Once(4))
      return field.name + ".display_name";
    return field.name;
  }

  std::string Options() {
    return Message({{1, dice_.Below(3)}, {3, dice_.Below(2)}, {4, dice_.Below(2)}});
  }

  Dice& dice_;
  const contract::Method& method_;
  const int version_;
  const schema::Schema& schema_;
  std::string bytes_;
  std::map<std::string, std::vector<std::string>> names_;
};

}  // namespace gateway::test
