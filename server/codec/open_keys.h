// The keys of the objects that a writer has open, so that no object gets a key twice: parsers take
// the last value of such a key, checks may have seen the first one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::codec {

// Keys are the same where their written bytes are. A hash table of the open keys, so that a key
// costs the same in an object of any size; it shrinks as objects end.
class OpenKeys {
 public:
  void BeginObject();
  void EndObject();

  // Takes a key of the innermost object, written in `text` from `begin` to `end`. False if the
  // object has the key already.
  bool Add(std::string_view text, std::size_t begin, std::size_t end);

  // Cuts `text` off at `end` and returns where everything that follows is written instead: to a
  // string that nobody reads.
  std::string* Refuse(std::string_view key, std::string& text, std::size_t end);
  // The key that was refused, as the caller named it.
  const std::optional<std::string>& refused() const { return refused_; }

 private:
  struct Key {
    std::size_t hash;
    // Its bytes in the text.
    std::size_t begin;
    std::size_t size;
    // Its place in the table.
    std::size_t slot;
  };

  void Enlarge();

  // Of all open objects, outermost first.
  std::vector<Key> keys_;
  // Where the keys of the innermost object begin in `keys_`, and of those around it.
  std::size_t first_ = 0;
  std::vector<std::size_t> outer_;
  // Numbers of keys, counted from 1, by hash; 0: free. At most half of it is used.
  std::vector<std::uint32_t> slots_;
  std::optional<std::string> refused_;
  std::string dropped_;
};

}  // namespace gateway::codec
