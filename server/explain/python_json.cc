#include "explain/python_json.h"

#include <algorithm>
#include <array>

namespace gateway::explain {
namespace {

struct Word {
  std::string_view json;
  std::string_view printed;
};
constexpr std::array kWords = {Word{"NaN", "nan"}, Word{"Infinity", "inf"},
                               Word{"-Infinity", "-inf"}};
// Of any 64-bit integer, with its sign.
constexpr std::size_t kSafeDigits = 18;

bool IsWordByte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '+' || c == '.';
}

bool IsLargeInteger(std::string_view word) {
  return word.size() > kSafeDigits && word.find_first_not_of("-0123456789") == word.npos;
}

void AppendWord(std::string_view word, std::string& out) {
  const auto* known = std::find_if(kWords.begin(), kWords.end(),
                                   [word](const Word& row) { return row.json == word; });
  if (known != kWords.end()) {
    out.append("\"").append(known->printed).append("\"");
  } else if (IsLargeInteger(word)) {
    out.append("\"").append(word).append("\"");
  } else {
    out.append(word);
  }
}

// `\ud83d`, with the hexadecimal digit that tells the first half (8 to b) from the second.
bool IsHalf(std::string_view text, std::string_view digits) {
  return text.size() >= 6 && text[1] == 'u' && (text[2] == 'd' || text[2] == 'D') &&
         digits.find(text[3]) != std::string_view::npos;
}

// One escape at the beginning of `text`; answers how long it is.
std::size_t AppendEscape(std::string_view text, std::string& out) {
  constexpr std::string_view kFirst = "89abAB";
  constexpr std::string_view kSecond = "cdefCDEF";
  constexpr std::size_t kSize = 6;
  const bool pair = IsHalf(text, kFirst) && text.size() >= 2 * kSize && text[kSize] == '\\' &&
                    IsHalf(text.substr(kSize), kSecond);
  if (pair) return out.append(text.substr(0, 2 * kSize)), 2 * kSize;
  if (IsHalf(text, kFirst) || IsHalf(text, kSecond)) return out.append("\\ufffd"), kSize;
  return out.append(text.substr(0, 2)), std::min<std::size_t>(text.size(), 2);
}

// A string at the beginning of `text`, with its quotes; answers how long it is.
std::size_t AppendString(std::string_view text, std::string& out) {
  out.push_back('"');
  std::size_t at = 1;
  while (at < text.size() && text[at] != '"') {
    if (text[at] == '\\') {
      at += AppendEscape(text.substr(at), out);
    } else {
      out.push_back(text[at++]);
    }
  }
  if (at == text.size()) return at;
  out.push_back('"');
  return at + 1;
}

}  // namespace

std::string PlainJson(std::string_view python) {
  std::string out;
  out.reserve(python.size());
  while (!python.empty()) {
    const auto* end = std::find_if_not(python.begin(), python.end(), IsWordByte);
    const auto word = python.substr(0, static_cast<std::size_t>(end - python.begin()));
    AppendWord(word, out);
    python.remove_prefix(word.size());
    if (python.empty()) break;
    if (python.front() == '"') {
      python.remove_prefix(AppendString(python, out));
    } else {
      out.push_back(python.front());
      python.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace gateway::explain
