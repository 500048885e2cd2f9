#include "schema/fit.h"

namespace gateway::schema {
namespace {

using contract::Type;

Type FamilyOf(Type type) {
  switch (type) {
    case Type::kMonetary:
      return Type::kFloat;
    case Type::kText:
    case Type::kHtml:
      return Type::kChar;
    default:
      return type;
  }
}

bool SameRelation(std::string_view expected, std::string_view actual) {
  return expected.empty() || actual.empty() || expected == actual;
}

// `many2one to res.partner`
std::string Named(Type type, std::string_view relation) {
  // Contracts cannot hold it.
  if (type == Type::kUnspecified) return "another type";
  const std::string name(contract::TypeName(type));
  return relation.empty() ? name : name + " to " + std::string(relation);
}

}  // namespace

bool Fits(const contract::Field& expected, const Field& actual) {
  return FamilyOf(expected.type) == FamilyOf(actual.type) &&
         SameRelation(expected.relation, actual.relation);
}

std::string Misfit(const contract::Field& expected, const Field& actual) {
  const bool types = FamilyOf(expected.type) != FamilyOf(actual.type);
  return types ? Named(actual.type, {}) + " instead of " + Named(expected.type, {})
               : Named(actual.type, actual.relation) + " instead of " +
                     Named(expected.type, expected.relation);
}

}  // namespace gateway::schema
