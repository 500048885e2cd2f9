// What a Python traceback says: the chain of exceptions and where each was raised.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gateway::odoo {

// One exception of a chain. Views into the traceback.
struct Raised {
  // As Python prints it: `ValueError`, `psycopg2.errors.UniqueViolation`.
  std::string_view exception;
  std::string_view text;
  // Of the innermost frame: `/opt/odoo/odoo/models.py`, `_check_qorder`.
  std::string_view file;
  std::string_view function;
};

// In the order of the traceback: causes first, the exception that was reported last. Texts are cut
// at kMostWords.
std::vector<Raised> ReadTraceback(std::string_view debug);

// `builtins.ValueError` for `ValueError`: Python prints built-in classes without their module.
std::string WithModule(std::string_view exception);

}  // namespace gateway::odoo
