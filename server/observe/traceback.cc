#include "observe/traceback.h"

#include <algorithm>

namespace gateway::observe {
namespace {

// Lines of Python's own, outside any exception.
constexpr std::string_view kBetween[] = {
    "Traceback (most recent call last):",
    "The above exception was the direct cause of the following exception:",
    "During handling of the above exception, another exception occurred:",
};

// Where PostgreSQL's rows begin if Odoo made one line of it all, and the value that it could not
// read: `invalid input syntax for type integer: "..."`.
constexpr std::string_view kRowMarks[] = {"DETAIL", "Failing row contains", "Key (", ": \""};

std::string_view BeforeRow(std::string_view line) {
  for (const std::string_view mark : kRowMarks) line = line.substr(0, line.find(mark));
  return line;
}

// Takes one line off `text`, without its end.
std::string_view TakeLine(std::string_view* text) {
  const std::string_view line = text->substr(0, text->find('\n'));
  text->remove_prefix(std::min(line.size() + 1, text->size()));
  return line;
}

}  // namespace

std::string WithoutRows(std::string_view traceback) {
  std::string kept;
  // Between Python's own line and the first line of the exception stand the frames, indented.
  bool in_message = false;
  while (!traceback.empty()) {
    const std::string_view line = TakeLine(&traceback);
    const bool between = std::ranges::find(kBetween, line) != std::end(kBetween);
    if (between) in_message = false;
    if (in_message || line.empty()) continue;
    kept.append(BeforeRow(line)).append("\n");
    if (!between && !line.starts_with(' ')) in_message = true;
  }
  return kept;
}

}  // namespace gateway::observe
