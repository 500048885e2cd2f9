#include "odoo/redact.h"

#include <cstddef>
#include <string_view>

namespace gateway::odoo {
namespace {

constexpr std::string_view kInstead = "[redacted]";
constexpr std::size_t kLongName = 8;
constexpr std::size_t kTellingPart = 4;

void RedactText(std::string_view secret, std::string& text) {
  std::size_t at = text.find(secret);
  if (at == std::string::npos) return;
  std::string redacted;
  std::size_t begin = 0;
  for (; at != std::string::npos; at = text.find(secret, begin)) {
    redacted.append(text, begin, at - begin).append(kInstead);
    begin = at + secret.size();
  }
  text = redacted.append(text, begin);
}

// Long words were cut, maybe within a secret.
void RedactCutEnd(std::string_view secret, std::string& text) {
  for (std::size_t size = secret.size() - 1; size >= kTellingPart; --size) {
    if (!text.ends_with(secret.substr(0, size))) continue;
    text.replace(text.size() - size, size, kInstead);
    return;
  }
}

void RedactWords(std::string_view secret, std::string& text) {
  RedactText(secret, text);
  RedactCutEnd(secret, text);
}

void RedactNames(std::string_view secret, base::Failure& failure) {
  RedactText(secret, failure.message);
  for (base::Violation& violation : failure.violations) {
    RedactText(secret, violation.path);
    RedactText(secret, violation.message);
  }
  for (auto& [key, value] : failure.metadata) RedactText(secret, value);
  if (failure.resource) RedactText(secret, failure.resource->model);
}

}  // namespace

void Redact(std::span<const std::string> secrets, base::Failure& failure) {
  for (const std::string_view secret : secrets) {
    if (secret.empty()) continue;
    RedactWords(secret, failure.odoo_message);
    RedactWords(secret, failure.debug);
    if (secret.size() >= kLongName) RedactNames(secret, failure);
  }
}

}  // namespace gateway::odoo
