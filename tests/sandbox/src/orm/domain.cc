#include "orm/domain.h"

#include <algorithm>
#include <optional>

#include "base/python.h"
#include "base/text.h"
#include "orm/convert.h"
#include "orm/match.h"
#include "rpc/fault.h"

namespace sandbox {
namespace {

bool IsOperator(const Json& item) {
  return item.is_string() && (item == "&" || item == "|" || item == "!");
}

const std::set<std::string, std::less<>> kOperators{
    "=",         "!=",   "<=",       "<",         ">",          ">=", "=?",     "=like",
    "=ilike",    "like", "not like", "ilike",     "not ilike",  "in", "not in", "child_of",
    "parent_of", "any",  "not any",  "not =like", "not =ilike", "<>", "==",
};

}  // namespace

// Reads the prefix notation; keeps the whole domain for its complaints.
class DomainParser {
 public:
  DomainParser(const Env& env, const Json& domain) : env_(env), domain_(domain) {}

  Domain Parse(const Model& model) {
    if (!domain_.is_array()) throw Malformed();
    CheckBalance();
    Domain all;
    all.kind_ = Domain::Kind::kAnd;
    while (at_ < domain_.size()) all.children_.push_back(Next(model));
    return all;
  }

 private:
  Fault Malformed() const {
    return ValueError(env_.Text("domain_malformed", {{"domain", python::Repr(domain_)}}));
  }

  // Counts operators and terms, as Odoo does before it looks at any term.
  void CheckBalance() const {
    int64_t expected = 1;
    for (const Json& item : domain_) {
      if (expected == 0) expected = 1;
      if (item == "&" || item == "|") {
        ++expected;
      } else if (item != "!") {
        --expected;
      }
    }
    if (expected != 0 && !domain_.empty()) throw Malformed();
  }

  Domain Next(const Model& model) {
    const Json& item = domain_[at_++];
    if (IsOperator(item)) return Combined(model, item.get<std::string>());
    return Condition(model, item);
  }

  Domain Combined(const Model& model, const std::string& symbol) {
    Domain node;
    node.kind_ = symbol == "&"   ? Domain::Kind::kAnd
                 : symbol == "|" ? Domain::Kind::kOr
                                 : Domain::Kind::kNot;
    node.children_.push_back(Next(model));
    if (symbol != "!") node.children_.push_back(Next(model));
    return node;
  }

  Domain Condition(const Model& model, const Json& item) {
    CheckShape(item);
    Domain node;
    if (IsConstant(item)) {
      node.kind_ = item[0] == item[2] ? Domain::Kind::kAnd : Domain::Kind::kOr;
      return node;
    }
    node.kind_ = Domain::Kind::kCondition;
    node.path_ = item[0].get<std::string>();
    node.operator_ = item[1].is_string() ? Lower(item[1].get<std::string>()) : "";
    node.value_ = item[2];
    CheckOperator(item, node.operator_);
    if (!Resolve(model, item, node)) node.kind_ = Domain::Kind::kTrue;
    return node;
  }

  // [1, "=", 1] and [0, "=", 1], Odoo's always and never.
  static bool IsConstant(const Json& item) {
    return item[0].is_number_integer() && (item[0] == 1 || item[0] == 0) && item[2] == 1;
  }

  void CheckShape(const Json& item) const {
    if (!item.is_array() || item.size() != 3) {
      throw ValueError(env_.Text(
          "domain_item", {{"item", python::Repr(item)}, {"size", std::to_string(item.size())}}));
    }
    if (item[0].is_string() || IsConstant(item)) return;
    if (!env_.Is18()) throw TypeError("Domain() invalid arguments: " + python::Tuple(item));
    throw AttributeError("'" + python::TypeName(item[0]) + "' object has no attribute 'split'");
  }

  void CheckOperator(const Json& item, const std::string& lower) const {
    // 18 tells upper-case operators apart, 19 lowers them first.
    const std::string given = env_.Is18() ? python::Str(item[1]) : lower;
    if (kOperators.contains(given) || kOperators.contains(lower)) return;
    throw ValueError(
        env_.Text("domain_operator", {{"leaf", python::Tuple({item[0], given, item[2]})}}));
  }

  // Follows the path; false where Odoo 18 silently drops a condition that it cannot search on.
  bool Resolve(const Model& model, const Json& item, Domain& node) {
    const Model* at = &model;
    const Field* field = nullptr;
    for (const std::string& name : Split(node.path_, '.')) {
      field = at ? at->Find(name) : nullptr;
      if (at && !field) throw UnknownField(*at, name, item);
      if (!at) break;
      if (!field->searchable) return CheckSearchable(*at, *field);
      at = env_.schema().Find(field->relation);
    }
    if (field) ConvertOperand(model, *field, at, node);
    return true;
  }

  Fault UnknownField(const Model& model, const std::string& name, const Json& item) const {
    return ValueError(env_.Text(
        "domain_field", {{"model", model.name}, {"field", name}, {"leaf", python::Tuple(item)}}));
  }

  bool CheckSearchable(const Model& model, const Field& field) const {
    if (env_.Is18()) return false;
    throw ValueError("Cannot convert " + model.name + "." + field.name +
                     " to SQL because it is not stored");
  }

  // Nested domains, and numbers given as text.
  void ConvertOperand(const Model& model, const Field& field, const Model* comodel, Domain& node) {
    if (node.operator_ == "any" || node.operator_ == "not any") {
      if (comodel) node.children_ = {Domain::Parse(env_, *comodel, node.value_)};
      return;
    }
    if (field.name == "id") return CheckIdOperand(node.value_);
    if (field.IsNumber() && node.value_.is_string()) {
      node.value_ = ConvertValue(env_, model, field, node.value_);
    }
  }

  static void CheckIdOperand(const Json& value) {
    for (const Json& id : value.is_array() ? value : Json::array({value})) {
      if (id.is_string()) throw InvalidIntegerText(id.get<std::string>());
    }
  }

  const Env& env_;
  const Json& domain_;
  size_t at_ = 0;
};

Domain Domain::Parse(const Env& env, const Model& model, const Json& domain) {
  return DomainParser(env, domain).Parse(model);
}

bool Domain::Matches(const Env& env, const Model& model, int64_t id) const {
  const auto matches = [&](const Domain& child) { return child.Matches(env, model, id); };
  switch (kind_) {
    case Kind::kTrue:
      return true;
    case Kind::kAnd:
      return std::ranges::all_of(children_, matches);
    case Kind::kOr:
      return std::ranges::any_of(children_, matches);
    case Kind::kNot:
      return !matches(children_[0]);
    case Kind::kCondition:
      return MatchesCondition(env, model, id);
  }
  return false;
}

bool Domain::MatchesCondition(const Env& env, const Model& model, int64_t id) const {
  return MatchPath(env, model, id, path_, operator_, value_,
                   children_.empty() ? nullptr : &children_[0]);
}

bool Domain::Mentions(const std::string& field) const {
  if (kind_ == Kind::kCondition && path_ == field) return true;
  // Only conditions of this model count, not those nested in `any`.
  return kind_ != Kind::kCondition &&
         std::ranges::any_of(children_, [&](const Domain& child) { return child.Mentions(field); });
}

std::optional<Ids> Domain::IdCandidates() const {
  for (const Domain& child : children_) {
    if (kind_ != Kind::kAnd) break;
    if (child.kind_ == Kind::kAnd) {
      if (const auto ids = child.IdCandidates()) return ids;
    }
    if (child.kind_ != Kind::kCondition || child.path_ != "id") continue;
    if (child.operator_ != "=" && child.operator_ != "in") continue;
    Ids ids;
    for (const Json& id : child.value_.is_array() ? child.value_ : Json::array({child.value_})) {
      if (id.is_number_integer()) ids.push_back(id.get<int64_t>());
    }
    return ids;
  }
  return std::nullopt;
}

}  // namespace sandbox
