// What the operator decided: flags, environment, one file and defaults in, checked and typed values
// out. Nothing behind this room parses a setting or reads the environment.
//
// A flag beats its environment variable, which beats the file, which beats the default. All
// problems are reported at once, each by the name that the operator used. The settings themselves
// are the tables in settings.cc; REFERENCE.md is made from them.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/secret.h"

namespace gateway::config {

// What the program is asked to do. The later ones win.
enum class Command : std::uint8_t {
  kServe,
  kCheck,
  kPrintConfig,
  kExplain,
  kDumpCatalog,
  kReference,
  kToken,
  kVersion,
  kHelp
};

// kAuto: what the connected Odoo speaks, found out at connect.
enum class Protocol : std::uint8_t { kAuto, kJsonRpc, kJson2, kXmlRpc };

// How an answer to explain came. kAny: by what it looks like.
enum class Transport : std::uint8_t { kAny, kJsonRpc, kJson2, kXmlRpc, kWeb };

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarn, kError };

// Whether a client without a certificate may connect. Says nothing where clients' certificates are
// not verified.
enum class ClientCertificate : std::uint8_t { kRequire, kOptional };

// Paths of PEM files. Both of certificate_file and key_file are set, or neither: no TLS.
struct Tls {
  std::string certificate_file;
  std::string key_file;
  // Set: clients' certificates are verified by these.
  std::string client_ca_file;
  ClientCertificate client_certificate = ClientCertificate::kRequire;
  // How often the files are looked at for changes.
  std::chrono::milliseconds reload_interval{};

  bool enabled() const { return !certificate_file.empty(); }
};

// One Odoo with its integration user.
struct Instance {
  // `[a-z][a-z0-9_-]{0,62}`; a metric label.
  std::string name;
  // `http[s]://host[:port][/prefix]`, no slash at the end.
  std::string url;
  std::string database;
  // Empty only where protocol is kJson2, whose key says who it is.
  std::string username;
  // At least one of both.
  Secret password;
  Secret api_key;
  // Files that hold them; none for those from variables.
  std::vector<std::string> secret_files;
  Protocol protocol = Protocol::kAuto;
  // PEM; empty: the system's certificates.
  std::string ca_file;
  // Calls that Odoo works on at once, and those that may wait for their turn.
  std::size_t max_in_flight = 0;
  std::size_t max_waiting = 0;
  // As Config::contracts, served here alone.
  std::vector<std::string> contracts;
};

// SHA-256 of a bearer token.
using TokenHash = std::array<std::uint8_t, 32>;

// A name that a client's certificate has.
struct CertificateName {
  enum class Kind : std::uint8_t { kUri, kDns, kCommonName };
  Kind kind = Kind::kUri;
  std::string name;

  bool operator==(const CertificateName&) const = default;
};

// `calls` within `period`, over any time.
struct Rate {
  std::size_t calls = 0;
  std::chrono::seconds period{};
};

// What a call may be. An empty list does not restrict.
struct AllowRule {
  // Odoo's names, with `*` for any letters.
  std::vector<std::string> models = {};
  // `get`, `batch_create`, ... or an RPC's name (`ConfirmSaleOrder`).
  std::vector<std::string> operations = {};
  // Names of the contract's fields, of rows `order_line.product_id`.
  std::vector<std::string> read_fields = {};
  std::vector<std::string> write_fields = {};
  // Where it stands: `gateway.yaml:12: callers.shop.allow[0]`.
  std::string at = {};
};

// One program that calls the gateway. At least one of tokens and certificates is not empty.
struct Caller {
  // As Instance::name.
  std::string name;
  std::vector<TokenHash> tokens;
  std::vector<CertificateName> certificates;
  // Names in Config::instances; the first is where calls go that name none. Empty: all.
  std::vector<std::string> instances;
  // A call passes where any rule allows it.
  std::vector<AllowRule> allow;
  // Ids in Odoo. Empty: all that the integration user has.
  std::vector<std::int64_t> companies;
  std::optional<Rate> rate;
};

// The default values are in the tables.
struct Config {
  Command command = Command::kServe;

  // `host:port`, the host numeric or a name, IPv6 in brackets. Port 0: any free one.
  std::string listen;
  // The same; empty: no metrics.
  std::string metrics_listen;
  // Likewise of health, which is also served at `listen`.
  std::string health_listen;
  // For calls without a deadline.
  std::chrono::milliseconds default_timeout{};
  std::size_t max_request_bytes = 0;
  std::size_t max_answer_bytes = 0;
  // Of all requests together; at least max_request_bytes.
  std::size_t max_pending_bytes = 0;
  // Of one connection.
  std::size_t max_streams = 0;
  std::chrono::milliseconds max_connection_age{};
  // FileDescriptorSets beside the built-in contracts, or folders of them.
  std::vector<std::string> contracts;
  // Whether grpc.reflection is served.
  bool reflection = true;
  LogLevel log_level = LogLevel::kInfo;
  // Tracebacks of Odoo go to callers, too.
  bool error_debug = false;
  // `stderr` or a file's path; empty: none.
  std::string audit_log;

  Tls tls;
  // At least one where the command needs any; names are unique.
  std::vector<Instance> instances;
  // Where there is any, nobody else may call.
  std::vector<Caller> callers;

  // kCheck alone: one JSON document instead of lines.
  bool json = false;
  // kCheck alone: the one to look at; empty: all.
  std::string instance;

  // kExplain alone.
  Transport transport = Transport::kAny;
  std::size_t http_status = 200;
  // File with the request that was sent; empty: not known.
  std::string request_file;
  // Recorded exchanges in, results out, a line each.
  bool jsonl = false;
};

// As std::getenv: null where unset.
using Getenv = std::function<const char*(const char* name)>;

struct Loaded {
  Config config;
  // For kPrintConfig: the effective settings as YAML, each with its source; secrets are masked.
  std::string effective;
};

// Reads the file and the files that hold secrets, nothing else. The failure has one violation per
// problem (path: `--listen`, `ODOO_URL`, `gateway.yaml:12: instances.default.url`, ...) and a
// message that lists them all, one per line; neither ever holds a secret. kHelp, kVersion and
// kReference win over any problem.
base::Result<Loaded> Load(int argc, const char* const* argv, const Getenv& getenv);

// The answer to --help, made from the tables.
std::string HelpText();

// The page of all settings in Markdown, made from the tables.
std::string Reference();

}  // namespace gateway::config
