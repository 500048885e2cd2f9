// What the name of a database constraint tells about its columns.
#pragma once

#include <string_view>
#include <vector>

namespace gateway::odoo {

struct Constraint {
  std::vector<std::string_view> columns;
  // A check that only asks for values (`name IS NOT NULL`).
  bool requires_value = false;
};

// From what Odoo's modules declare, else by PostgreSQL's and Odoo's naming
// (`<table>_<column>_fkey`, `<table>_<column>_uniq`). Columns are views into a static table or into
// `name`.
Constraint ConstraintNamed(std::string_view name, std::string_view table);

}  // namespace gateway::odoo
