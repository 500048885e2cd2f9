// Characters of UTF-8 text that may be broken.
#pragma once

#include <cstddef>
#include <string_view>

namespace gateway::base {

struct Character {
  char32_t code = 0;
  // Bytes.
  std::size_t length = 1;
  // False: one byte that is not UTF-8, and `code` is U+FFFD.
  bool valid = true;
};

// The character that `text`, which is not empty, starts with. Overlong forms, surrogates and codes
// beyond U+10FFFF are not UTF-8.
Character FirstCharacter(std::string_view text);

}  // namespace gateway::base
