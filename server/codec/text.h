// Forms of scalar values in Odoo's RPC, checked and made.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gateway::codec {

bool IsUtf8(std::string_view text);

// Whether an XML document can hold valid UTF-8 text: no control characters but tab and line ends,
// no U+FFFE and U+FFFF.
bool IsXmlText(std::string_view text);

// Code points, of valid UTF-8.
std::size_t CountCharacters(std::string_view text);

// `-?digits(.digits)?` without superfluous zeros in front: also a JSON number. At most 40
// characters.
bool IsPlainDecimal(std::string_view text);

// The shortest plain decimal that reads back as the same double: `12.5`, `10`, `0.00005`. Not for
// NaN and infinities.
std::string DecimalOf(double value);

// What Odoo's database ids can be.
inline bool IsId(std::int64_t id) { return id >= 1 && id <= 2147483647; }

// UTF-8, `module.name` without white space, at most 256 bytes.
bool IsExternalId(std::string_view text);

// Proleptic Gregorian, years 1 to 9999.
struct Day {
  int year = 0;
  int month = 0;
  int day = 0;
};
bool IsValid(const Day& day);
// `2024-05-01`.
std::string FormatDay(const Day& day);
// False where the text is no such day.
bool ParseDay(std::string_view text, Day& day);

// Seconds since 1970-01-01T00:00:00Z, as in Timestamp. `2024-05-01 08:30:00`.
inline constexpr std::int64_t kFirstSecond = -62135596800;  // 0001-01-01
inline constexpr std::int64_t kLastSecond = 253402300799;   // 9999-12-31
std::string FormatSeconds(std::int64_t seconds);
bool ParseSeconds(std::string_view text, std::int64_t& seconds);

}  // namespace gateway::codec
