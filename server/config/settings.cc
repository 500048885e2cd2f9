#include "config/settings.h"

#include <algorithm>
#include <utility>

#include "config/parse.h"

namespace gateway::config {
namespace {

constexpr std::size_t kKiB = 1 << 10;
constexpr std::size_t kMiB = 1 << 20;
// Whole messages are held in memory, and gRPC counts their bytes in an int.
constexpr std::size_t kGiB = 1 << 30;
constexpr std::size_t kMaxId = 2'147'483'647;

template <std::size_t Min, std::size_t Max>
base::Result<std::size_t> Count(std::string_view text) {
  return ParseCount(text, Min, Max);
}

base::Result<std::size_t> MessageSize(std::string_view text) { return ParseSize(text, kKiB, kGiB); }

// gRPC needs some of it for connections.
base::Result<std::size_t> PendingSize(std::string_view text) {
  return ParseSize(text, kMiB, 64 * kGiB);
}

// The object that a section opened.
template <class Owner>
Owner& In(const Target& target);
template <>
Config& In<Config>(const Target& target) {
  return *target.config;
}
template <>
Tls& In<Tls>(const Target& target) {
  return target.config->tls;
}
template <>
Instance& In<Instance>(const Target& target) {
  return *target.instance;
}
template <>
Caller& In<Caller>(const Target& target) {
  return *target.caller;
}
template <>
AllowRule& In<AllowRule>(const Target& target) {
  return *target.rule;
}

template <class Owner, class Value>
Value& FieldOf(Value Owner::*field, const Target& target) {
  return In<Owner>(target).*field;
}

template <auto Field, auto Parse>
base::Status Set(std::string_view text, const Target& target) {
  auto parsed = Parse(text);
  if (!parsed) return std::move(parsed.failure());
  FieldOf(Field, target) = std::move(*parsed);
  return base::Done{};
}

template <auto Field, auto Parse>
base::Status Add(std::string_view text, const Target& target) {
  auto parsed = Parse(text);
  if (!parsed) return std::move(parsed.failure());
  FieldOf(Field, target).push_back(std::move(*parsed));
  return base::Done{};
}

template <auto Field>
base::Status SetFromFile(std::string_view path, const Target& target) {
  auto secret = ReadSecret(path);
  if (!secret) return std::move(secret.failure());
  FieldOf(Field, target) = std::move(*secret);
  target.instance->secret_files.emplace_back(path);
  return base::Done{};
}

template <auto Field>
base::Status SetFromVariable(std::string_view name, const Target& target) {
  auto secret = ReadVariable(name, *target.getenv);
  if (!secret) return std::move(secret.failure());
  FieldOf(Field, target) = std::move(*secret);
  return base::Done{};
}

template <Command Wanted>
base::Status Ask(std::string_view text, const Target& target) {
  const auto parsed = ParseBool(text);
  if (!parsed) return parsed.failure();
  if (*parsed) target.config->command = std::max(target.config->command, Wanted);
  return base::Done{};
}

// The file was read before any setting is applied.
base::Status Ignore(std::string_view, const Target&) { return base::Done{}; }

constexpr Subcommand kSubcommands[] = {
    {"check",
     "Connect once, print what works and what to do about the rest, and exit: 0 all well,\n"
     "      1 something failed, 2 wrong usage. Takes the same settings.",
     Command::kCheck},
    {"config print",
     "Print the effective configuration as YAML, each value with its source and secrets masked,\n"
     "      or all that is wrong with it. Connects to nothing.",
     Command::kPrintConfig},
    {"config reference", "Print the page of all settings in Markdown.", Command::kReference},
    {"token", "Make a bearer token: it and the hash that `callers.NAME.tokens` takes, a line each.",
     Command::kToken},
    {"explain",
     "Read an answer of Odoo on standard input and say what it means: code, reason, fields and\n"
     "      what to do. Needs no Odoo, and none of its settings.",
     Command::kExplain},
};

// No variable may be named ODOO_GATEWAY_PORT* or ODOO_GATEWAY_SERVICE_*: Kubernetes sets those for
// a service `odoo-gateway`.
constexpr Setting kTopSettings[] = {
    {"listen", "listen", "ODOO_GATEWAY_LISTEN", "HOST:PORT", "127.0.0.1:50051",
     "Where to serve gRPC.", Kind::kValue, Empty::kRefused, Set<&Config::listen, ParseAddress>},
    {"metrics_listen", "metrics-listen", "ODOO_GATEWAY_METRICS_LISTEN", "HOST:PORT",
     "127.0.0.1:9464", "Where to serve Prometheus metrics; empty for nowhere.", Kind::kValue,
     Empty::kAllowed, Set<&Config::metrics_listen, ParseOptionalAddress>},
    {"health_listen", "health-listen", "ODOO_GATEWAY_HEALTH_LISTEN", "HOST:PORT", "",
     "Where to serve gRPC health alone, without TLS, for probes that do not speak it; empty for "
     "nowhere.",
     Kind::kValue, Empty::kAllowed, Set<&Config::health_listen, ParseOptionalAddress>},
    {"default_timeout", "default-timeout", "ODOO_GATEWAY_DEFAULT_TIMEOUT", "DURATION", "60s",
     "Time for calls that have no deadline of their own.", Kind::kValue, Empty::kRefused,
     Set<&Config::default_timeout, ParseDuration>},
    {"max_request_bytes", "max-request-bytes", "ODOO_GATEWAY_MAX_REQUEST_BYTES", "SIZE", "16MiB",
     "Largest request.", Kind::kValue, Empty::kRefused,
     Set<&Config::max_request_bytes, MessageSize>},
    {"max_answer_bytes", "max-answer-bytes", "ODOO_GATEWAY_MAX_ANSWER_BYTES", "SIZE", "64MiB",
     "Largest answer of Odoo.", Kind::kValue, Empty::kRefused,
     Set<&Config::max_answer_bytes, MessageSize>},
    {"max_pending_bytes", "max-pending-bytes", "ODOO_GATEWAY_MAX_PENDING_BYTES", "SIZE", "256MiB",
     "Requests that are held at once, together; more are refused.", Kind::kValue, Empty::kRefused,
     Set<&Config::max_pending_bytes, PendingSize>},
    {"max_streams", "max-streams", "ODOO_GATEWAY_MAX_STREAMS", "N", "1000",
     "Calls that one connection may have open at once; further ones wait at the caller.",
     Kind::kValue, Empty::kRefused, Set<&Config::max_streams, Count<1, 100'000>>},
    {"max_connection_age", "max-connection-age", "ODOO_GATEWAY_MAX_CONNECTION_AGE", "DURATION",
     "30m",
     "After that a connection takes no more calls, so that callers see new and gone gateways.",
     Kind::kValue, Empty::kRefused, Set<&Config::max_connection_age, ParseDuration>},
    {"contracts", "contracts", "ODOO_GATEWAY_CONTRACTS", "PATH", "",
     "Descriptor set with contracts beside the built-in ones, or a folder: every *.binpb in it.",
     Kind::kList, Empty::kAllowed, Add<&Config::contracts, ParseText>},
    {"reflection", "reflection", "ODOO_GATEWAY_REFLECTION", "", "true",
     "Serve grpc.reflection: clients may list what is served.", Kind::kSwitch, Empty::kRefused,
     Set<&Config::reflection, ParseBool>},
    {"log_level", "log-level", "ODOO_GATEWAY_LOG_LEVEL", "debug|info|warn|error", "info",
     "Least level to log; debug adds Odoo's tracebacks.", Kind::kValue, Empty::kRefused,
     Set<&Config::log_level, ParseLogLevel>},
    {"error_debug", "error-debug", "ODOO_GATEWAY_ERROR_DEBUG", "", "false",
     "Send the frames of Odoo's tracebacks to callers. For development.", Kind::kSwitch,
     Empty::kRefused, Set<&Config::error_debug, ParseBool>},
    {"audit_log", "audit-log", "ODOO_GATEWAY_AUDIT_LOG", "stderr|FILE", "",
     "Where to tell of calls that may change something; empty for nowhere.", Kind::kValue,
     Empty::kAllowed, Set<&Config::audit_log, ParseAny>},
};

constexpr Setting kTlsSettings[] = {
    {"certificate_file", "tls-certificate-file", "ODOO_GATEWAY_TLS_CERTIFICATE_FILE", "FILE", "",
     "The gateway's certificate and its chain (PEM); with the key: TLS on.", Kind::kValue,
     Empty::kRefused, Set<&Tls::certificate_file, ParseReadableFile>},
    {"key_file", "tls-key-file", "ODOO_GATEWAY_TLS_KEY_FILE", "FILE", "",
     "The certificate's private key (PEM).", Kind::kValue, Empty::kRefused,
     Set<&Tls::key_file, ParseReadableFile>},
    {"client_ca_file", "tls-client-ca-file", "ODOO_GATEWAY_TLS_CLIENT_CA_FILE", "FILE", "",
     "Certificates (PEM) by which those of clients are verified; without it they are not asked "
     "for.",
     Kind::kValue, Empty::kRefused, Set<&Tls::client_ca_file, ParseReadableFile>},
    {"client_certificate", "tls-client-certificate", "ODOO_GATEWAY_TLS_CLIENT_CERTIFICATE",
     "require|optional", "require",
     "Whether clients need a certificate; optional lets them come with a token instead.",
     Kind::kValue, Empty::kRefused, Set<&Tls::client_certificate, ParseClientCertificate>},
    {"reload_interval", "tls-reload-interval", "ODOO_GATEWAY_TLS_RELOAD_INTERVAL", "DURATION",
     "10s", "How often the files are looked at; renewed ones need no restart.", Kind::kValue,
     Empty::kRefused, Set<&Tls::reload_interval, ParseDuration>},
};

constexpr Setting kInstanceSettings[] = {
    {"url", "odoo-url", "ODOO_URL", "URL", "",
     "Odoo's address, for example https://erp.example.com.", Kind::kValue, Empty::kRefused,
     Set<&Instance::url, ParseUrl>},
    {"database", "odoo-database", "ODOO_DATABASE", "NAME", "", "Odoo's database.", Kind::kValue,
     Empty::kRefused, Set<&Instance::database, ParseText>},
    {"username", "odoo-username", "ODOO_USERNAME", "LOGIN", "",
     "Login of the integration user. Not needed with protocol json2.", Kind::kValue,
     Empty::kRefused, Set<&Instance::username, ParseText>},
    {"password", "odoo-password", "ODOO_PASSWORD", "", "",
     "Password of the integration user. An API key is better.", Kind::kSecret, Empty::kRefused,
     Set<&Instance::password, ParseSecret>},
    {"password_file", "odoo-password-file", "ODOO_PASSWORD_FILE", "FILE", "",
     "File that holds the password.", Kind::kValue, Empty::kRefused,
     SetFromFile<&Instance::password>},
    {"password_env", "", "", "VARIABLE", "",
     "Name of the environment variable that holds the password.", Kind::kValue, Empty::kRefused,
     SetFromVariable<&Instance::password>},
    {"api_key", "odoo-api-key", "ODOO_API_KEY", "", "", "API key of the integration user.",
     Kind::kSecret, Empty::kRefused, Set<&Instance::api_key, ParseSecret>},
    {"api_key_file", "odoo-api-key-file", "ODOO_API_KEY_FILE", "FILE", "",
     "File that holds the API key.", Kind::kValue, Empty::kRefused,
     SetFromFile<&Instance::api_key>},
    {"api_key_env", "", "", "VARIABLE", "",
     "Name of the environment variable that holds the API key.", Kind::kValue, Empty::kRefused,
     SetFromVariable<&Instance::api_key>},
    {"protocol", "odoo-protocol", "ODOO_PROTOCOL", "auto|jsonrpc|json2|xmlrpc", "auto",
     "Odoo's protocol; auto takes what its version offers.", Kind::kValue, Empty::kRefused,
     Set<&Instance::protocol, ParseProtocol>},
    {"ca_file", "odoo-ca-file", "ODOO_CA_FILE", "FILE", "",
     "Certificates (PEM) to trust for https instead of the system's.", Kind::kValue,
     Empty::kAllowed, Set<&Instance::ca_file, ParseOptionalFile>},
    {"max_in_flight", "max-in-flight", "ODOO_GATEWAY_MAX_IN_FLIGHT", "N", "8",
     "Calls that Odoo gets at once; 2 to 4 times its workers.", Kind::kValue, Empty::kRefused,
     Set<&Instance::max_in_flight, Count<1, 1000>>},
    {"max_waiting", "max-waiting", "ODOO_GATEWAY_MAX_WAITING", "N", "256",
     "Calls that may wait for their turn; more are refused.", Kind::kValue, Empty::kRefused,
     Set<&Instance::max_waiting, Count<0, 100'000>>},
    {"contracts", "", "", "PATH", "", "Further contracts, served for this instance alone.",
     Kind::kList, Empty::kAllowed, Add<&Instance::contracts, ParseText>},
};

constexpr Setting kAllowSettings[] = {
    {"models", "", "", "MODEL", "", "Odoo's models; `*` stands for any letters. Absent: all.",
     Kind::kList, Empty::kRefused, Add<&AllowRule::models, ParseModelPattern>},
    {"operations", "", "", "OPERATION", "",
     "get, search, count, create, batch_create, update, delete, call, or the name of an RPC. "
     "Absent: all.",
     Kind::kList, Empty::kRefused, Add<&AllowRule::operations, ParseIdentifier>},
    {"read_fields", "", "", "FIELD", "",
     "Fields that may be read: names of the contract, of rows `order_line.product_id`. Absent: "
     "all.",
     Kind::kList, Empty::kRefused, Add<&AllowRule::read_fields, ParseFieldPath>},
    {"write_fields", "", "", "FIELD", "", "Fields that may be written, likewise. Absent: all.",
     Kind::kList, Empty::kRefused, Add<&AllowRule::write_fields, ParseFieldPath>},
};

constexpr Setting kCallerSettings[] = {
    {"tokens", "", "", "sha256:HEX", "", "Hashes of the bearer tokens that are this caller.",
     Kind::kList, Empty::kAllowed, Add<&Caller::tokens, ParseTokenHash>},
    {"certificates", "", "", "uri:URI|dns:NAME|cn:NAME", "",
     "Names of the client certificates that are this caller.", Kind::kList, Empty::kAllowed,
     Add<&Caller::certificates, ParseCertificateName>},
    {"instances", "", "", "NAME", "",
     "Instances it may call; the first is where calls go that name none. Absent: all.", Kind::kList,
     Empty::kRefused, Add<&Caller::instances, ParseName>},
    {"companies", "", "", "ID", "",
     "Companies it may work in. Absent: all that the integration user has.", Kind::kList,
     Empty::kRefused, Add<&Caller::companies, Count<1, kMaxId>>},
    {"rate", "", "", "N/s|N/m", "", "Calls per second or minute. Absent: as many as it likes.",
     Kind::kValue, Empty::kRefused, Set<&Caller::rate, ParseRate>},
};

constexpr Setting kCommandSettings[] = {
    {"", "config", "ODOO_GATEWAY_CONFIG", "FILE", "", "The file with settings (YAML).",
     Kind::kValue, Empty::kRefused, Ignore},
    {"", "json", "", "", "", "With check: print one JSON document.", Kind::kSwitch, Empty::kRefused,
     Set<&Config::json, ParseBool>},
    {"", "instance", "", "NAME", "", "With check: the one instance to look at; without it, all.",
     Kind::kValue, Empty::kRefused, Set<&Config::instance, ParseName>},
    {"", "transport", "", "jsonrpc|json2|xmlrpc|web", "",
     "With explain: how the answer came; without it, by what the answer looks like.", Kind::kValue,
     Empty::kRefused, Set<&Config::transport, ParseTransport>},
    {"", "http-status", "", "N", "",
     "With explain: HTTP status of the answer, 0 for none; default 200.", Kind::kValue,
     Empty::kRefused, Set<&Config::http_status, Count<0, 999>>},
    {"", "request", "", "FILE", "",
     "With explain: the request that was sent, its body or all of it; it names fields better.",
     Kind::kValue, Empty::kRefused, Set<&Config::request_file, ParseReadableFile>},
    {"", "jsonl", "", "", "",
     "With explain: one recorded exchange a line in, one result a line out.", Kind::kSwitch,
     Empty::kRefused, Set<&Config::jsonl, ParseBool>},
    {"", "dump-catalog", "", "", "", "Print what the contracts stand for, and exit.", Kind::kSwitch,
     Empty::kRefused, Ask<Command::kDumpCatalog>},
    {"", "version", "", "", "", "Print the version, and exit.", Kind::kSwitch, Empty::kRefused,
     Ask<Command::kVersion>},
    {"", "help", "", "", "", "Print this text, and exit.", Kind::kSwitch, Empty::kRefused,
     Ask<Command::kHelp>},
};

void OpenNothing(const std::string& /*name*/, const std::string& /*at*/, Target* /*target*/) {}

void OpenInstance(const std::string& name, const std::string& /*at*/, Target* target) {
  target->instance = &target->config->instances.emplace_back();
  target->instance->name = name;
}

void OpenCaller(const std::string& name, const std::string& /*at*/, Target* target) {
  target->caller = &target->config->callers.emplace_back();
  target->caller->name = name;
}

void OpenRule(const std::string& /*name*/, const std::string& at, Target* target) {
  target->rule = &target->caller->allow.emplace_back();
  target->rule->at = at;
}

constexpr Section kCallerSections[] = {
    {"allow",
     "callers.NAME.allow[]",
     "Rules; a call passes where any of them allows it. `- models: [\"*\"]` allows all.",
     Repeat::kRows,
     "",
     kAllowSettings,
     {},
     OpenRule},
};

constexpr Section kTopSections[] = {
    {"tls",
     "tls",
     "TLS on the port that serves gRPC.",
     Repeat::kOnce,
     "",
     kTlsSettings,
     {},
     OpenNothing},
    {"instances",
     "instances.NAME",
     "The Odoos, by names of lower case letters, digits, `_` and `-`. A call chooses one by the "
     "metadata `x-odoo-instance`. Flags and variables set the one named `default`.",
     Repeat::kByName,
     "default",
     kInstanceSettings,
     {},
     OpenInstance},
    {"callers", "callers.NAME",
     "Who may call, named as instances are. Once there is any, everybody else is refused.",
     Repeat::kByName, "", kCallerSettings, kCallerSections, OpenCaller},
};

constexpr Section kTop{"", "",           "The gateway itself.", Repeat::kOnce,
                       "", kTopSettings, kTopSections,          OpenNothing};

constexpr Section kCommandLine{
    "", "", "The command line.", Repeat::kOnce, "", kCommandSettings, {}, OpenNothing};

constexpr const Section* kSections[] = {
    &kTop,        &kTopSections[0], &kTopSections[1], &kTopSections[2], &kCallerSections[0],
    &kCommandLine};

}  // namespace

const Section& Top() { return kTop; }

const Section& CommandLine() { return kCommandLine; }

std::span<const Section* const> Sections() { return kSections; }

const Setting* FindKey(const Section& section, std::string_view key) {
  const auto found = std::ranges::find(section.settings, key, &Setting::key);
  return key.empty() || found == section.settings.end() ? nullptr : &*found;
}

const Section* FindSection(const Section& section, std::string_view key) {
  const auto found = std::ranges::find(section.sections, key, &Section::key);
  return key.empty() || found == section.sections.end() ? nullptr : &*found;
}

Flag FindFlag(std::string_view flag) {
  if (flag.empty()) return {};
  for (const Section* section : kSections) {
    const auto found = std::ranges::find(section->settings, flag, &Setting::flag);
    if (found != section->settings.end()) return {section, &*found};
  }
  return {};
}

std::span<const Subcommand> Subcommands() { return kSubcommands; }

}  // namespace gateway::config
