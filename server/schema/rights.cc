#include "schema/rights.h"

namespace gateway::schema {
Needs NeedsOf(const contract::Method& method) {
  Needs needs;
  const auto need = [&needs](const contract::Record& record, Right right) {
    needs[record.model].set(static_cast<std::size_t>(right));
  };
  need(*method.record, base::TraitsOf(method.operation).right);
  if (method.action.wizard) need(*method.action.wizard->record, Right::kCreate);
  if (method.action.result != nullptr) need(*method.action.result, Right::kRead);
  return needs;
}

Needs NeedsOf(const contract::Catalog& catalog) {
  Needs needs;
  for (const auto& method : catalog.methods()) {
    for (const auto& [model, rights] : NeedsOf(*method)) needs[model] |= rights;
  }
  return needs;
}

}  // namespace gateway::schema
