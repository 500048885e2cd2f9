#include "orm/match.h"

#include <algorithm>

#include "base/python.h"
#include "base/text.h"
#include "orm/domain.h"
#include "orm/records.h"
#include "rpc/fault.h"

namespace sandbox {
namespace {

// ---- scalars ----

bool SameValue(const Json& left, const Json& right) {
  if (left.is_number() && right.is_number()) return left.get<double>() == right.get<double>();
  return left == right;
}

// Absent and false are one, except for booleans and numbers, where false means false and 0.
bool EqualsScalar(const Field& field, const Json& stored, const Json& wanted) {
  if (wanted.is_null() || wanted == false) {
    return !python::Truth(stored) && (stored == false || !stored.is_string() || !field.IsNumber());
  }
  if (field.type == FieldType::kBoolean) return python::Truth(stored) == python::Truth(wanted);
  return SameValue(stored, wanted);
}

bool InScalar(const Field& field, const Json& stored, const Json& wanted) {
  if (!wanted.is_array()) return EqualsScalar(field, stored, wanted);
  return std::ranges::any_of(wanted,
                             [&](const Json& one) { return EqualsScalar(field, stored, one); });
}

// A date as bound of a datetime: the start of that day, for <= and > its end.
Json BoundOf(const Field& field, const std::string& op, const Json& wanted) {
  if (field.type != FieldType::kDatetime || !wanted.is_string()) return wanted;
  const std::string text = wanted.get<std::string>();
  if (text.size() != 10) return wanted;
  return text + (op == "<=" || op == ">" ? " 23:59:59" : " 00:00:00");
}

bool Compare(const Field& field, const Json& stored, const std::string& op, const Json& wanted) {
  if (!field.IsNumber() && stored == false) return false;
  const Json bound = BoundOf(field, op, wanted);
  const bool numbers = stored.is_number() && bound.is_number();
  const bool less = numbers ? stored.get<double>() < bound.get<double>() : stored < bound;
  const bool equal = SameValue(stored, bound);
  if (op == "<") return less;
  if (op == "<=") return less || equal;
  if (op == ">") return !less && !equal;
  return !less;
}

// From the sign that a backslash stands before.
std::string_view Unescaped(std::string_view pattern) {
  if (pattern.size() > 1) return pattern.substr(1);
  throw DatabaseError("errors.InvalidEscapeSequence",
                      "LIKE pattern must not end with escape character\n");
}

bool LikeScalar(const Json& stored, std::string op, const Json& wanted) {
  const bool negative = op.starts_with("not ");
  if (negative) op.erase(0, 4);
  std::string pattern = python::Str(wanted);
  if (op[0] != '=') pattern = "%" + pattern + "%";
  std::string text = python::Truth(stored) ? python::Str(stored) : "";
  if (op.ends_with("ilike")) {
    pattern = Lower(pattern);
    text = Lower(text);
  }
  return Like(text, pattern) != negative;
}

bool MatchScalar(const Field& field, const Json& stored, const std::string& op,
                 const Json& wanted) {
  if (op == "=" || op == "==") return InScalar(field, stored, wanted);
  if (op == "!=" || op == "<>") return !InScalar(field, stored, wanted);
  if (op == "in") return InScalar(field, stored, wanted);
  if (op == "not in") return !InScalar(field, stored, wanted);
  if (op == "=?") return !python::Truth(wanted) || InScalar(field, stored, wanted);
  if (op.ends_with("like")) return LikeScalar(stored, op, wanted);
  return Compare(field, stored, op, wanted);
}

// ---- relations ----

bool IsNegative(const std::string& op) {
  return op == "!=" || op == "<>" || op.starts_with("not ");
}

bool Descends(const Env& env, const Model& model, int64_t id, int64_t ancestor) {
  for (int hops = 0; hops < 100 && id != 0; ++hops) {
    if (id == ancestor) return true;
    const Json parent =
        model.Has("parent_id") ? RawValue(env, model, id, "parent_id") : Json(false);
    id = parent.is_number_integer() ? parent.get<int64_t>() : 0;
  }
  return false;
}

bool InHierarchy(const Env& env, const Model& comodel, int64_t id, const std::string& op,
                 const Json& wanted) {
  for (const Json& one : wanted.is_array() ? wanted : Json::array({wanted})) {
    if (!one.is_number_integer()) continue;
    const int64_t other = one.get<int64_t>();
    const bool matches =
        op == "child_of" ? Descends(env, comodel, id, other) : Descends(env, comodel, other, id);
    if (matches) return true;
  }
  return false;
}

// Does one related record satisfy the positive form of the condition?
bool MatchRelated(const Env& env, const Model& comodel, int64_t id, const std::string& op,
                  const Json& wanted) {
  if (op == "child_of" || op == "parent_of") return InHierarchy(env, comodel, id, op, wanted);
  const Json name = DisplayName(env, comodel, id);
  if (op.ends_with("like"))
    return LikeScalar(name, op.starts_with("not ") ? op.substr(4) : op, wanted);
  for (const Json& one : wanted.is_array() ? wanted : Json::array({wanted})) {
    if (one.is_string() ? one == name : one == id) return true;
  }
  return false;
}

bool MatchRelation(const Env& env, const Model* comodel, const Ids& ids, const std::string& op,
                   const Json& wanted) {
  const bool negative = IsNegative(op);
  if (op == "=?" && !python::Truth(wanted)) return true;
  const bool for_none =
      wanted == false || wanted.is_null() ||
      (wanted.is_array() && std::ranges::find(wanted, Json(false)) != wanted.end());
  bool matches = for_none && ids.empty();
  for (const int64_t id : ids) {
    matches = matches || (comodel && MatchRelated(env, *comodel, id, op, wanted));
  }
  return matches != negative;
}

bool MatchAny(const Env& env, const Model& comodel, const Ids& ids, const std::string& op,
              const Domain& nested) {
  const bool any =
      std::ranges::any_of(ids, [&](int64_t id) { return nested.Matches(env, comodel, id); });
  return any == (op == "any");
}

}  // namespace

bool Like(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%') {
    for (size_t skip = 0; skip <= text.size(); ++skip) {
      if (Like(text.substr(skip), pattern.substr(1))) return true;
    }
    return false;
  }
  if (text.empty()) return false;
  const bool any = pattern[0] == '_';
  if (pattern[0] == '\\') pattern = Unescaped(pattern);
  return (any || pattern[0] == text[0]) && Like(text.substr(1), pattern.substr(1));
}

bool MatchPath(const Env& env, const Model& model, int64_t id, const std::string& path,
               const std::string& op, const Json& value, const Domain* nested) {
  const size_t dot = path.find('.');
  const Field* field = model.Find(path.substr(0, dot));
  const bool relational = field->IsX2many() || field->type == FieldType::kMany2one;
  if (!relational) {
    if (field->name == "id" && (op == "child_of" || op == "parent_of")) {
      return InHierarchy(env, model, id, op, value);
    }
    return MatchScalar(*field, RawValue(env, model, id, field->name), op, value);
  }
  const Model* comodel = env.schema().Find(field->relation);
  const Ids related = RelatedIds(env, model, id, *field);
  if (dot != std::string::npos) {
    return comodel && std::ranges::any_of(related, [&](int64_t other) {
             return MatchPath(env, *comodel, other, path.substr(dot + 1), op, value, nested);
           });
  }
  if (nested) return MatchAny(env, *comodel, related, op, *nested);
  return MatchRelation(env, comodel, related, op, value);
}

}  // namespace sandbox
