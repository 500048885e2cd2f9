// Dates and times as Odoo writes them: UTC, whole seconds.
#pragma once

#include <string>

namespace sandbox {

// The day that it is from now on, "YYYY-MM-DD"; hours and minutes stay the machine's. Before any
// thread begins.
void SetToday(const std::string& date);

std::string NowDatetime();  // "2024-05-01 10:00:00"
std::string Today();        // "2024-05-01"
std::string DateAfterToday(int days);

// True for "YYYY-MM-DD" / "HH:MM:SS" that name a real day and time.
bool IsDate(const std::string& text);
bool IsTime(const std::string& text);

}  // namespace sandbox
