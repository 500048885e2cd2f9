#include "odoo/redact.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include <absl/strings/ascii.h>
#include <absl/strings/escaping.h>

namespace gateway::odoo {
namespace {

constexpr std::string_view kInstead = "[redacted]";
// Shorter secrets may be names or common words by chance.
constexpr std::size_t kLongSecret = 8;
constexpr std::size_t kTellingPart = 4;

// Half-open, of bytes.
using Range = std::pair<std::size_t, std::size_t>;

void Replace(std::vector<Range> ranges, std::string& text) {
  std::ranges::sort(ranges);
  std::string redacted;
  std::size_t begin = 0;
  for (const auto& [from, until] : ranges) {
    if (from >= begin) redacted.append(text, begin, from - begin).append(kInstead);
    begin = std::max(begin, until);
  }
  text = redacted.append(text, begin);
}

void RedactExact(std::string_view secret, std::string& text) {
  std::vector<Range> ranges;
  for (std::size_t at = text.find(secret); at != std::string::npos;
       at = text.find(secret, at + secret.size())) {
    ranges.emplace_back(at, at + secret.size());
  }
  if (!ranges.empty()) Replace(std::move(ranges), text);
}

// A text in lower case and without white space, which knows where its bytes came from.
struct Folded {
  explicit Folded(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto byte = static_cast<unsigned char>(text[i]);
      if (absl::ascii_isspace(byte)) continue;
      bytes += static_cast<char>(absl::ascii_tolower(byte));
      origins.push_back(i);
    }
  }

  std::string bytes;
  std::vector<std::size_t> origins;
};

std::string Base64(std::string_view bytes) {
  return absl::Base64Escape({bytes.data(), bytes.size()});
}

std::string Hexadecimal(std::string_view bytes) {
  return absl::BytesToHexString({bytes.data(), bytes.size()});
}

std::string PercentEncoded(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c))) {
      text += c;
    } else {
      text += '%' + Hexadecimal({&c, 1});
    }
  }
  return text;
}

// What base64 makes of a secret that begins `shift` bytes into a group of three, without the
// characters at both ends that depend on its neighbours.
std::string Base64Core(std::string_view secret, std::size_t shift) {
  const std::size_t neighbours = shift == 0 ? 0 : shift + 1;
  const std::size_t whole = (shift + secret.size()) / 3 * 4;
  return Base64(std::string(shift, '\0').append(secret)).substr(neighbours, whole - neighbours);
}

// Folded forms that a module, a proxy or a traceback may give a secret.
std::vector<std::string> FormsOf(std::string_view secret) {
  std::vector<std::string> forms;
  for (const std::string& form :
       {std::string(secret), Base64Core(secret, 0), Base64Core(secret, 1), Base64Core(secret, 2),
        Hexadecimal(secret), PercentEncoded(secret)}) {
    forms.push_back(Folded(form).bytes);
  }
  return forms;
}

void RedactForms(std::string_view secret, std::string& text) {
  const Folded folded(text);
  std::vector<Range> ranges;
  for (const std::string& form : FormsOf(secret)) {
    if (form.empty()) continue;
    for (std::size_t at = folded.bytes.find(form); at != std::string::npos;
         at = folded.bytes.find(form, at + form.size())) {
      ranges.emplace_back(folded.origins[at], folded.origins[at + form.size() - 1] + 1);
    }
  }
  if (!ranges.empty()) Replace(std::move(ranges), text);
}

// Long messages were cut, maybe within a secret.
void RedactCutEnd(std::string_view secret, std::string& text) {
  for (std::size_t size = secret.size() - 1; size >= kTellingPart; --size) {
    if (!text.ends_with(secret.substr(0, size))) continue;
    text.replace(text.size() - size, size, kInstead);
    return;
  }
}

void RedactMessage(std::string_view secret, std::string& text) {
  RedactExact(secret, text);
  if (secret.size() >= kLongSecret) RedactForms(secret, text);
  RedactCutEnd(secret, text);
}

void RedactNames(std::string_view secret, base::Failure& failure) {
  RedactForms(secret, failure.message);
  for (base::Violation& violation : failure.violations) {
    RedactForms(secret, violation.path);
    RedactForms(secret, violation.message);
  }
  for (auto& [key, value] : failure.metadata) RedactForms(secret, value);
  if (failure.resource) RedactForms(secret, failure.resource->model);
}

}  // namespace

void Redact(std::span<const std::string> secrets, base::Failure& failure) {
  for (const std::string_view secret : secrets) {
    if (secret.empty()) continue;
    RedactMessage(secret, failure.odoo_message);
    RedactMessage(secret, failure.debug);
    if (secret.size() >= kLongSecret) RedactNames(secret, failure);
  }
}

}  // namespace gateway::odoo
