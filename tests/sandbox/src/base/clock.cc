#include "base/clock.h"

#include <chrono>
#include <cstdio>
#include <ctime>

namespace sandbox {
namespace {

std::string Format(std::time_t moment, const char* format) {
  std::tm parts{};
  gmtime_r(&moment, &parts);
  char buffer[32];
  return {buffer, std::strftime(buffer, sizeof buffer, format, &parts)};
}

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::system_clock;

// Between the machine's day and the one that it shall be.
days ahead{0};

std::time_t Now() { return system_clock::to_time_t(system_clock::now() + ahead); }

}  // namespace

void SetToday(const std::string& date) {
  int year = 0;
  unsigned month = 0, day = 0;
  std::sscanf(date.c_str(), "%4d-%2u-%2u", &year, &month, &day);
  const sys_days wanted{std::chrono::year(year) / std::chrono::month(month) /
                        std::chrono::day(day)};
  ahead = wanted - std::chrono::floor<days>(system_clock::now());
}

std::string NowDatetime() { return Format(Now(), "%Y-%m-%d %H:%M:%S"); }
std::string Today() { return Format(Now(), "%Y-%m-%d"); }
std::string DateAfterToday(int days) { return Format(Now() + days * 86400L, "%Y-%m-%d"); }

bool IsDate(const std::string& text) {
  unsigned year = 0, month = 0, day = 0;
  int used = 0;
  if (std::sscanf(text.c_str(), "%4u-%2u-%2u%n", &year, &month, &day, &used) != 3) return false;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(month), std::chrono::day(day)};
  return static_cast<size_t>(used) == text.size() && date.ok() && year > 0;
}

bool IsTime(const std::string& text) {
  unsigned hour = 0, minute = 0, second = 0;
  int used = 0;
  if (std::sscanf(text.c_str(), "%2u:%2u:%2u%n", &hour, &minute, &second, &used) != 3) return false;
  return static_cast<size_t>(used) == text.size() && hour < 24 && minute < 60 && second < 60;
}

}  // namespace sandbox
