// What of a Python traceback may be logged.
#pragma once

#include <string>
#include <string_view>

namespace gateway::observe {

// Frames and the first line of each exception. All further lines of exceptions go: there PostgreSQL
// says, in the language of the server, "DETAIL: Failing row contains (...)" with whole rows,
// password hashes among them.
std::string WithoutRows(std::string_view traceback);

}  // namespace gateway::observe
