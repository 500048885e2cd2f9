// YAML as plain data, with lines. As much of YAML as settings need: one document of mappings, lists
// and texts. Anchors, aliases and tags are refused: with them a small file becomes a huge one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gateway::config {

struct Node {
  enum class Kind : std::uint8_t { kNull, kText, kList, kMapping };
  Kind kind = Kind::kNull;
  // From 1; of the key in a mapping.
  int line = 0;
  // In a mapping.
  std::string key = {};
  std::string text = {};
  // Of a list, or of a mapping in the order of the file, keys repeated as they are there.
  std::vector<Node> items = {};
};

struct SyntaxError {
  int line = 0;
  std::string message;
};

std::variant<Node, SyntaxError> ParseDocument(std::string_view text);

}  // namespace gateway::config
