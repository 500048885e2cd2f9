#include "odoo/fault_template.h"

#include <algorithm>
#include <cstddef>

namespace gateway::odoo {
namespace {

// Takes the text in front of the next hole off `form`.
std::string_view TakeLiteral(std::string_view& form) {
  const std::size_t end = form.find('{');
  const std::string_view literal = form.substr(0, end);
  form.remove_prefix(literal.size());
  return literal;
}

// Takes `{name}` off `form`, which begins with it.
std::string_view TakeHole(std::string_view& form) {
  const std::size_t end = form.find('}');
  const std::string_view name = form.substr(1, end - 1);
  form.remove_prefix(end + 1);
  return name;
}

bool IsQualifiedNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == ':';
}

}  // namespace

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

bool IsName(std::string_view text) {
  constexpr std::size_t kLongest = 200;
  return !text.empty() && text.size() <= kLongest &&
         std::all_of(text.begin(), text.end(), IsQualifiedNameByte);
}

std::string_view CaptureOf(const Captures& captures, std::string_view name) {
  for (const auto& [hole, text] : captures) {
    if (hole == name) return text;
  }
  return {};
}

bool Matches(std::string_view form, std::string_view text, Captures& captures) {
  Captures found;
  const std::string_view head = TakeLiteral(form);
  if (!text.starts_with(head)) return false;
  text.remove_prefix(head.size());
  while (!form.empty()) {
    const std::string_view hole = TakeHole(form);
    const std::string_view literal = TakeLiteral(form);
    // The last literal ends the message; every other one is searched.
    std::size_t end = literal.empty() ? text.size() : text.find(literal);
    if (form.empty() && text.ends_with(literal)) end = text.size() - literal.size();
    if (end == std::string_view::npos) return false;
    const bool is_free = hole == "*" || hole == "value";
    if (!is_free && !IsName(text.substr(0, end))) return false;
    if (hole != "*") found.emplace_back(hole, text.substr(0, end));
    text.remove_prefix(end + literal.size());
  }
  if (!text.empty()) return false;
  captures = std::move(found);
  return true;
}

}  // namespace gateway::odoo
