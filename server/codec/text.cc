#include "codec/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

#include <simdjson.h>

namespace gateway::codec {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Digits at `at`, all of them; moves `at` behind them.
std::size_t SkipDigits(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  while (at < text.size() && IsDigit(text[at])) ++at;
  return at - begin;
}

// A fixed-width unsigned number. False where a character is no digit.
bool Fixed(std::string_view text, std::size_t at, std::size_t width, int& value) {
  value = 0;
  for (std::size_t i = at; i < at + width; ++i) {
    if (!IsDigit(text[i])) return false;
    value = value * 10 + (text[i] - '0');
  }
  return true;
}

std::chrono::year_month_day Calendar(const Day& day) {
  return std::chrono::year(day.year) / day.month / day.day;
}

constexpr std::int64_t kSecondsPerDay = 86400;

// The shortest decimal of a number with at most six places and 15 digits, as nearly all prices and
// quantities are; empty for any other. No two decimals of 15 digits have the same double, so the
// one that gives `value` back is the shortest, without its zeros.
std::string ShortDecimal(double value) {
  constexpr double kScale = 1e6;
  constexpr std::size_t kPlaces = 6;
  const double scaled = std::nearbyint(value * kScale);
  if (!(std::abs(scaled) < 1e15) || scaled / kScale != value) return {};
  std::array<char, 24> buffer;
  char* const begin = buffer.data();
  const auto digits = static_cast<std::int64_t>(std::abs(scaled));
  const auto whole = digits / 1000000;
  char* at = begin;
  if (value < 0) *at++ = '-';
  at = std::to_chars(at, buffer.data() + buffer.size(), whole).ptr;
  auto places = digits % 1000000;
  if (places == 0) return {begin, at};
  *at++ = '.';
  for (std::size_t i = kPlaces; i-- > 0; places /= 10) at[i] = static_cast<char>('0' + places % 10);
  at += kPlaces;
  while (at[-1] == '0') --at;
  return {begin, at};
}

}  // namespace

bool IsUtf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

bool IsXmlText(std::string_view text) {
  const bool controls = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
  });
  return !controls && text.find("\xEF\xBF\xBE") == std::string_view::npos &&
         text.find("\xEF\xBF\xBF") == std::string_view::npos;
}

std::size_t CountCharacters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool IsPlainDecimal(std::string_view text) {
  constexpr std::size_t kMaxLength = 40;
  if (text.size() > kMaxLength) return false;
  std::size_t at = !text.empty() && text.front() == '-' ? 1 : 0;
  const std::size_t whole = at;
  const std::size_t digits = SkipDigits(text, at);
  if (digits == 0 || (digits > 1 && text[whole] == '0')) return false;
  if (at == text.size()) return true;
  if (text[at++] != '.') return false;
  return SkipDigits(text, at) > 0 && at == text.size();
}

std::string DecimalOf(double value) {
  if (value == 0) return "0";  // -0.0 too.
  if (auto text = ShortDecimal(value); !text.empty()) return text;
  std::array<char, 400> buffer;  // 1e308 in plain notation has 309 digits.
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed)
          .ptr;
  return {buffer.data(), end};
}

bool IsExternalId(std::string_view text) {
  constexpr std::size_t kMaxLength = 256;
  const std::size_t dot = text.find('.');
  if (text.size() > kMaxLength || dot == 0 || dot == std::string_view::npos || !IsUtf8(text))
    return false;
  if (dot + 1 == text.size()) return false;
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}

bool IsValid(const Day& day) {
  return day.year >= 1 && day.year <= 9999 && day.month >= 1 && day.day >= 1 && Calendar(day).ok();
}

std::string FormatDay(const Day& day) {
  std::array<char, 40> buffer;
  const int length =
      std::snprintf(buffer.data(), buffer.size(), "%04d-%02d-%02d", day.year, day.month, day.day);
  return {buffer.data(), static_cast<std::size_t>(length)};
}

bool ParseDay(std::string_view text, Day& day) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-' && Fixed(text, 0, 4, day.year) &&
         Fixed(text, 5, 2, day.month) && Fixed(text, 8, 2, day.day) && IsValid(day);
}

std::string FormatSeconds(std::int64_t seconds) {
  const std::chrono::sys_seconds instant{std::chrono::seconds(seconds)};
  const auto midnight = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss time(instant - midnight);
  std::array<char, 64> buffer;
  const int length = std::snprintf(
      buffer.data(), buffer.size(), "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
      static_cast<int>(time.seconds().count()));
  return {buffer.data(), static_cast<std::size_t>(length)};
}

bool ParseSeconds(std::string_view text, std::int64_t& seconds) {
  Day day;
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (text.size() < 19 || !ParseDay(text.substr(0, 10), day)) return false;
  if (text[10] != ' ' || text[13] != ':' || text[16] != ':') return false;
  if (!Fixed(text, 11, 2, hour) || !Fixed(text, 14, 2, minute) || !Fixed(text, 17, 2, second)) {
    return false;
  }
  if (hour > 23 || minute > 59 || second > 59) return false;
  // A fraction may follow (`.123456`): Odoo's datetimes have whole seconds, so it says nothing.
  if (text.size() > 19 && text[19] != '.') return false;
  const std::chrono::sys_days date(Calendar(day));
  seconds = date.time_since_epoch().count() * kSecondsPerDay + hour * 3600 + minute * 60 + second;
  return true;
}

}  // namespace gateway::codec
