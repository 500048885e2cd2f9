#include "odoo/fault_constraint.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace gateway::odoo {
namespace {

constexpr std::array<std::string_view, 5> kEndings = {"_fkey", "_uniq", "_unique", "_key",
                                                      "_index"};

std::string ModelOf(std::string_view table) {
  std::string model(table);
  std::replace(model.begin(), model.end(), '_', '.');
  return model;
}

// `partner_id` of `res_partner_bank_partner_id_fkey` on `res_partner_bank`.
std::string_view ColumnIn(std::string_view name, std::string_view table) {
  if (!name.starts_with(table) || name.size() <= table.size() + 1) return {};
  name.remove_prefix(table.size() + 1);
  for (const std::string_view ending : kEndings) {
    if (name.ends_with(ending)) return name.substr(0, name.size() - ending.size());
  }
  return {};
}

}  // namespace

Constraint ConstraintNamed(std::string_view name, std::string_view table) {
  Constraint constraint;
  if (table.empty()) return constraint;
  constraint.model = ModelOf(table);
  const std::string_view column = ColumnIn(name, table);
  if (!column.empty()) constraint.columns.push_back(column);
  return constraint;
}

}  // namespace gateway::odoo
