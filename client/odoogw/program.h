// The whole program but for the process: words and streams in, exit code out.
//
//   int code = RunProgram({"list"}, {std::cin, std::cout, std::cerr, false, false});
//
// One run at a time per set of streams.
#ifndef ODOOGW_PROGRAM_H_
#define ODOOGW_PROGRAM_H_

#include <istream>
#include <ostream>
#include <string>
#include <vector>

#include "odoogw/exit_code.h"

namespace odoogw {

struct Terminal {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool out_is_terminal;
  bool err_is_terminal;
};

// Answers go to `out`; a failure goes to `err`, and nothing to `out`.
ExitCode RunProgram(const std::vector<std::string>& command_line, const Terminal& terminal);

}  // namespace odoogw

#endif  // ODOOGW_PROGRAM_H_
