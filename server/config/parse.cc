#include "config/parse.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <limits>
#include <optional>
#include <span>

#include "config/invalid.h"

namespace gateway::config {
namespace {

using base::Result;
using std::chrono::milliseconds;

// Far above any key; stops a mistaken path to a huge file.
constexpr std::size_t kMaxSecretBytes = 64 << 10;

// Digits alone, all of them.
std::optional<std::uint64_t> Number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
constexpr Unit kTimeUnits[] = {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}};
constexpr Unit kSizeUnits[] = {
    {"", 1}, {"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}};

// `30s` in units of factor 1. A number too large becomes the largest there is, beyond any limit.
std::optional<std::uint64_t> Measure(std::string_view text, std::span<const Unit> units) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = Number(text.substr(0, digits));
  const auto unit = std::ranges::find(units, text.substr(digits), &Unit::name);
  if (!number || unit == units.end()) return std::nullopt;
  constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();
  return *number > kMax / unit->factor ? kMax : *number * unit->factor;
}

std::string SizeText(std::size_t bytes) {
  const auto* unit = std::end(kSizeUnits) - 1;
  while (bytes % unit->factor != 0) --unit;
  return std::to_string(bytes / unit->factor) + std::string(unit->name);
}

bool IsHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

bool IsHost(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    return host.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
  }
  return !host.empty() && std::ranges::all_of(host, IsHostCharacter);
}

bool IsPort(std::string_view port) {
  const auto number = Number(port);
  return number && *number <= 65535;
}

// `host:port`; nothing is optional.
bool IsAddress(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  return colon != std::string_view::npos && IsHost(text.substr(0, colon)) &&
         IsPort(text.substr(colon + 1));
}

bool IsAuthority(std::string_view text) { return IsHost(text) || IsAddress(text); }

bool IsPlain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
}

// What people copy from their browser or from a client of another protocol.
constexpr std::string_view kEndpoints[] = {"/web",     "/web/login", "/odoo",
                                           "/jsonrpc", "/json/2",    "/xmlrpc/2"};

struct Url {
  std::string_view scheme, authority, path;
};

std::optional<Url> Split(std::string_view text) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!text.starts_with(scheme)) continue;
    text.remove_prefix(scheme.size());
    const std::size_t slash = std::min(text.find('/'), text.size());
    std::string_view path = text.substr(slash);
    while (path.ends_with('/')) path.remove_suffix(1);
    return Url{scheme, text.substr(0, slash), path};
  }
  return std::nullopt;
}

// What an URL must not have. Messages do not repeat it: it may hold a password.
struct UrlRule {
  bool (*broken)(const Url& url);
  std::string_view problem;
};
constexpr UrlRule kUrlRules[] = {
    {[](const Url& url) { return url.authority.find('@') != std::string_view::npos; },
     "must not hold a user or password; they have settings of their own"},
    {[](const Url& url) { return url.path.find_first_of("?#") != std::string_view::npos; },
     "must end before '?' or '#'"},
    {[](const Url& url) { return !IsAuthority(url.authority); },
     "has no valid host and port behind http:// or https://"},
    {[](const Url& url) { return !IsPlain(url.path); },
     "must percent-encode spaces and letters beyond ASCII"},
    {[](const Url& url) { return std::ranges::find(kEndpoints, url.path) != std::end(kEndpoints); },
     "must end before the path of Odoo's own pages and endpoints"},
};

template <class T>
struct Named {
  std::string_view name;
  T value;
};
constexpr Named<bool> kBools[] = {{"true", true}, {"false", false}, {"1", true}, {"0", false}};
constexpr Named<Protocol> kProtocols[] = {{"auto", Protocol::kAuto},
                                          {"jsonrpc", Protocol::kJsonRpc},
                                          {"json2", Protocol::kJson2},
                                          {"xmlrpc", Protocol::kXmlRpc}};
constexpr Named<Transport> kTransports[] = {{"jsonrpc", Transport::kJsonRpc},
                                            {"json2", Transport::kJson2},
                                            {"xmlrpc", Transport::kXmlRpc},
                                            {"web", Transport::kWeb}};
constexpr Named<LogLevel> kLogLevels[] = {{"debug", LogLevel::kDebug},
                                          {"info", LogLevel::kInfo},
                                          {"warn", LogLevel::kWarn},
                                          {"error", LogLevel::kError}};
constexpr Named<ClientCertificate> kClientCertificates[] = {
    {"require", ClientCertificate::kRequire}, {"optional", ClientCertificate::kOptional}};

template <class T, std::size_t N>
Result<T> Choose(std::string_view text, const Named<T> (&choices)[N]) {
  std::string names;
  for (const Named<T>& choice : choices) {
    if (choice.name == text) return choice.value;
    names += (names.empty() ? "" : ", ") + std::string(choice.name);
  }
  return Invalid(Quoted(text) + " is none of " + names);
}

}  // namespace

Result<std::string> ParseText(std::string_view text) {
  if (text.empty()) return Invalid("is empty");
  return std::string(text);
}

Result<std::string> ParseAny(std::string_view text) { return std::string(text); }

Result<std::string> ParseAddress(std::string_view text) {
  if (text.starts_with(':')) {
    return Invalid(Quoted(text) + " has no host; write 0.0.0.0" + std::string(text) +
                   " to listen on every interface");
  }
  if (!IsAddress(text)) return Invalid(Quoted(text) + " is no HOST:PORT like 127.0.0.1:50051");
  return std::string(text);
}

Result<std::string> ParseOptionalAddress(std::string_view text) {
  if (text.empty()) return std::string();
  return ParseAddress(text);
}

Result<std::string> ParseUrl(std::string_view text) {
  const std::optional<Url> url = Split(text);
  if (!url) return Invalid("must start with http:// or https://");
  for (const UrlRule& rule : kUrlRules) {
    if (rule.broken(*url)) return Invalid(std::string(rule.problem));
  }
  return std::string(url->scheme) + std::string(url->authority) + std::string(url->path);
}

Result<milliseconds> ParseDuration(std::string_view text) {
  constexpr milliseconds kMax = std::chrono::hours(24);
  const auto length = Measure(text, kTimeUnits);
  if (!length) return Invalid(Quoted(text) + " is no duration like 500ms, 30s, 2m or 1h");
  if (*length < 1 || *length > static_cast<std::uint64_t>(kMax.count())) {
    return Invalid(Quoted(text) + " is not between 1ms and 24h");
  }
  return milliseconds(*length);
}

Result<std::size_t> ParseCount(std::string_view text, std::size_t min, std::size_t max) {
  const auto number = Number(text);
  if (number && *number >= min && *number <= max) return static_cast<std::size_t>(*number);
  return Invalid(Quoted(text) + " is no number between " + std::to_string(min) + " and " +
                 std::to_string(max));
}

Result<std::size_t> ParseSize(std::string_view text, std::size_t min, std::size_t max) {
  const auto bytes = Measure(text, kSizeUnits);
  if (!bytes) return Invalid(Quoted(text) + " is no size like 65536, 64KiB, 16MiB or 1GiB");
  if (*bytes >= min && *bytes <= max) return static_cast<std::size_t>(*bytes);
  return Invalid(Quoted(text) + " is not between " + SizeText(min) + " and " + SizeText(max));
}

Result<bool> ParseBool(std::string_view text) { return Choose(text, kBools); }
Result<Protocol> ParseProtocol(std::string_view text) { return Choose(text, kProtocols); }
Result<Transport> ParseTransport(std::string_view text) { return Choose(text, kTransports); }
Result<LogLevel> ParseLogLevel(std::string_view text) { return Choose(text, kLogLevels); }
Result<ClientCertificate> ParseClientCertificate(std::string_view text) {
  return Choose(text, kClientCertificates);
}

Result<Secret> ParseSecret(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  if (text.empty()) return Invalid("is empty");
  // It travels in an HTTP header.
  if (std::ranges::any_of(text, [](unsigned char c) { return c < ' ' || c == 0x7F; })) {
    return Invalid("holds a line break or another control character");
  }
  return Secret(std::string(text));
}

Result<Secret> ReadSecret(std::string_view path) {
  std::ifstream file{std::string(path), std::ios::binary};
  std::string text(kMaxSecretBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  // A folder opens and cannot be read.
  if (file.bad() || !(file.eof() || file.good())) {
    return Invalid("the file " + Quoted(path) + " cannot be read");
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxSecretBytes) return Invalid("the file " + Quoted(path) + " is too large");
  Result<Secret> secret = ParseSecret(text);
  if (secret) return secret;
  return Invalid("the file " + Quoted(path) + " " + secret.failure().message);
}

Result<Secret> ReadVariable(std::string_view name, const Getenv& getenv) {
  const std::string variable(name);
  const char* value = getenv(variable.c_str());
  if (value == nullptr || *value == '\0')
    return Invalid("the environment variable " + variable + " is not set");
  Result<Secret> secret = ParseSecret(value);
  if (secret) return secret;
  return Invalid("the environment variable " + variable + " " + secret.failure().message);
}

Result<std::string> ParseReadableFile(std::string_view path) {
  if (std::ifstream(std::string(path)).good()) return std::string(path);
  return Invalid("the file " + Quoted(path) + " cannot be read");
}

Result<std::string> ParseOptionalFile(std::string_view path) {
  if (path.empty()) return std::string();
  return ParseReadableFile(path);
}

}  // namespace gateway::config
