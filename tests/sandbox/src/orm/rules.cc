#include "orm/rules.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "base/python.h"
#include "base/text.h"
#include "orm/convert.h"
#include "orm/defaults.h"
#include "orm/domain.h"
#include "orm/records.h"
#include "orm/search.h"
#include "rpc/fault.h"

namespace sandbox {
namespace {

constexpr int kMoneyDecimals = 2;

struct Scope {
  const Env& env;
  const Model& model;
  int64_t id;

  Json Value(const Json& expression) const { return Evaluate(env, model, id, expression); }
  double Number(const Json& expression) const {
    const Json value = Value(expression);
    return value.is_number() ? value.get<double>() : 0.0;
  }
  Ids Rows(const Json& field) const {
    const Field* rows = model.Find(field.get<std::string>());
    return rows ? RelatedIds(env, model, id, *rows) : Ids{};
  }
};

// The operands of an operator are what follows its name.
using Operands = std::vector<Json>;
using Operator = Json (*)(const Scope&, const Operands&);

template <typename Combine>
Json Fold(const Scope& scope, const Operands& operands, Combine combine) {
  double result = scope.Number(operands.at(0));
  for (size_t i = 1; i < operands.size(); ++i) result = combine(result, scope.Number(operands[i]));
  return result;
}

Json Plus(const Scope& scope, const Operands& operands) {
  return Fold(scope, operands, [](double left, double right) { return left + right; });
}

Json Minus(const Scope& scope, const Operands& operands) {
  return Fold(scope, operands, [](double left, double right) { return left - right; });
}

Json Times(const Scope& scope, const Operands& operands) {
  return Fold(scope, operands, [](double left, double right) { return left * right; });
}

Json Over(const Scope& scope, const Operands& operands) {
  return Fold(scope, operands,
              [](double left, double right) { return right == 0.0 ? 0.0 : left / right; });
}

Json Max(const Scope& scope, const Operands& operands) {
  return Fold(scope, operands, [](double left, double right) { return std::max(left, right); });
}

Json Min(const Scope& scope, const Operands& operands) {
  return Fold(scope, operands, [](double left, double right) { return std::min(left, right); });
}

Json Round(const Scope& scope, const Operands& operands) {
  return RoundDecimals(scope.Number(operands.at(0)), kMoneyDecimals);
}

Json Sum(const Scope& scope, const Operands& operands) {
  const Field* field = scope.model.Find(operands.at(0).get<std::string>());
  const Model* rows = field ? scope.env.schema().Find(field->relation) : nullptr;
  if (!rows) return 0.0;
  double sum = 0.0;
  for (const int64_t row : RelatedIds(scope.env, scope.model, scope.id, *field)) {
    CheckExists(scope.env, *rows, row);
    sum += Scope{scope.env, *rows, row}.Number(operands.at(1));
  }
  return sum;
}

Json Count(const Scope& scope, const Operands& operands) {
  return scope.Rows(operands.at(0)).size();
}

Json Each(const Scope& scope, const Operands& operands) {
  const Field* field = scope.model.Find(operands.at(0).get<std::string>());
  const Model* rows = field ? scope.env.schema().Find(field->relation) : nullptr;
  std::set<int64_t> ids;
  for (const int64_t row : rows ? RelatedIds(scope.env, scope.model, scope.id, *field) : Ids{}) {
    const Json found = Evaluate(scope.env, *rows, row, operands.at(1));
    for (const Json& id : found.is_array() ? found : Json::array({found})) {
      if (id.is_number_integer()) ids.insert(id.get<int64_t>());
    }
  }
  return Ids(ids.begin(), ids.end());
}

Json Or(const Scope& scope, const Operands& operands) {
  for (const Json& operand : operands) {
    const Json value = scope.Value(operand);
    if (python::Truth(value)) return value;
  }
  return false;
}

Json If(const Scope& scope, const Operands& operands) {
  const bool matches = Domain::Parse(scope.env, scope.model, operands.at(0))
                           .Matches(scope.env, scope.model, scope.id);
  return scope.Value(operands.at(matches ? 1 : 2));
}

Json Case(const Scope& scope, const Operands& operands) {
  const Json key = scope.Value(operands.at(0));
  const Json& cases = operands.at(1);
  if (!key.is_string() || !cases.contains(key.get<std::string>())) return false;
  return scope.Value(cases[key.get<std::string>()]);
}

Json JoinParts(const Scope& scope, const Operands& operands) {
  std::vector<std::string> parts;
  for (size_t i = 1; i < operands.size(); ++i) {
    const Json part = scope.Value(operands[i]);
    if (python::Truth(part)) parts.push_back(python::Str(part));
  }
  return Join(parts, operands.at(0).get<std::string>());
}

// Of the record's company, or of none.
bool SharesCompany(const Scope& scope, const Model& other, int64_t id) {
  const int64_t company = RawId(scope.env, other, id, "company_id");
  if (company == 0 || !scope.model.Has("company_id")) return true;
  const int64_t own = RawId(scope.env, scope.model, scope.id, "company_id");
  return company == (own == 0 ? scope.env.company() : own);
}

Json First(const Scope& scope, const Operands& operands) {
  const Model* other = scope.env.schema().Find(operands.at(0).get<std::string>());
  if (!other) return false;
  for (const int64_t id : Search(scope.env.Sudo(), *other, operands.at(1))) {
    if (SharesCompany(scope, *other, id)) return id;
  }
  return false;
}

Json Next(const Scope& scope, const Operands& operands) {
  const std::string prefix = operands.at(0);
  std::string number = std::to_string(scope.env.store().NextNumber(scope.model.name));
  const size_t width = operands.at(1).get<size_t>();
  if (number.size() < width) number.insert(0, width - number.size(), '0');
  return prefix + number;
}

Json Name(const Scope& scope, const Operands& operands) {
  const Field* field = scope.model.Find(operands.at(0).get<std::string>());
  const Model* other = field ? scope.env.schema().Find(field->relation) : nullptr;
  const int64_t id = other ? RawId(scope.env, scope.model, scope.id, field->name) : 0;
  return id == 0 ? Json(false) : Json(DisplayName(scope.env, *other, id));
}

const std::map<std::string, Operator, std::less<>>& Operators() {
  static const std::map<std::string, Operator, std::less<>> operators{
      {"each", Each}, {"or", Or},       {"+", Plus},    {"-", Minus},        {"*", Times},
      {"/", Over},    {"max", Max},     {"min", Min},   {"round", Round},    {"sum", Sum},
      {"if", If},     {"count", Count}, {"case", Case}, {"join", JoinParts}, {"first", First},
      {"next", Next}, {"name", Name},
  };
  return operators;
}

Json ValueAt(const Scope& scope, const std::string& path) {
  const size_t dot = path.find('.');
  if (dot == std::string::npos) return RawValue(scope.env, scope.model, scope.id, path);
  const Field* link = scope.model.Find(path.substr(0, dot));
  const Model* other = link ? scope.env.schema().Find(link->relation) : nullptr;
  const int64_t id = other ? RawId(scope.env, scope.model, scope.id, link->name) : 0;
  if (id == 0 || !scope.env.store().Exists(other->name, id)) return false;
  return ValueAt({scope.env, *other, id}, path.substr(dot + 1));
}

Json Apply(const Scope& scope, const Json& expression) {
  const std::string name = expression.at(0);
  const auto found = Operators().find(name);
  if (found == Operators().end()) throw std::logic_error("no operator " + name);
  return found->second(scope, Operands(expression.begin() + 1, expression.end()));
}

bool IsOpen(const Model& model, const Values& values, const std::string& field) {
  const auto value = values.find(field);
  return value == values.end() || model.IsPlaceholder(field, value->second);
}

// Whether a refusal minds the change of `values`.
bool Concerns(const Json& refusal, const Values& values) {
  const auto fields = refusal.find("fields");
  if (fields == refusal.end()) return true;
  return std::ranges::any_of(
      *fields, [&](const Json& field) { return values.contains(field.get<std::string>()); });
}

Fault RefusalOf(const Scope& scope, const Json& refusal) {
  Catalog::Arguments arguments;
  const Json with = refusal.value("with", Json::object());
  for (const auto& [name, expression] : with.items()) {
    arguments.emplace_back(name, python::Str(scope.Value(expression)));
  }
  return MakeFault(refusal.value("exception", "odoo.exceptions.UserError"),
                   scope.env.Text(refusal.at("text"), arguments));
}

}  // namespace

void CheckRefusals(const Env& env, const Model& model, int64_t id, const Json& refusals,
                   const Values& values) {
  for (const Json& refusal : refusals) {
    const bool fits = Concerns(refusal, values) &&
                      Domain::Parse(env, model, refusal.at("when")).Matches(env, model, id);
    if (fits) throw RefusalOf({env, model, id}, refusal);
  }
}

void CheckRefusalsOf(const Env& env, const Model& model, const Ids& ids,
                     const std::string& occasion, const Values& values) {
  const auto refusals = model.traits.find("refuses");
  if (refusals == model.traits.end() || !refusals->contains(occasion)) return;
  for (const int64_t id : ids) CheckRefusals(env, model, id, refusals->at(occasion), values);
}

Json Evaluate(const Env& env, const Model& model, int64_t id, const Json& expression) {
  const Scope scope{env, model, id};
  if (expression.is_array()) return Apply(scope, expression);
  if (expression.is_object()) return expression.at("value");
  if (!expression.is_string()) return expression;
  const std::string text = expression;
  return text.starts_with('@') ? LiveDefault(env, expression) : ValueAt(scope, text);
}

void CompleteByRules(const Env& env, const Model& model, int64_t id) {
  for (const auto& [field, expression] : model.completes.items()) {
    if (!model.Has(field) || !IsOpen(model, *env.store().Find(model.name, id), field)) continue;
    env.store().Set(model.name, id, field, Evaluate(env, model, id, expression));
  }
}

}  // namespace sandbox
