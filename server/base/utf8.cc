#include "base/utf8.h"

#include <algorithm>
#include <iterator>

namespace gateway::base {
namespace {

// How UTF-8 begins a character of one to four bytes, and the lowest code that needs that many.
struct Form {
  unsigned char mask, lead;
  char32_t lowest;
};
constexpr Form kForms[] = {
    {0x80, 0x00, 0x0}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};

bool IsScalar(char32_t code) { return code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF); }

}  // namespace

Character FirstCharacter(std::string_view text) {
  constexpr Character kInvalid = {0xFFFD, 1, false};
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const Form* form = std::ranges::find_if(
      kForms, [&](const Form& some) { return (byte(0) & some.mask) == some.lead; });
  const auto length = static_cast<std::size_t>(form - kForms) + 1;
  if (form == std::end(kForms) || text.size() < length) return kInvalid;
  char32_t code = byte(0) & static_cast<unsigned char>(~form->mask);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return kInvalid;
    code = code << 6 | (byte(i) & 0x3F);
  }
  return code >= form->lowest && IsScalar(code) ? Character{code, length, true} : kInvalid;
}

}  // namespace gateway::base
