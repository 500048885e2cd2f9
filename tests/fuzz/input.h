// What the fuzzed inputs have in common: a line of words that choose, then the bytes under test.
//
//   CreatePartner 18\n<request message>
//   GetState 19 200\n<body>
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "../unit/contracts.h"

namespace gateway::fuzz {

struct Input {
  std::vector<std::string> words;
  std::string bytes;

  std::string Word(std::size_t index, const std::string& otherwise) const {
    return index < words.size() ? words[index] : otherwise;
  }
};

inline Input Split(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  Input input;
  std::istringstream words{std::string(text.substr(0, line))};
  for (std::string word; words >> word;) input.words.push_back(word);
  input.bytes = text.substr(std::min(line + 1, text.size()));
  return input;
}

// Any method for any name, so that no input is wasted.
inline const contract::Method& MethodOf(const std::string& name) {
  const auto& methods = test::BuiltIn().methods();
  for (const auto& method : methods) {
    if (method->name == name) return *method;
  }
  return *methods[std::hash<std::string>{}(name) % methods.size()];
}

inline int VersionOf(const std::string& word) { return word == "19" ? 19 : 18; }

// What must hold for every input.
inline void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace gateway::fuzz
