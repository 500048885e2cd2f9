// Words of findings.
#pragma once

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::check {

using Names = std::set<std::string>;

// "a, b and c"; of many the first ones and how many more.
std::string Listed(const Names& names);
// "a, b or c", in the given order, all of them.
std::string Listed(const std::vector<std::string_view>& names, std::string_view last);

// "2027-11-22", UTC.
std::string DateText(std::chrono::system_clock::time_point time);

// "LeadService" of "odoo.crm.v1.LeadService".
std::string ShortName(std::string_view service);

}  // namespace gateway::check
