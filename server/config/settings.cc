#include "config/settings.h"

#include <algorithm>
#include <utility>

#include "config/parse.h"

namespace gateway::config {
namespace {

constexpr std::size_t kKiB = 1 << 10;
// Whole messages are held in memory, and gRPC counts their bytes in an int.
constexpr std::size_t kGiB = 1 << 30;

template <std::size_t Min, std::size_t Max>
base::Result<std::size_t> Count(std::string_view text) {
  return ParseCount(text, Min, Max);
}

base::Result<std::size_t> MessageSize(std::string_view text) { return ParseSize(text, kKiB, kGiB); }

template <auto Field, auto Parse>
base::Status Set(std::string_view text, Config* config) {
  auto parsed = Parse(text);
  if (!parsed) return std::move(parsed.failure());
  config->*Field = std::move(*parsed);
  return base::Done{};
}

base::Status AddContracts(std::string_view text, Config* config) {
  auto parsed = ParseText(text);
  if (!parsed) return std::move(parsed.failure());
  config->contracts.push_back(std::move(*parsed));
  return base::Done{};
}

template <Command Wanted>
base::Status Ask(std::string_view text, Config* config) {
  const auto parsed = ParseBool(text);
  if (!parsed) return parsed.failure();
  if (*parsed) config->command = std::max(config->command, Wanted);
  return base::Done{};
}

constexpr Subcommand kSubcommands[] = {
    {"check",
     "Connect once, print what works and what to do about the rest, and exit: 0 all well,\n"
     "      1 something failed, 2 wrong usage. Takes the same settings.",
     Command::kCheck},
    {"explain",
     "Read an answer of Odoo on standard input and say what it means: code, reason, fields and\n"
     "      what to do. Needs no Odoo, and none of its settings.",
     Command::kExplain},
};

// No variable may be named ODOO_GATEWAY_PORT* or ODOO_GATEWAY_SERVICE_*: Kubernetes sets those for
// a service `odoo-gateway`.
constexpr Setting kSettings[] = {
    {"listen", "ODOO_GATEWAY_LISTEN", "HOST:PORT", "127.0.0.1:50051", "Where to serve gRPC.",
     Kind::kValue, false, Set<&Config::listen, ParseAddress>},
    {"metrics-listen", "ODOO_GATEWAY_METRICS_LISTEN", "HOST:PORT", "127.0.0.1:9464",
     "Where to serve Prometheus metrics; empty for nowhere.", Kind::kValue, true,
     Set<&Config::metrics_listen, ParseOptionalAddress>},
    {"odoo-url", "ODOO_URL", "URL", "", "Odoo's address, for example https://erp.example.com.",
     Kind::kValue, false, Set<&Config::odoo_url, ParseUrl>},
    {"odoo-database", "ODOO_DATABASE", "NAME", "", "Odoo's database.", Kind::kValue, false,
     Set<&Config::odoo_database, ParseText>},
    {"odoo-username", "ODOO_USERNAME", "LOGIN", "",
     "Login of the integration user. Not needed with --odoo-protocol json2.", Kind::kValue, false,
     Set<&Config::odoo_username, ParseText>},
    {"odoo-password", "ODOO_PASSWORD", "", "",
     "Password of the integration user. An API key is better.", Kind::kSecret, false,
     Set<&Config::odoo_password, ParseSecret>},
    {"odoo-password-file", "ODOO_PASSWORD_FILE", "FILE", "", "File that holds the password.",
     Kind::kValue, false, Set<&Config::odoo_password, ReadSecret>},
    {"odoo-api-key", "ODOO_API_KEY", "", "", "API key of the integration user.", Kind::kSecret,
     false, Set<&Config::odoo_api_key, ParseSecret>},
    {"odoo-api-key-file", "ODOO_API_KEY_FILE", "FILE", "", "File that holds the API key.",
     Kind::kValue, false, Set<&Config::odoo_api_key, ReadSecret>},
    {"odoo-protocol", "ODOO_PROTOCOL", "auto|jsonrpc|json2|xmlrpc", "auto",
     "Odoo's protocol; auto takes what its version offers.", Kind::kValue, false,
     Set<&Config::odoo_protocol, ParseProtocol>},
    {"odoo-ca-file", "ODOO_CA_FILE", "FILE", "",
     "Certificates (PEM) to trust for https instead of the system's.", Kind::kValue, false,
     Set<&Config::odoo_ca_file, ParseReadableFile>},
    {"max-in-flight", "ODOO_GATEWAY_MAX_IN_FLIGHT", "N", "8",
     "Calls that Odoo gets at once; 2 to 4 times its workers.", Kind::kValue, false,
     Set<&Config::max_in_flight, Count<1, 1000>>},
    {"max-waiting", "ODOO_GATEWAY_MAX_WAITING", "N", "256",
     "Calls that may wait for their turn; more are refused.", Kind::kValue, false,
     Set<&Config::max_waiting, Count<0, 100'000>>},
    {"default-timeout", "ODOO_GATEWAY_DEFAULT_TIMEOUT", "DURATION", "60s",
     "Time for calls that have no deadline of their own.", Kind::kValue, false,
     Set<&Config::default_timeout, ParseDuration>},
    {"max-request-bytes", "ODOO_GATEWAY_MAX_REQUEST_BYTES", "SIZE", "16MiB", "Largest request.",
     Kind::kValue, false, Set<&Config::max_request_bytes, MessageSize>},
    {"max-answer-bytes", "ODOO_GATEWAY_MAX_ANSWER_BYTES", "SIZE", "64MiB",
     "Largest answer of Odoo.", Kind::kValue, false, Set<&Config::max_answer_bytes, MessageSize>},
    {"contracts", "ODOO_GATEWAY_CONTRACTS", "FILE", "",
     "Descriptor set with contracts beside the built-in ones.", Kind::kList, false, AddContracts},
    {"log-level", "ODOO_GATEWAY_LOG_LEVEL", "debug|info|warn|error", "info",
     "Least level to log; debug adds Odoo's tracebacks.", Kind::kValue, false,
     Set<&Config::log_level, ParseLogLevel>},
    {"error-debug", "ODOO_GATEWAY_ERROR_DEBUG", "", "false",
     "Send the frames of Odoo's tracebacks to callers. For development.", Kind::kSwitch, false,
     Set<&Config::error_debug, ParseBool>},
    {"json", "", "", "", "With check: print one JSON document.", Kind::kSwitch, false,
     Set<&Config::json, ParseBool>},
    {"transport", "", "jsonrpc|json2|xmlrpc|web", "",
     "With explain: how the answer came; without it, by what the answer looks like.", Kind::kValue,
     false, Set<&Config::transport, ParseTransport>},
    {"http-status", "", "N", "",
     "With explain: HTTP status of the answer, 0 for none; default 200.", Kind::kValue, false,
     Set<&Config::http_status, Count<0, 999>>},
    {"request", "", "FILE", "",
     "With explain: the request that was sent, its body or all of it; it names fields better.",
     Kind::kValue, false, Set<&Config::request_file, ParseReadableFile>},
    {"jsonl", "", "", "", "With explain: one recorded exchange a line in, one result a line out.",
     Kind::kSwitch, false, Set<&Config::jsonl, ParseBool>},
    {"dump-catalog", "", "", "", "Print what the contracts stand for, and exit.", Kind::kSwitch,
     false, Ask<Command::kDumpCatalog>},
    {"version", "", "", "", "Print the version, and exit.", Kind::kSwitch, false,
     Ask<Command::kVersion>},
    {"help", "", "", "", "Print this text, and exit.", Kind::kSwitch, false, Ask<Command::kHelp>},
};

}  // namespace

std::span<const Subcommand> Subcommands() { return kSubcommands; }

std::span<const Setting> Settings() { return kSettings; }

const Setting* FindSetting(std::string_view flag) {
  const auto* found = std::ranges::find(kSettings, flag, &Setting::flag);
  return found == std::end(kSettings) ? nullptr : found;
}

}  // namespace gateway::config
