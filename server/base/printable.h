// Makes text of unknown origin fit for a terminal: what Odoo, a module in it, a proxy or a server
// wrote must not move the cursor, change the order of what is shown, begin a line of its own, or
// hide. Used for every text that a program prints for people, and for JSON, which people print too.
//
// Replaced are control characters (C0, DEL, C1), separators of lines and paragraphs, characters
// that control the direction of text, characters without any width (spaces, byte order marks, tags,
// annotations), code points that are not characters, and bytes that are not UTF-8. Letters of every
// script, combining marks and emoji stay.
//
// Joiners (U+200C, U+200D) and variation selectors have no width either, but Persian, Indic
// scripts, Mongolian and emoji are spelled with them. They stay after a character beyond ASCII, one
// at a time: there they shape what is seen, and cannot hide more than themselves. After ASCII they
// change nothing that a terminal shows, so they are replaced there.
//
// Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gateway::base {

enum class Lines : std::uint8_t {
  kOne,   // line feeds and tabs are replaced, too
  kMany,  // they stay: for texts of several lines, which the caller indents
};

// `text` with visible escapes: `\x1b`, `\n`, `\u202e`, `\U000e0041`; `\xff` is also a byte that is
// not UTF-8. Backslashes stay as they are: the result is for reading, not for parsing.
std::string Printable(std::string_view text, Lines lines = Lines::kOne);

// A JSON document with JSON's own escapes (`\u202e`), which means the same. Bytes that are not
// UTF-8 become U+FFFD. Line feeds and tabs stay: JSON has them between its tokens only.
std::string PrintableJson(std::string_view document);

// Whether `code` is shown as itself after `before` (0: at the beginning, or after what was
// replaced).
bool IsPrintable(char32_t code, char32_t before);

// Appends the escape that JSON has for `code`, a pair of surrogates beyond U+FFFF.
void AppendJsonEscape(char32_t code, std::string& out);

}  // namespace gateway::base
