#include "codec/values.h"

#include <algorithm>
#include <limits>

namespace gateway::codec {
namespace {

using base::Reason;
using contract::Shape;
using contract::Type;

constexpr unsigned Bit(Type type) { return 1U << static_cast<unsigned>(type); }

constexpr unsigned kAnyType = ~0U & ~Bit(Type::kUnspecified);

struct KindRule {
  unsigned types;
  Shape shape;
};

// By ValueKind.
constexpr std::array<KindRule, 12> kKinds = {{
    {0, Shape::kText},
    {kAnyType & ~Bit(Type::kBoolean) & ~Bit(Type::kOne2many), Shape::kText},
    {Bit(Type::kBoolean), Shape::kBoolean},
    {Bit(Type::kInteger), Shape::kInteger},
    {Bit(Type::kFloat) | Bit(Type::kMonetary), Shape::kDecimal},
    {Bit(Type::kChar) | Bit(Type::kText) | Bit(Type::kHtml) | Bit(Type::kSelection), Shape::kText},
    {Bit(Type::kDate), Shape::kDate},
    {Bit(Type::kDatetime), Shape::kDatetime},
    {Bit(Type::kMany2one), Shape::kRef},
    {Bit(Type::kMany2many), Shape::kRefs},
    {Bit(Type::kBinary), Shape::kBinary},
    {0, Shape::kText},
}};

WireType WireTypeOf(ValueKind kind) {
  const bool scalar =
      kind == ValueKind::kEmpty || kind == ValueKind::kBool || kind == ValueKind::kInteger;
  return scalar ? WireType::kVarint : WireType::kBytes;
}

// Which fields of the messages of odoo.type.v1 are varints (bit n: field n).
constexpr std::uint32_t kRefScalars = 1U << 1;
constexpr std::uint32_t kDateScalars = 1U << 1 | 1U << 2 | 1U << 3;
constexpr std::uint32_t kTimestampScalars = 1U << 1 | 1U << 2;
constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::uint32_t kValueScalars = 1U << 1 | 1U << 2 | 1U << 3;

// A few keys are shown; lists of hundreds (time zones) would hide the message.
std::string KeysFor(const schema::Field& live) {
  constexpr std::size_t kShown = 12;
  std::string text;
  for (std::size_t i = 0; i < live.keys.size() && i < kShown; ++i) {
    text += (i == 0 ? "" : ", ") + live.keys[i];
  }
  if (live.keys.size() > kShown) text += ", ... (" + std::to_string(live.keys.size()) + " keys)";
  return text;
}

}  // namespace

std::optional<Reference> DecodeRef(std::string_view bytes, Problems& problems) {
  std::optional<Reference> reference;
  WireField field;
  WireReader reader(bytes);
  while (reader.NextTyped(field, kRefScalars)) {
    // The last one counts, as in any oneof. display_name is ignored: an answer can be sent back.
    if (field.number == 1) reference = Reference{static_cast<std::int64_t>(field.integer), {}};
    if (field.number == 2) reference = Reference{0, field.bytes};
  }
  if (reader.malformed()) {
    problems.Malformed();
    return std::nullopt;
  }
  if (!reference) {
    problems.Add(Reason::kInvalidReference, "Refers to nothing: set `id` or `external_id`.");
  } else if (reference->external_id.empty() && !IsId(reference->id)) {
    problems.Add(Reason::kInvalidReference, "Ids are 1 to 2147483647.");
    return std::nullopt;
  } else if (!reference->external_id.empty() && !IsExternalId(reference->external_id)) {
    problems.Add(Reason::kInvalidReference,
                 "An external id has the form `module.name`, without spaces.");
    return std::nullopt;
  }
  return reference;
}

std::optional<std::vector<Reference>> DecodeRefList(std::string_view bytes, Problems& problems) {
  std::vector<Reference> references;
  WireField field;
  WireReader reader(bytes);
  bool good = true;
  while (reader.NextTyped(field, 0)) {
    if (field.number != 1) continue;
    if (references.size() == kMaxReferences) {
      problems.Add(Reason::kInvalidFieldValue, "More than 10,000 references; use several calls.");
      return std::nullopt;
    }
    const Problems::Scope scope(problems, "refs", static_cast<int>(references.size()));
    const auto reference = DecodeRef(field.bytes, problems);
    good = good && reference.has_value();
    references.push_back(reference.value_or(Reference{}));
  }
  if (reader.malformed()) problems.Malformed();
  if (!good || reader.malformed()) return std::nullopt;
  return references;
}

std::optional<Day> DecodeDate(std::string_view bytes, Problems& problems) {
  std::array<std::int64_t, 4> parts{};
  WireField field;
  WireReader reader(bytes);
  while (reader.NextTyped(field, kDateScalars)) {
    if (field.number <= 3)
      parts[static_cast<std::size_t>(field.number)] = static_cast<std::int64_t>(field.integer);
  }
  if (reader.malformed()) {
    problems.Malformed();
    return std::nullopt;
  }
  const bool small = std::all_of(parts.begin(), parts.end(),
                                 [](std::int64_t part) { return part >= 0 && part <= 9999; });
  const Day day{static_cast<int>(parts[1]), static_cast<int>(parts[2]), static_cast<int>(parts[3])};
  if (small && IsValid(day)) return day;
  problems.Add(Reason::kInvalidFieldValue, "No day of the calendar: set year, month and day.");
  return std::nullopt;
}

std::optional<std::int64_t> DecodeTimestamp(std::string_view bytes, Problems& problems) {
  std::int64_t seconds = 0;
  std::int64_t nanos = 0;
  WireField field;
  WireReader reader(bytes);
  while (reader.NextTyped(field, kTimestampScalars)) {
    if (field.number == 1) seconds = static_cast<std::int64_t>(field.integer);
    if (field.number == 2) nanos = static_cast<std::int64_t>(field.integer);
  }
  if (reader.malformed()) {
    problems.Malformed();
    return std::nullopt;
  }
  const bool in_range = seconds >= kFirstSecond && seconds <= kLastSecond;
  if (in_range && nanos >= 0 && nanos < kNanosPerSecond) return seconds;
  problems.Add(Reason::kInvalidFieldValue,
               in_range ? "Nanoseconds are 0 to 999999999." : "Outside the years 1 to 9999.");
  return std::nullopt;
}

bool CheckText(std::string_view text, const contract::Field& field, const schema::Field* live,
               const Target& target, Problems& problems) {
  if (!IsUtf8(text)) {
    problems.Add(Reason::kInvalidFieldValue, "Not UTF-8; encode the text as UTF-8.");
    return false;
  }
  if (text.find('\0') != std::string_view::npos) {
    problems.Add(Reason::kInvalidFieldValue, "PostgreSQL stores no NUL characters; remove them.");
    return false;
  }
  if (target.xml && !IsXmlText(text)) {
    problems.Add(
        Reason::kInvalidFieldValue,
        "XML-RPC, which this gateway speaks to Odoo, carries no control characters; remove "
        "them.");
    return false;
  }
  // The database knows better than the contract, where it has a limit.
  const bool limited = live != nullptr && live->size != 0;
  const auto limit = static_cast<std::size_t>(limited ? live->size : field.max_length);
  if (limit != 0 && CountCharacters(text) > limit) {
    // Odoo would cut it off without a word.
    problems.Add(Reason::kInvalidFieldValue,
                 "Longer than " + std::to_string(limit) + " characters.");
    return false;
  }
  return field.type != Type::kSelection || CheckKey(text, live, problems);
}

bool CheckKey(std::string_view key, const schema::Field* live, Problems& problems) {
  if (live == nullptr || live->keys.empty()) return true;
  if (std::find(live->keys.begin(), live->keys.end(), key) != live->keys.end()) return true;
  problems.Add(Reason::kInvalidFieldValue,
               "Not one of the keys of this Odoo: " + KeysFor(*live) + ".");
  return false;
}

bool CheckDecimal(std::string_view text, Problems& problems) {
  if (IsPlainDecimal(text)) return true;
  problems.Add(
      Reason::kInvalidFieldValue,
      "A decimal is written in plain notation, for example `-12.50`, with at most 40 characters.");
  return false;
}

bool CheckInteger(std::int64_t value, bool narrow, Problems& problems) {
  using Limits = std::numeric_limits<std::int32_t>;
  if (!narrow || (value >= Limits::min() && value <= Limits::max())) return true;
  problems.Add(Reason::kInvalidFieldValue, "Beyond 32 bits, which is all that Odoo stores.");
  return false;
}

std::optional<DecodedValue> DecodeValue(std::string_view bytes, Problems& problems) {
  std::optional<DecodedValue> value;
  bool well_formed = true;
  WireField field;
  WireReader reader(bytes);
  while (reader.NextTyped(field, kValueScalars)) {
    if (field.number > static_cast<int>(ValueKind::kList)) continue;
    value = DecodedValue{static_cast<ValueKind>(field.number), field};
    well_formed = well_formed && field.type == WireTypeOf(value->kind);
  }
  if (reader.malformed() || !well_formed) {
    problems.Malformed();
    return std::nullopt;
  }
  // `empty_value: false` says nothing; taken for "empty" it would wipe a field.
  if (value && (value->kind != ValueKind::kEmpty || value->payload.integer != 0)) return value;
  problems.Add(Reason::kInvalidFieldValue,
               "The value is not set; use `empty_value: true` for none.");
  return std::nullopt;
}

bool KindFits(ValueKind kind, contract::Type type) {
  return (kKinds[static_cast<std::size_t>(kind)].types & Bit(type)) != 0;
}

contract::Shape ShapeOf(ValueKind kind) { return kKinds[static_cast<std::size_t>(kind)].shape; }

}  // namespace gateway::codec
