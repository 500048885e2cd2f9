// The commands of the program.
//
//   FindCommand(arguments).run(session);
//
// Commands throw Failure. Not thread-safe: one session, one command.
#ifndef ODOOGW_COMMANDS_H_
#define ODOOGW_COMMANDS_H_

#include <cstddef>
#include <istream>
#include <ostream>
#include <string>
#include <vector>

#include "odoogw/arguments.h"
#include "odoogw/catalog.h"
#include "odoogw/connection.h"
#include "odoogw/reflection_client.h"
#include "odoogw/style.h"

namespace odoogw {

// What a command works with. The streams and arguments must outlive it.
class Session {
 public:
  Session(const Arguments& arguments, std::istream& in, std::ostream& out, Style style);

  // Operand number `index` after the command, or `fallback` where there are not so many.
  std::string Operand(std::size_t index, const std::string& fallback = "") const;

  const Arguments& arguments;
  std::istream& in;
  std::ostream& out;
  const Style style;  // For `out`.
  const Connection connection;
  ReflectionClient reflection;
  Catalog catalog;
};

struct Command {
  const char* name;
  const char* operands;  // As in the help.
  std::size_t least;     // Number of operands.
  std::size_t most;
  const char* help;
  void (*run)(Session&);
};

// The command that the first word names, with a fitting number of operands. Throws a usage failure.
const Command& FindCommand(const std::vector<std::string>& words);

// All commands, a line each, for `--help`.
std::string CommandHelp();

}  // namespace odoogw

#endif  // ODOOGW_COMMANDS_H_
