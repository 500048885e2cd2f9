#include "plan/filter.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>

#include "plan/permit.h"
#include "schema/fit.h"

namespace gateway::plan {
namespace {

using base::Reason;
using codec::Problems;
using codec::WireField;
using codec::WireReader;
using codec::WireType;
using contract::ConditionShape;

// What a member of a condition message becomes: Odoo's operator, and how its operand is read.
enum class Reading : std::uint8_t { kOne, kList, kPattern, kPrefix, kIsSet };
struct MemberRule {
  ConditionShape shape;
  int number;
  std::string_view name;
  std::string_view op;
  Reading reading;
};

// The members of odoo.type.v1.*Condition.
constexpr std::array<MemberRule, 28> kMembers = {{
    {ConditionShape::kString, 1, "equals", "=", Reading::kOne},
    {ConditionShape::kString, 2, "not_equals", "!=", Reading::kOne},
    {ConditionShape::kString, 3, "one_of", "in", Reading::kList},
    {ConditionShape::kString, 4, "contains", "ilike", Reading::kPattern},
    {ConditionShape::kString, 5, "starts_with", "=ilike", Reading::kPrefix},
    {ConditionShape::kString, 6, "is_set", "!=", Reading::kIsSet},
    {ConditionShape::kInteger, 1, "equals", "=", Reading::kOne},
    {ConditionShape::kInteger, 2, "one_of", "in", Reading::kList},
    {ConditionShape::kInteger, 3, "at_least", ">=", Reading::kOne},
    {ConditionShape::kInteger, 4, "at_most", "<=", Reading::kOne},
    {ConditionShape::kInteger, 5, "greater", ">", Reading::kOne},
    {ConditionShape::kInteger, 6, "less", "<", Reading::kOne},
    {ConditionShape::kDecimal, 1, "equals", "=", Reading::kOne},
    {ConditionShape::kDecimal, 2, "at_least", ">=", Reading::kOne},
    {ConditionShape::kDecimal, 3, "at_most", "<=", Reading::kOne},
    {ConditionShape::kDecimal, 4, "greater", ">", Reading::kOne},
    {ConditionShape::kDecimal, 5, "less", "<", Reading::kOne},
    {ConditionShape::kDate, 1, "equals", "=", Reading::kOne},
    {ConditionShape::kDate, 2, "at_least", ">=", Reading::kOne},
    {ConditionShape::kDate, 3, "at_most", "<=", Reading::kOne},
    {ConditionShape::kDate, 4, "is_set", "!=", Reading::kIsSet},
    {ConditionShape::kTimestamp, 1, "at_least", ">=", Reading::kOne},
    {ConditionShape::kTimestamp, 2, "before", "<", Reading::kOne},
    {ConditionShape::kTimestamp, 3, "is_set", "!=", Reading::kIsSet},
    {ConditionShape::kRef, 1, "one_of", "in", Reading::kList},
    {ConditionShape::kRef, 2, "none_of", "not in", Reading::kList},
    {ConditionShape::kRef, 3, "child_of", "child_of", Reading::kList},
    {ConditionShape::kRef, 4, "is_set", "!=", Reading::kIsSet},
}};

// What makes records a hierarchy: the first of these that a model has.
constexpr std::array<std::string_view, 3> kParents = {"parent_id", "location_id",
                                                      "relative_uom_id"};

const MemberRule* FindMember(ConditionShape shape, int number) {
  for (const MemberRule& rule : kMembers) {
    if (rule.shape == shape && rule.number == number) return &rule;
  }
  return nullptr;
}

WireType WireTypeOf(const MemberRule& rule) {
  const bool scalar = rule.shape == ConditionShape::kInteger || rule.reading == Reading::kIsSet;
  return scalar ? WireType::kVarint : WireType::kBytes;
}

bool IsPacked(const MemberRule& rule, const WireField& wire) {
  return rule.reading == Reading::kList && wire.type == WireType::kBytes;
}

class FilterReader {
 public:
  FilterReader(const contract::Filter& filter, FilterContext& context)
      : filter_(filter), context_(context), problems_(context.problems) {
    const codec::Target& target = context.target;
    live_ = target.schema == nullptr ? nullptr : target.schema->Find(filter.record->model);
  }

  Domain Read(std::string_view bytes, int depth) {
    std::vector<Domain> terms;
    std::vector<Domain> any;
    int none = 0;
    KeyLists keys;
    WireField wire;
    WireReader reader(bytes);
    if (depth > kMaxFilterDepth) {
      problems_.Add(Reason::kInvalidDomain, "Nested too deeply; write the filter flatter.");
      return All({});
    }
    while (reader.Next(wire)) {
      const bool nested =
          wire.number == contract::kAnyOfNumber || wire.number == contract::kNoneOfNumber;
      if (nested && wire.type != WireType::kBytes) {
        problems_.Malformed();
      } else if (nested && !context_.Spend()) {
        break;
      } else if (wire.number == contract::kAnyOfNumber) {
        const Problems::Scope scope(problems_, "any_of", static_cast<int>(any.size()));
        any.push_back(Read(wire.bytes, depth + 1));
      } else if (wire.number == contract::kNoneOfNumber) {
        const Problems::Scope scope(problems_, "none_of", none++);
        terms.push_back(Not(Read(wire.bytes, depth + 1)));
      } else {
        Field(wire, terms, keys);
      }
    }
    if (reader.malformed()) problems_.Malformed();
    if (!any.empty()) terms.push_back(Any(std::move(any)));
    AddKeys(keys, terms);
    return All(std::move(terms));
  }

 private:
  // Keys of enum fields, gathered over one level of the filter.
  using KeyLists = std::map<const contract::FilterField*, Operands>;

  void Field(const WireField& wire, std::vector<Domain>& terms, KeyLists& keys) {
    const contract::FilterField* entry = filter_.FindNumber(wire.number);
    if (entry == nullptr) {
      problems_.AddBelow("#" + std::to_string(wire.number), Reason::kUnknownField,
                         "The contract cannot filter on a field with this number.");
      return;
    }
    const Problems::Scope scope(problems_, entry->field->name);
    const std::string_view name = Searchable(*entry->field);
    if (name.empty()) return;
    if (!MayCompare(*entry->field, name)) return;
    if (entry->shape == ConditionShape::kEnum) return CollectKeys(*entry, wire, keys[entry]);
    if (entry->shape == ConditionShape::kBoolean) {
      if (wire.type != WireType::kVarint) return problems_.Malformed();
      return Add(terms, *entry->field, name, "=", {wire.integer != 0});
    }
    if (wire.type != WireType::kBytes) return problems_.Malformed();
    // Made from an empty list, it would otherwise find every record.
    if (wire.bytes.empty()) {
      problems_.Add(Reason::kInvalidDomain,
                    "The condition says nothing: set one of its members, or leave it out.");
    }
    Condition(*entry, name, wire.bytes, terms);
  }

  bool MayCompare(const contract::Field& field, std::string_view odoo_name) {
    const std::string& model = filter_.record->model;
    return CheckRead(context_.permit, model, field.name, problems_) &&
           (odoo_name != kDisplayName || CheckNameSearch(context_.permit, model, problems_));
  }

  // Odoo's name; empty after a violation. Odoo 18 ignores conditions on fields it cannot search,
  // and answers every record.
  std::string_view Searchable(const contract::Field& field) {
    const int version = context_.target.version;
    const std::string_view name = field.OdooName(version);
    const schema::Field* live = live_ == nullptr || name.empty() ? nullptr : live_->Find(name);
    if (name.empty() || (live_ != nullptr && live == nullptr)) {
      problems_.Add(Reason::kUnknownField, "The connected Odoo " + std::to_string(version) +
                                               " has no such field; filter on another one.");
      return {};
    }
    if (live != nullptr && !schema::Fits(field, *live)) {
      problems_.Add(Reason::kUnknownField, "The connected Odoo's field " + std::string(name) +
                                               " is " + schema::Misfit(field, *live) +
                                               "; compare with it in `conditions`.");
      return {};
    }
    if (live == nullptr || live->searchable) return name;
    problems_.Add(Reason::kInvalidDomain,
                  "Odoo cannot search for this field; filter on another one.");
    return {};
  }

  // The members of one condition message: all must hold. Lists are gathered over their elements.
  void Condition(const contract::FilterField& entry, std::string_view name, std::string_view bytes,
                 std::vector<Domain>& terms) {
    std::array<Operands, 8> lists;
    WireField wire;
    WireReader reader(bytes);
    while (reader.Next(wire)) {
      const MemberRule* rule = FindMember(entry.shape, wire.number);
      if (rule == nullptr) {
        problems_.AddBelow("#" + std::to_string(wire.number), Reason::kUnknownField,
                           "Conditions of this kind have no member with this number.");
        continue;
      }
      if (wire.type != WireTypeOf(*rule) && !IsPacked(*rule, wire)) {
        problems_.Malformed();
        continue;
      }
      if (rule->reading != Reading::kList) {
        const Problems::Scope scope(problems_, rule->name);
        Single(entry, name, *rule, wire, terms);
        continue;
      }
      Operands& list = lists[static_cast<std::size_t>(rule->number)];
      const bool read = ForEach(entry, wire, [&](const WireField& element) {
        const Problems::Scope scope(problems_, rule->name, static_cast<int>(list.size()));
        if (context_.Spend()) list.push_back(ReadOperand(entry, element));
      });
      if (!read) problems_.Malformed();
    }
    if (reader.malformed()) problems_.Malformed();
    for (std::size_t number = 0; number < lists.size(); ++number) {
      if (lists[number].empty()) continue;
      const MemberRule* rule = FindMember(entry.shape, static_cast<int>(number));
      const Problems::Scope scope(problems_, rule->name);
      if (rule->op == "child_of") CheckHierarchy(entry.field->relation, context_);
      Add(terms, *entry.field, name, rule->op, {std::move(lists[number])});
    }
  }

  // Repeated integers come packed.
  template <class Visit>
  bool ForEach(const contract::FilterField& entry, const WireField& wire, const Visit& visit) {
    if (entry.shape != ConditionShape::kInteger) {
      visit(wire);
      return true;
    }
    return codec::ForEachVarint(wire, [&](std::uint64_t value) {
      visit(WireField{wire.number, WireType::kVarint, value, {}});
    });
  }

  void Single(const contract::FilterField& entry, std::string_view name, const MemberRule& rule,
              const WireField& wire, std::vector<Domain>& terms) {
    switch (rule.reading) {
      case Reading::kIsSet:
        return Add(terms, *entry.field, name, wire.integer != 0 ? "!=" : "=", {false});
      case Reading::kPattern:
        CheckString(wire.bytes);
        return Add(terms, *entry.field, name, rule.op, {Escaped(wire.bytes)});
      case Reading::kPrefix:
        CheckString(wire.bytes);
        return Add(terms, *entry.field, name, rule.op, {Escaped(wire.bytes) + '%'});
      default:
        return Add(terms, *entry.field, name, rule.op, ReadOperand(entry, wire));
    }
  }

  Operand ReadOperand(const contract::FilterField& entry, const WireField& wire) {
    switch (entry.shape) {
      case ConditionShape::kInteger:
        return {static_cast<std::int64_t>(wire.integer)};
      case ConditionShape::kDecimal:
        codec::CheckDecimal(wire.bytes, problems_);
        return {Decimal{wire.bytes}};
      case ConditionShape::kDate:
        return {FormatDay(codec::DecodeDate(wire.bytes, problems_).value_or(codec::Day{}))};
      case ConditionShape::kTimestamp:
        return {codec::FormatSeconds(codec::DecodeTimestamp(wire.bytes, problems_).value_or(0))};
      case ConditionShape::kRef:
        return {codec::DecodeRef(wire.bytes, problems_).value_or(codec::Reference{}),
                problems_.Path()};
      default:
        CheckString(wire.bytes);
        return {std::string(wire.bytes)};
    }
  }

  void CheckString(std::string_view text) {
    static const contract::Field kAnyText;
    codec::CheckText(text, kAnyText, nullptr, context_.target, problems_);
  }

  // `repeated Enum state`: any of these. The elements may come in several pieces.
  void CollectKeys(const contract::FilterField& entry, const WireField& wire, Operands& keys) {
    const bool read = codec::ForEachVarint(wire, [&](std::uint64_t number) {
      if (!context_.Spend()) return;
      const std::string_view key = entry.field->enumeration->KeyOf(static_cast<int>(number));
      const std::string index = "[" + std::to_string(keys.size()) + "]";
      if (key.empty()) {
        problems_.AddAt(problems_.Path() + index, Reason::kInvalidFieldValue,
                        "The enum has no such value.");
      }
      keys.push_back({std::string(key)});
    });
    if (!read) problems_.Malformed();
  }

  void AddKeys(KeyLists& lists, std::vector<Domain>& terms) {
    for (auto& [entry, keys] : lists) {
      const Problems::Scope scope(problems_, entry->field->name);
      Add(terms, *entry->field, entry->field->OdooName(context_.target.version), "in",
          {std::move(keys)});
    }
  }

  void Add(std::vector<Domain>& terms, const contract::Field& field, std::string_view name,
           std::string_view op, Operand operand) {
    if (!context_.Spend()) return;
    terms.push_back(
        Where({std::string(name), op, std::move(operand), field.relation, problems_.Path()}));
  }

  const contract::Filter& filter_;
  FilterContext& context_;
  Problems& problems_;
  const schema::Model* live_;
};

}  // namespace

// `%` and `_` are wildcards to Odoo; here they stand for themselves.
std::string Escaped(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern;
}

void CheckHierarchy(std::string_view model, FilterContext& context) {
  const codec::Target& target = context.target;
  const schema::Model* live = target.schema == nullptr ? nullptr : target.schema->Find(model);
  const auto parent = std::ranges::find_if(kParents, [live](std::string_view name) {
    return live == nullptr || live->Find(name) != nullptr;
  });
  if (parent != kParents.end()) {
    RulePath(model).Step(context.permit, context.catalog.RecordOf(model), *parent, model,
                         target.version, context.problems);
    return;
  }
  context.problems.Add(Reason::kInvalidDomain,
                       "Records of " + std::string(model) + " have no hierarchy.");
}

bool FilterContext::Spend() {
  if (++parts <= kMaxParts) return true;
  if (parts == kMaxParts + 1) {
    problems.Add(Reason::kInvalidDomain,
                 "More than 10,000 conditions and values; use several calls.");
  }
  return false;
}

Domain ReadFilter(const contract::Filter& filter, std::string_view bytes, FilterContext& context) {
  return FilterReader(filter, context).Read(bytes, 0);
}

}  // namespace gateway::plan
