#include "base/printable.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "base/utf8.h"

namespace gateway::base {
namespace {

struct Range {
  char32_t first, last;
};

// Never shown as themselves.
constexpr Range kHidden[] = {
    {0x0000, 0x001F},    // C0
    {0x007F, 0x009F},    // DEL and C1; U+0085 also ends a line
    {0x00AD, 0x00AD},    // soft hyphen
    {0x061C, 0x061C},    // Arabic letter mark
    {0x180E, 0x180E},    // Mongolian vowel separator
    {0x200B, 0x200B},    // zero width space
    {0x200E, 0x200F},    // left-to-right and right-to-left mark
    {0x2028, 0x202E},    // line and paragraph separator; embeddings and overrides
    {0x2060, 0x206F},    // word joiner, invisible operators, isolates
    {0xFDD0, 0xFDEF},    // not characters
    {0xFEFF, 0xFEFF},    // byte order mark
    {0xFFF0, 0xFFFB},    // interlinear annotation
    {0x1BCA0, 0x1BCA3},  // shorthand format controls
    {0x1D173, 0x1D17A},  // musical format controls
    {0xE0000, 0xE00FF},  // tags
    {0xE01F0, 0xE0FFF},  // reserved for characters that are not shown
};

// Shown as part of the character before them; see the header.
constexpr Range kJoined[] = {
    {0x034F, 0x034F},    // combining grapheme joiner
    {0x180B, 0x180D},    // Mongolian variation selectors
    {0x180F, 0x180F},    // another one
    {0x200C, 0x200D},    // zero width non-joiner and joiner
    {0xFE00, 0xFE0F},    // variation selectors
    {0xE0100, 0xE01EF},  // more of them
};

constexpr char32_t kJoiner = 0x200D;
constexpr char32_t kEmojiSelector = 0xFE0F;

template <std::size_t N>
bool IsIn(const Range (&ranges)[N], char32_t code) {
  const Range* range = std::ranges::lower_bound(ranges, code, {}, &Range::last);
  return range != std::end(ranges) && code >= range->first;
}

// The last two of each plane.
bool IsNoncharacter(char32_t code) { return (code & 0xFFFE) == 0xFFFE; }

// `1` and U+FE0F begin the emoji of a key.
bool IsOnKeycap(char32_t code) {
  return (code >= '0' && code <= '9') || code == '#' || code == '*';
}

bool MayJoin(char32_t code, char32_t before) {
  if (code == kEmojiSelector && IsOnKeycap(before)) return true;
  if (code == kJoiner && before == kEmojiSelector) return true;
  return before > 0x7F && !IsIn(kJoined, before) && !IsIn(kHidden, before);
}

void AppendHex(std::uint32_t value, int digits, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += kDigits[value >> shift & 0xF];
}

void AppendEscape(const Character& character, std::string_view bytes, std::string& out) {
  constexpr std::string_view kNamed = "\n\r\t";
  constexpr std::string_view kNames = "nrt";
  const std::size_t name = kNamed.find(bytes);
  if (name != std::string_view::npos) {
    out += {'\\', kNames[name]};
  } else if (!character.valid || character.code < 0x80) {
    AppendHex(static_cast<unsigned char>(bytes.front()), 2, out += "\\x");
  } else if (character.code <= 0xFFFF) {
    AppendHex(character.code, 4, out += "\\u");
  } else {
    AppendHex(character.code, 8, out += "\\U");
  }
}

// Copies `text`, and gives what cannot be printed to `append(character, bytes, out)`.
template <class Append>
std::string Replaced(std::string_view text, Lines lines, const Append& append) {
  std::string out;
  out.reserve(text.size());
  char32_t before = 0;
  while (!text.empty()) {
    const Character character = FirstCharacter(text);
    const std::string_view bytes = text.substr(0, character.length);
    text.remove_prefix(character.length);
    const bool kept = lines == Lines::kMany && (character.code == '\n' || character.code == '\t');
    if (kept || (character.valid && IsPrintable(character.code, before))) {
      out += bytes;
      before = character.code;
    } else {
      append(character, bytes, out);
      before = 0;
    }
  }
  return out;
}

}  // namespace

bool IsPrintable(char32_t code, char32_t before) {
  if (IsIn(kJoined, code)) return MayJoin(code, before);
  return !IsIn(kHidden, code) && !IsNoncharacter(code);
}

void AppendJsonEscape(char32_t code, std::string& out) {
  if (code <= 0xFFFF) return AppendHex(code, 4, out += "\\u");
  const char32_t offset = code - 0x10000;
  AppendHex(0xD800 + (offset >> 10), 4, out += "\\u");
  AppendHex(0xDC00 + (offset & 0x3FF), 4, out += "\\u");
}

std::string Printable(std::string_view text, Lines lines) {
  return Replaced(text, lines, AppendEscape);
}

std::string PrintableJson(std::string_view document) {
  return Replaced(document, Lines::kMany,
                  [](const Character& character, std::string_view, std::string& out) {
                    AppendJsonEscape(character.code, out);
                  });
}

}  // namespace gateway::base
