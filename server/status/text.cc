#include "status/text.h"

#include <algorithm>
#include <cstdint>

namespace gateway::status {
namespace {

constexpr std::string_view kEllipsis = "...";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kDefaultLocale = "en-US";
// Longer than any registered language tag in use.
constexpr std::size_t kLocaleBytes = 35;

// The well-formed UTF-8 sequences, Unicode table 3-7. The bytes after the second are always 80..BF.
struct Sequence {
  std::uint8_t first_low, first_high, second_low, second_high;
  std::size_t length;
};
constexpr Sequence kSequences[] = {
    {0x00, 0x7F, 0x00, 0x00, 1}, {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

bool Within(char c, std::uint8_t low, std::uint8_t high) {
  const auto byte = static_cast<std::uint8_t>(c);
  return low <= byte && byte <= high;
}

bool StartsWith(std::string_view text, const Sequence& sequence) {
  if (text.size() < sequence.length) return false;
  if (!Within(text[0], sequence.first_low, sequence.first_high)) return false;
  if (sequence.length > 1 && !Within(text[1], sequence.second_low, sequence.second_high)) {
    return false;
  }
  return sequence.length <= 2 || std::ranges::all_of(text.substr(2, sequence.length - 2),
                                                     [](char c) { return Within(c, 0x80, 0xBF); });
}

// Bytes of the character that `text`, which is not empty, starts with; 0 where it is no UTF-8.
std::size_t CharacterLength(std::string_view text) {
  const auto* found = std::ranges::find_if(
      kSequences, [text](const Sequence& sequence) { return StartsWith(text, sequence); });
  return found == std::end(kSequences) ? 0 : found->length;
}

// C0, DEL and C1: what moves a terminal's cursor or starts a line.
bool IsControl(std::string_view character) {
  if (character.size() == 1) return Within(character[0], 0x00, 0x1F) || character[0] == 0x7F;
  return character.size() == 2 && character[0] == '\xC2' && Within(character[1], 0x80, 0x9F);
}

struct Style {
  bool keep_lines;
  // Bytes that a character counts for.
  std::size_t (*cost)(std::string_view character);
};

std::size_t Bytes(std::string_view character) { return character.size(); }

std::string_view Allowed(std::string_view character, bool keep_lines) {
  if (!IsControl(character)) return character;
  return keep_lines && (character == "\n" || character == "\t") ? character : " ";
}

std::string Clean(std::string_view text, std::size_t limit, const Style& style) {
  std::string out;
  std::size_t used = 0;
  // The last end of a character that leaves room for the ellipsis.
  std::size_t cut = 0;
  while (!text.empty()) {
    const std::size_t length = CharacterLength(text);
    const std::string_view character =
        length == 0 ? kReplacement : Allowed(text.substr(0, length), style.keep_lines);
    used += style.cost(character);
    if (used > limit) return out.substr(0, cut).append(kEllipsis);
    out += character;
    if (used + kEllipsis.size() <= limit) cut = out.size();
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

bool IsTagCharacter(char c) {
  return Within(c, 'a', 'z') || Within(c, 'A', 'Z') || Within(c, '0', '9') || c == '-';
}

// Odoo marks a script as POSIX does.
struct Script {
  std::string_view suffix;
  std::string_view subtag;
};
constexpr Script kScripts[] = {{"@latin", "-Latn"}, {"@Cyrl", "-Cyrl"}, {"@cyrillic", "-Cyrl"}};

}  // namespace

std::string OneLine(std::string_view text, std::size_t limit) {
  return Clean(text, limit, {.keep_lines = false, .cost = Bytes});
}

std::string Lines(std::string_view text, std::size_t limit) {
  return Clean(text, limit, {.keep_lines = true, .cost = Bytes});
}

std::string HeaderLine(std::string_view text, std::size_t limit) {
  return Clean(text, limit, {.keep_lines = false, .cost = PercentEncodedSize});
}

std::size_t PercentEncodedSize(std::string_view text) {
  const auto verbatim =
      std::ranges::count_if(text, [](char c) { return Within(c, 0x20, 0x7E) && c != '%'; });
  return 3 * text.size() - 2 * static_cast<std::size_t>(verbatim);
}

std::string Locale(std::string_view lang) {
  std::string_view subtag;
  for (const Script& script : kScripts) {
    if (!lang.ends_with(script.suffix)) continue;
    lang.remove_suffix(script.suffix.size());
    subtag = script.subtag;
  }
  std::string locale(lang);
  std::ranges::replace(locale, '_', '-');
  // A script stands between language and region.
  locale.insert(std::min(locale.find('-'), locale.size()), subtag);
  const bool valid =
      !lang.empty() && locale.size() <= kLocaleBytes && std::ranges::all_of(locale, IsTagCharacter);
  return valid ? locale : std::string(kDefaultLocale);
}

}  // namespace gateway::status
