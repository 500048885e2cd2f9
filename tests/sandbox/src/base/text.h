// Small text helpers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sandbox {

std::vector<std::string> Split(std::string_view text, char separator);
std::string Join(const std::vector<std::string>& parts, std::string_view separator);
std::string_view Trim(std::string_view text);
std::string Lower(std::string_view text);
std::string ReplaceAll(std::string text, std::string_view from, std::string_view to);

}  // namespace sandbox
