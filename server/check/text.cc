#include "check/text.h"

#include <cstddef>
#include <cstdio>

namespace gateway::check {

std::string Listed(const Names& names) {
  constexpr std::size_t kMost = 12;
  std::vector<std::string_view> shown(names.begin(), names.end());
  if (shown.size() <= kMost) return Listed(shown, "and");
  shown.resize(kMost - 1);
  const std::string more = std::to_string(names.size() - shown.size()) + " more";
  shown.push_back(more);
  return Listed(shown, "and");
}

std::string Listed(const std::vector<std::string_view>& names, std::string_view last) {
  std::string text;
  for (std::size_t at = 0; at < names.size(); ++at) {
    const bool ends = at > 0 && at + 1 == names.size();
    if (ends) text.append(" ").append(last).append(" ");
    if (at > 0 && !ends) text.append(", ");
    text.append(names[at]);
  }
  return text;
}

std::string DateText(std::chrono::system_clock::time_point time) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
  char text[16];
  std::snprintf(text, sizeof(text), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

std::string ShortName(std::string_view service) {
  return std::string(service.substr(service.rfind('.') + 1));
}

}  // namespace gateway::check
