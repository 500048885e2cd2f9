// One JSON object on one line, written field by field.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "observe/event.h"

namespace gateway::observe {

// Appends `text` as the inside of a JSON string: quotes and whatever is not printable
// (base/printable.h) escaped, bytes that are not UTF-8 replaced by U+FFFD. Appends at most `limit`
// bytes; what is cut ends with "...".
void AppendEscaped(std::string_view text, std::size_t limit, std::string* out);

// Keys are literals that need no escaping.
class JsonLine {
 public:
  // Nothing where `value` is empty.
  JsonLine& Text(std::string_view key, std::string_view value, std::size_t limit);
  JsonLine& Count(std::string_view key, std::uint64_t value);
  // An array. Nothing where there are none.
  JsonLine& Numbers(std::string_view key, std::span<const std::int64_t> values);
  JsonLine& True(std::string_view key);
  // UTC, RFC 3339.
  JsonLine& Time(std::string_view key, std::chrono::system_clock::time_point value);
  // With three decimals.
  JsonLine& Milliseconds(std::string_view key, Duration value);

  // The object, without a line break. Ends the use of this line.
  std::string Take() &&;

 private:
  void Key(std::string_view key);

  std::string out_ = "{";
};

}  // namespace gateway::observe
