#include <algorithm>
#include <charconv>

#include "config/invalid.h"
#include "config/parse.h"

namespace gateway::config {
namespace {

using base::Result;

constexpr std::size_t kMaxNameLetters = 63;
constexpr std::size_t kMaxCallsPerPeriod = 1'000'000;

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWord(char c) { return IsLower(c) || (c >= 'A' && c <= 'Z') || IsDigit(c) || c == '_'; }

struct NamedKind {
  std::string_view prefix;
  CertificateName::Kind kind;
};
constexpr NamedKind kNamedKinds[] = {{"uri:", CertificateName::Kind::kUri},
                                     {"dns:", CertificateName::Kind::kDns},
                                     {"cn:", CertificateName::Kind::kCommonName}};

struct Period {
  std::string_view suffix;
  std::chrono::seconds length;
};
constexpr Period kPeriods[] = {{"/s", std::chrono::seconds(1)}, {"/m", std::chrono::seconds(60)}};

}  // namespace

Result<std::string> ParseName(std::string_view text) {
  const bool good = !text.empty() && text.size() <= kMaxNameLetters && IsLower(text.front()) &&
                    std::ranges::all_of(text, [](char c) {
                      return IsLower(c) || IsDigit(c) || c == '_' || c == '-';
                    });
  if (good) return std::string(text);
  return Invalid(Quoted(text) +
                 " is no name: a lower case letter, then lower case letters, digits, '_' and "
                 "'-', 63 at most");
}

Result<std::string> ParseIdentifier(std::string_view text) {
  if (!text.empty() && std::ranges::all_of(text, IsWord)) return std::string(text);
  return Invalid(Quoted(text) + " is no name of letters, digits and '_'");
}

Result<std::string> ParseFieldPath(std::string_view text) {
  const bool good = std::ranges::all_of(text, [](char c) { return IsWord(c) || c == '.'; }) &&
                    !text.empty() && text.front() != '.' && text.back() != '.' &&
                    text.find("..") == std::string_view::npos;
  if (good) return std::string(text);
  return Invalid(Quoted(text) + " is no field like name or order_line.product_id");
}

Result<std::string> ParseModelPattern(std::string_view text) {
  const auto fits = [](char c) {
    return IsLower(c) || IsDigit(c) || c == '_' || c == '.' || c == '*';
  };
  if (!text.empty() && std::ranges::all_of(text, fits)) return std::string(text);
  return Invalid(Quoted(text) + " is no model like sale.order or sale.*");
}

Result<TokenHash> ParseTokenHash(std::string_view text) {
  constexpr std::string_view kPrefix = "sha256:";
  constexpr int kBase = 16;
  TokenHash hash{};
  bool good = text.starts_with(kPrefix) && text.size() == kPrefix.size() + 2 * hash.size();
  for (std::size_t i = 0; good && i < hash.size(); ++i) {
    const char* digits = text.data() + kPrefix.size() + 2 * i;
    const auto [end, error] = std::from_chars(digits, digits + 2, hash[i], kBase);
    good = error == std::errc() && end == digits + 2;
  }
  if (good) return hash;
  return Invalid("is not sha256: and 64 hexadecimal digits; the token itself must not stand here");
}

Result<CertificateName> ParseCertificateName(std::string_view text) {
  for (const NamedKind& named : kNamedKinds) {
    if (!text.starts_with(named.prefix) || text.size() == named.prefix.size()) continue;
    return CertificateName{named.kind, std::string(text.substr(named.prefix.size()))};
  }
  return Invalid(Quoted(text) +
                 " is none of uri:URI, dns:NAME and cn:NAME, like dns:shop.internal");
}

Result<Rate> ParseRate(std::string_view text) {
  for (const Period& period : kPeriods) {
    if (!text.ends_with(period.suffix)) continue;
    const auto calls =
        ParseCount(text.substr(0, text.size() - period.suffix.size()), 1, kMaxCallsPerPeriod);
    if (calls) return Rate{*calls, period.length};
  }
  return Invalid(Quoted(text) + " is no rate like 50/s or 100/m, from 1 to 1000000");
}

}  // namespace gateway::config
