// Where text stops being JSON.
//
//   if (auto error = FindSyntaxError(text)) Report(error->position, error->message);
//
// Pure functions; safe from any thread.
#ifndef ODOOGW_JSON_SYNTAX_H_
#define ODOOGW_JSON_SYNTAX_H_

#include <optional>
#include <string>

namespace odoogw {

struct SyntaxError {
  std::string position;  // "line 2, column 7", counted from 1; empty where protobuf did not say.
  std::string
      message;  // What was expected, and the text around the position with a caret below it.
};

// Nothing for text that is JSON.
std::optional<SyntaxError> FindSyntaxError(const std::string& text);

}  // namespace odoogw

#endif  // ODOOGW_JSON_SYNTAX_H_
