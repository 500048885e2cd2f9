// odoo.type.v1.Condition { path = 1; op = 2; value = 3; }
#include <algorithm>
#include <array>
#include <string>

#include "plan/filter.h"
#include "plan/permit.h"
#include "schema/usage.h"

namespace gateway::plan {
namespace {

using base::Reason;
using codec::Problems;
using codec::ValueKind;
using contract::Type;

constexpr unsigned Bit(Type type) { return 1U << static_cast<unsigned>(type); }
constexpr unsigned kTexts = Bit(Type::kChar) | Bit(Type::kText) | Bit(Type::kHtml);
constexpr unsigned kRelations = Bit(Type::kMany2one) | Bit(Type::kOne2many) | Bit(Type::kMany2many);
constexpr unsigned kOrdered = Bit(Type::kInteger) | Bit(Type::kFloat) | Bit(Type::kMonetary) |
                              Bit(Type::kDate) | Bit(Type::kDatetime) | kTexts;
constexpr unsigned kAny = ~0U;

// Condition.op is a varint.
constexpr std::uint32_t kConditionScalars = 1U << 2;

// kText: a piece of text; kPattern: with wildcards.
enum class Takes : std::uint8_t { kValue, kList, kText, kPattern, kNothing };

struct OperatorRule {
  std::string_view op;
  Takes takes;
  // Types of fields it fits.
  unsigned types;
};

// By odoo.type.v1.Operator.
constexpr std::array<OperatorRule, 16> kOperators = {{
    {"", Takes::kNothing, 0},
    {"=", Takes::kValue, kAny},
    {"!=", Takes::kValue, kAny},
    {"<", Takes::kValue, kOrdered},
    {"<=", Takes::kValue, kOrdered},
    {">", Takes::kValue, kOrdered},
    {">=", Takes::kValue, kOrdered},
    {"in", Takes::kList, kAny},
    {"not in", Takes::kList, kAny},
    {"ilike", Takes::kText, kTexts | kRelations | Bit(Type::kSelection)},
    {"not ilike", Takes::kText, kTexts | kRelations | Bit(Type::kSelection)},
    {"=ilike", Takes::kPattern, kTexts | Bit(Type::kSelection)},
    {"child_of", Takes::kValue, kRelations | Bit(Type::kInteger)},
    {"parent_of", Takes::kValue, kRelations | Bit(Type::kInteger)},
    {"!=", Takes::kNothing, kAny},
    {"=", Takes::kNothing, kAny},
}};

// Where a path ends. `type` is kUnspecified where nothing is known of the field.
struct PathEnd {
  std::string odoo_path;
  Type type = Type::kUnspecified;
  // Model referred to; empty for scalars.
  std::string relation;
  // Model that the last name belongs to.
  std::string model;
  // Null where the connected Odoo's field is not known.
  const schema::Field* live = nullptr;

  bool IsId() const { return odoo_path == "id" || odoo_path.ends_with(".id"); }
};

bool IsReference(ValueKind kind) { return kind == ValueKind::kRef || kind == ValueKind::kRefs; }

// References are compared with relations, and with the id of a record of their model.
bool FitsCondition(ValueKind kind, const PathEnd& end) {
  if (IsReference(kind)) return !end.relation.empty();
  return end.type == Type::kUnspecified || codec::KindFits(kind, end.type) ||
         (end.type == Type::kBoolean && kind == ValueKind::kEmpty);
}

class ConditionReader {
 public:
  ConditionReader(const contract::Record& record, FilterContext& context)
      : record_(record), context_(context), problems_(context.problems), rule_path_(record.model) {}

  Domain Read(std::string_view bytes) {
    std::string_view path;
    std::string_view value;
    std::uint64_t op = 0;
    codec::WireField wire;
    codec::WireReader reader(bytes);
    while (reader.NextTyped(wire, kConditionScalars)) {
      if (wire.number == 1) path = wire.bytes;
      if (wire.number == 2) op = wire.integer;
      if (wire.number == 3) value = wire.bytes;
    }
    if (reader.malformed()) problems_.Malformed();
    if (op == 0 || op >= kOperators.size()) {
      problems_.AddBelow("op", Reason::kInvalidDomain, "Choose one of the operators.");
      return All({});
    }
    PathEnd end;
    const OperatorRule& rule = kOperators[op];
    if (!Follow(path, rule, end)) return All({});
    if (end.type != Type::kUnspecified && (rule.types & Bit(end.type)) == 0) {
      problems_.AddBelow("op", Reason::kInvalidDomain,
                         "This operator does not fit fields of type " +
                             std::string(contract::TypeName(end.type)) + ".");
    }
    if (rule.op == "child_of" || rule.op == "parent_of") CheckAncestry(end);
    if (end.IsId()) end.relation = end.model;
    Operand operand{false};
    if (rule.takes == Takes::kNothing && !value.empty()) {
      problems_.AddBelow("value", Reason::kInvalidDomain,
                         "This operator compares with nothing; leave the value out.");
    } else if (rule.takes != Takes::kNothing) {
      const Problems::Scope scope(problems_, "value");
      operand = ReadOperand(value, rule, end);
    }
    return Where({std::move(end.odoo_path), rule.op, std::move(operand), std::move(end.relation),
                  problems_.Path()});
  }

 private:
  // Walks the names of a path over contracts and, where they end, over the connected Odoo's own
  // fields.
  bool Follow(std::string_view path, const OperatorRule& rule, PathEnd& end) {
    const Problems::Scope scope(problems_, "path");
    const contract::Record* record = &record_;
    std::string model = record_.model;
    int names = 0;
    bool more = true;
    for (std::string_view rest = path; more;) {
      const std::size_t dot = std::min(rest.find('.'), rest.size());
      const std::string_view name = rest.substr(0, dot);
      more = dot < rest.size();
      rest = rest.substr(std::min(dot + 1, rest.size()));
      if (++names > kMaxPathNames || !IsName(name)) {
        problems_.Add(Reason::kInvalidDomain, "A path is 1 to 8 field names joined with dots.");
        return false;
      }
      if (!Step(name, record, model, end)) return false;
      if (more && model.empty() && end.type != Type::kUnspecified) {
        problems_.Add(
            Reason::kInvalidDomain,
            "`" + std::string(name) + "` refers to no other record; the path ends there.");
        return false;
      }
    }
    const bool by_name = rule.takes == Takes::kText && (Bit(end.type) & kRelations) != 0;
    return rule_path_.End(context_.permit, problems_) &&
           (!by_name || rule_path_.EndAtNames(context_.permit, problems_));
  }

  static bool IsName(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (c >= 'A' && c <= 'Z');
    });
  }

  // One name: by the contract, then by the connected Odoo. Where neither knows the model, nothing
  // is let through: Odoo 18 ignores conditions that it cannot search for, and answers every record.
  bool Step(std::string_view name, const contract::Record*& record, std::string& model,
            PathEnd& end) {
    const codec::Target& target = context_.target;
    const schema::Model* live = target.schema == nullptr ? nullptr : target.schema->Find(model);
    const contract::Field* field = record == nullptr ? nullptr : record->FindName(name);
    const std::string_view odoo_name = field == nullptr ? name : field->OdooName(target.version);
    const schema::Field* known = live == nullptr ? nullptr : live->Find(odoo_name);
    if (field == nullptr && live == nullptr) {
      problems_.Add(Reason::kUnknownField,
                    "The gateway knows no fields of " + model +
                        ": no contract is about it. Compare with the record itself.");
      return false;
    }
    if (odoo_name.empty() || (field != nullptr && live != nullptr && known == nullptr)) {
      problems_.Add(Reason::kUnknownField, "The connected Odoo has no field `" + std::string(name) +
                                               "` on " + model + ".");
      return false;
    }
    if (field == nullptr && record != nullptr && !MayCompare(*record, name)) return false;
    if (known != nullptr && !known->searchable) {
      problems_.Add(Reason::kInvalidDomain, "Odoo cannot search for `" + std::string(name) + "`.");
      return false;
    }
    const std::string_view relation = known != nullptr   ? std::string_view(known->relation)
                                      : field != nullptr ? std::string_view(field->relation)
                                                         : std::string_view();
    if (!rule_path_.Step(context_.permit, record, odoo_name, relation, target.version, problems_))
      return false;
    end.model = model;
    end.live = known;
    end.odoo_path += (end.odoo_path.empty() ? "" : ".") + std::string(odoo_name);
    end.type = known != nullptr ? known->type : field != nullptr ? field->type : Type::kUnspecified;
    model = relation;
    end.relation = model;
    record = model.empty() ? nullptr : context_.catalog.RecordOf(model);
    return true;
  }

  // A name that the contract does not list.
  bool MayCompare(const contract::Record& record, std::string_view name) {
    const schema::Place place{record, contract::Role::kRecord, context_.target.schema,
                              context_.target.version};
    const schema::Verdict verdict = schema::Judge(schema::Use::kCompare, place, name);
    if (verdict == schema::Verdict::kPermitted) return true;
    problems_.Add(Reason::kUnknownField,
                  "`" + std::string(name) + "` of " + record.model + ": " +
                      schema::Explain(verdict, schema::Use::kCompare, place, name));
    return false;
  }

  // Of the records that a reference leads to, or of the record itself by its id.
  void CheckAncestry(const PathEnd& end) {
    if (!end.relation.empty() || end.IsId()) {
      CheckHierarchy(end.IsId() ? end.model : end.relation, context_);
    } else if (end.type == Type::kInteger) {
      problems_.AddBelow("op", Reason::kInvalidDomain,
                         "Only references and `id` have records above and below them.");
    }
  }

  Operand ReadOperand(std::string_view bytes, const OperatorRule& rule, const PathEnd& end) {
    const auto value = codec::DecodeValue(bytes, problems_);
    if (!value) return {false};
    if (rule.takes == Takes::kList) return ReadList(*value, end);
    if (rule.takes == Takes::kValue) return Scalar(*value, end);
    if (value->kind != ValueKind::kText) {
      problems_.Add(Reason::kInvalidDomain, "This operator compares with a text.");
      return {false};
    }
    return Text(rule.takes == Takes::kText ? Escaped(value->payload.bytes)
                                           : std::string(value->payload.bytes));
  }

  bool CheckKind(ValueKind kind, const PathEnd& end) {
    if (FitsCondition(kind, end)) return true;
    problems_.Add(Reason::kInvalidDomain, "The field is of type " +
                                              std::string(contract::TypeName(end.type)) +
                                              "; use the kind of value that fits.");
    return false;
  }

  Operand ReadList(const codec::DecodedValue& value, const PathEnd& end) {
    Operands operands;
    if (value.kind == ValueKind::kRefs) {
      if (!CheckKind(value.kind, end)) return {false};
      for (const codec::Reference& reference : codec::DecodeRefList(value.payload.bytes, problems_)
                                                   .value_or(std::vector<codec::Reference>{})) {
        if (context_.Spend())
          operands.push_back(
              {reference, problems_.Path() + ".refs[" + std::to_string(operands.size()) + "]"});
      }
      return {std::move(operands)};
    }
    if (value.kind != ValueKind::kList) {
      problems_.Add(Reason::kInvalidDomain, "This operator compares with a list.");
      return {false};
    }
    const Problems::Scope scope(problems_, "list_value");
    codec::WireField element;
    codec::WireReader reader(value.payload.bytes);
    while (reader.Next(element)) {
      if (!context_.Spend()) break;
      const Problems::Scope index(problems_, "values", static_cast<int>(operands.size()));
      const auto decoded = codec::DecodeValue(element.bytes, problems_);
      operands.push_back(decoded ? Scalar(*decoded, end) : Operand{false});
    }
    if (reader.malformed()) problems_.Malformed();
    return {std::move(operands)};
  }

  Operand Scalar(const codec::DecodedValue& value, const PathEnd& end) {
    if (!CheckKind(value.kind, end)) return {false};
    const codec::WireField& payload = value.payload;
    switch (value.kind) {
      case ValueKind::kBool:
        return {payload.integer != 0};
      case ValueKind::kInteger:
        return {static_cast<std::int64_t>(payload.integer)};
      case ValueKind::kDecimal:
        codec::CheckDecimal(payload.bytes, problems_);
        return {Decimal{payload.bytes}};
      case ValueKind::kText:
        // A key that no record can have would find nothing, or everything, without a word.
        if (end.type == Type::kSelection) codec::CheckKey(payload.bytes, end.live, problems_);
        return Text(std::string(payload.bytes));
      case ValueKind::kDate:
        return {FormatDay(codec::DecodeDate(payload.bytes, problems_).value_or(codec::Day{}))};
      case ValueKind::kDatetime:
        return {codec::FormatSeconds(codec::DecodeTimestamp(payload.bytes, problems_).value_or(0))};
      case ValueKind::kRef:
        return {codec::DecodeRef(payload.bytes, problems_).value_or(codec::Reference{}),
                problems_.Path()};
      case ValueKind::kEmpty:
        return {false};
      default:
        problems_.Add(Reason::kInvalidDomain, "Conditions cannot compare with this kind of value.");
        return {false};
    }
  }

  Operand Text(std::string text) {
    static const contract::Field kAnyText;
    codec::CheckText(text, kAnyText, nullptr, context_.target, problems_);
    return {std::move(text)};
  }

  const contract::Record& record_;
  FilterContext& context_;
  Problems& problems_;
  RulePath rule_path_;
};

}  // namespace

Domain ReadCondition(const contract::Record& record, std::string_view bytes,
                     FilterContext& context) {
  return ConditionReader(record, context).Read(bytes);
}

}  // namespace gateway::plan
