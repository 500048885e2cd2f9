#include "observe/json.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/printable.h"
#include "base/utf8.h"

namespace gateway::observe {
namespace {

constexpr std::string_view kEllipsis = "...";
constexpr char32_t kReplacement = 0xFFFD;

struct ShortEscape {
  char32_t code;
  std::string_view escape;
};
constexpr ShortEscape kShortEscapes[] = {
    {'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"}, {'\r', "\\r"}, {'\t', "\\t"}};

void AppendCharacter(const base::Character& character, char32_t before, std::string_view bytes,
                     std::string* out) {
  const auto* escape = std::ranges::find(kShortEscapes, character.code, &ShortEscape::code);
  if (escape != std::end(kShortEscapes)) {
    out->append(escape->escape);
  } else if (character.code == kReplacement || !base::IsPrintable(character.code, before)) {
    base::AppendJsonEscape(character.code, *out);
  } else {
    out->append(bytes);
  }
}

bool IsPlain(char c) { return c >= ' ' && c < '\x7F' && c != '"' && c != '\\'; }

}  // namespace

void AppendEscaped(std::string_view text, std::size_t limit, std::string* out) {
  if (text.size() <= limit && std::ranges::all_of(text, IsPlain)) {
    out->append(text);
    return;
  }
  const std::size_t begin = out->size();
  // The last end of a character that leaves room for the ellipsis.
  std::size_t cut = begin;
  char32_t before = 0;
  while (!text.empty()) {
    const base::Character character = base::FirstCharacter(text);
    AppendCharacter(character, before, text.substr(0, character.length), out);
    if (out->size() - begin > limit) {
      out->resize(cut);
      out->append(kEllipsis);
      return;
    }
    if (out->size() - begin + kEllipsis.size() <= limit) cut = out->size();
    before = character.code;
    text.remove_prefix(character.length);
  }
}

JsonLine& JsonLine::Text(std::string_view key, std::string_view value, std::size_t limit) {
  if (value.empty()) return *this;
  Key(key);
  out_ += '"';
  AppendEscaped(value, limit, &out_);
  out_ += '"';
  return *this;
}

JsonLine& JsonLine::Count(std::string_view key, std::uint64_t value) {
  Key(key);
  fmt::format_to(std::back_inserter(out_), "{}", value);
  return *this;
}

JsonLine& JsonLine::True(std::string_view key) {
  Key(key);
  out_ += "true";
  return *this;
}

JsonLine& JsonLine::Numbers(std::string_view key, std::span<const std::int64_t> values) {
  if (values.empty()) return *this;
  Key(key);
  char separator = '[';
  for (const std::int64_t value : values) {
    out_.push_back(std::exchange(separator, ','));
    out_.append(std::to_string(value));
  }
  out_.push_back(']');
  return *this;
}

JsonLine& JsonLine::Time(std::string_view key, std::chrono::system_clock::time_point value) {
  using std::chrono::days, std::chrono::floor, std::chrono::hh_mm_ss, std::chrono::milliseconds,
      std::chrono::year_month_day;
  const auto day = floor<days>(value);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<milliseconds>(value - day));
  Key(key);
  fmt::format_to(std::back_inserter(out_), "\"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z\"",
                 static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                 static_cast<unsigned>(date.day()), clock.hours().count(), clock.minutes().count(),
                 clock.seconds().count(), clock.subseconds().count());
  return *this;
}

JsonLine& JsonLine::Milliseconds(std::string_view key, Duration value) {
  Key(key);
  const std::chrono::duration<double, std::milli> milliseconds = value;
  fmt::format_to(std::back_inserter(out_), "{:.3f}", milliseconds.count());
  return *this;
}

std::string JsonLine::Take() && {
  out_ += '}';
  return std::move(out_);
}

void JsonLine::Key(std::string_view key) {
  if (out_.size() > 1) out_ += ',';
  out_.append("\"").append(key).append("\":");
}

}  // namespace gateway::observe
