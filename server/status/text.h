// Texts that may stand in a proto3 string and in a trailer: valid UTF-8, without control
// characters, bounded.
//
// Every function takes any bytes, replaces what is no UTF-8 by U+FFFD and a control character by a
// space, and cuts what exceeds `limit` between two characters, marked by "..." (which counts).
// Limits are at least 3. Pure, any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gateway::status {

// At most `limit` bytes, one line.
std::string OneLine(std::string_view text, std::size_t limit);

// At most `limit` bytes; line breaks and tabs stay.
std::string Lines(std::string_view text, std::size_t limit);

// One line of at most `limit` bytes as PercentEncodedSize counts them.
std::string HeaderLine(std::string_view text, std::size_t limit);

// Bytes of `text` as a grpc-message trailer: all but printable ASCII, and '%', take three bytes for
// each byte.
std::size_t PercentEncodedSize(std::string_view text);

// BCP 47 tag of a language as Odoo writes it: `fr_FR` -> `fr-FR`, `sr@latin` -> `sr-Latn`; `en-US`
// where it is none.
std::string Locale(std::string_view lang);

}  // namespace gateway::status
