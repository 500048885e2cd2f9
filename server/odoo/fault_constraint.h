// What the name of a database constraint tells about model and columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gateway::odoo {

struct Constraint {
  std::string model;
  std::vector<std::string_view> columns;
  // A check that only asks for values (`name IS NOT NULL`).
  bool requires_value = false;
};

// By the generated table of the known models, else by Odoo's naming (`<table>_<column>_fkey`,
// `<table>_<column>_uniq`). `table` may be empty. Columns are views into the table or into `name`.
Constraint ConstraintNamed(std::string_view name, std::string_view table);

}  // namespace gateway::odoo
