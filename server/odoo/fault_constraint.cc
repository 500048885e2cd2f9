#include "odoo/fault_constraint.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace gateway::odoo {
namespace {

struct ConstraintRow {
  std::string_view name;
  // Separated by spaces.
  std::string_view columns;
  bool requires_value;
};

constexpr ConstraintRow kConstraintRows[] = {
#include "odoo/fault_constraint.inc"
};

constexpr std::array<std::string_view, 5> kEndings = {"_fkey", "_uniq", "_unique", "_key",
                                                      "_index"};

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    words.push_back(text.substr(0, text.find(' ')));
    text.remove_prefix(std::min(text.size(), words.back().size() + 1));
  }
  return words;
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
  const auto* row = std::lower_bound(
      std::begin(kConstraintRows), std::end(kConstraintRows), name,
      [](const ConstraintRow& known, std::string_view key) { return known.name < key; });
  if (row != std::end(kConstraintRows) && row->name == name)
    return {Words(row->columns), row->requires_value};
  const std::string_view column = ColumnIn(name, table);
  if (column.empty()) return {};
  return {{column}, false};
}

}  // namespace gateway::odoo
