// Names and values of a few bytes, compared and copied in place: a call into the C library costs
// more than the work, and an answer has dozens of them in each row.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace gateway::codec {
namespace short_text {

template <class Word>
Word Load(const char* from) {
  Word word;
  std::memcpy(&word, from, sizeof(word));
  return word;
}

// The first and the last bytes; both words overlap where there are fewer than two.
template <class Word>
bool EndsAreSame(const char* a, const char* b, std::size_t size) {
  const std::size_t last = size - sizeof(Word);
  return Load<Word>(a) == Load<Word>(b) && Load<Word>(a + last) == Load<Word>(b + last);
}

template <class Word>
void CopyEnds(const char* from, std::size_t size, char* to) {
  const std::size_t last = size - sizeof(Word);
  const Word head = Load<Word>(from);
  const Word tail = Load<Word>(from + last);
  std::memcpy(to, &head, sizeof(Word));
  std::memcpy(to + last, &tail, sizeof(Word));
}

struct Pair {
  std::uint64_t low, high;
  bool operator==(const Pair&) const = default;
};

}  // namespace short_text

inline bool Same(std::string_view a, std::string_view b) {
  const std::size_t size = a.size();
  if (size != b.size()) return false;
  if (size > 32) return std::memcmp(a.data(), b.data(), size) == 0;
  if (size >= 16) return short_text::EndsAreSame<short_text::Pair>(a.data(), b.data(), size);
  if (size >= 8) return short_text::EndsAreSame<std::uint64_t>(a.data(), b.data(), size);
  if (size >= 4) return short_text::EndsAreSame<std::uint32_t>(a.data(), b.data(), size);
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

// Returns the place behind the copy.
inline char* Copy(std::string_view from, char* to) {
  const std::size_t size = from.size();
  if (size > 32) {
    std::memcpy(to, from.data(), size);
  } else if (size >= 16) {
    short_text::CopyEnds<short_text::Pair>(from.data(), size, to);
  } else if (size >= 8) {
    short_text::CopyEnds<std::uint64_t>(from.data(), size, to);
  } else if (size >= 4) {
    short_text::CopyEnds<std::uint32_t>(from.data(), size, to);
  } else {
    for (std::size_t i = 0; i < size; ++i) to[i] = from[i];
  }
  return to + size;
}

}  // namespace gateway::codec
