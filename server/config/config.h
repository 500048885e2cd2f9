// What the operator decided: flags, environment and defaults in, checked and typed values out.
// Nothing behind this room parses a setting or reads the environment.
//
// A flag beats its environment variable, which beats the default. All problems are reported at
// once, each by the name that the operator used. The settings themselves are the table in
// settings.cc.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/secret.h"

namespace gateway::config {

// What the program is asked to do. The later ones win.
enum class Command : std::uint8_t { kServe, kCheck, kExplain, kDumpCatalog, kVersion, kHelp };

// kAuto: what the connected Odoo speaks, found out at connect.
enum class Protocol : std::uint8_t { kAuto, kJsonRpc, kJson2, kXmlRpc };

// How an answer to explain came. kAny: by what it looks like.
enum class Transport : std::uint8_t { kAny, kJsonRpc, kJson2, kXmlRpc, kWeb };

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarn, kError };

// The default values are in the table.
struct Config {
  Command command = Command::kServe;

  // `host:port`, the host numeric or a name, IPv6 in brackets. Port 0: any free one.
  std::string listen;
  // The same; empty: no metrics.
  std::string metrics_listen;

  // `http[s]://host[:port][/prefix]`, no slash at the end.
  std::string odoo_url;
  std::string odoo_database;
  // Empty only where odoo_protocol is kJson2, whose key says who it is.
  std::string odoo_username;
  // At least one of both.
  Secret odoo_password;
  Secret odoo_api_key;
  Protocol odoo_protocol = Protocol::kAuto;
  // PEM; empty: the system's certificates.
  std::string odoo_ca_file;

  // Calls that Odoo works on at once, and those that may wait for their turn.
  std::size_t max_in_flight = 0;
  std::size_t max_waiting = 0;
  // For calls without a deadline.
  std::chrono::milliseconds default_timeout{};
  std::size_t max_request_bytes = 0;
  std::size_t max_answer_bytes = 0;

  // FileDescriptorSets beside the built-in contracts.
  std::vector<std::string> contracts;

  // kCheck alone: one JSON document instead of lines.
  bool json = false;

  // kExplain alone.
  Transport transport = Transport::kAny;
  std::size_t http_status = 200;
  // File with the request that was sent; empty: not known.
  std::string request_file;
  // Recorded exchanges in, results out, a line each.
  bool jsonl = false;

  LogLevel log_level = LogLevel::kInfo;
  // Tracebacks of Odoo go to callers, too.
  bool error_debug = false;
};

// As std::getenv: null where unset.
using Getenv = std::function<const char*(const char* name)>;

// Reads the files that hold secrets, nothing else. The failure has one violation per problem (path:
// `--listen`, `ODOO_URL`, ...) and a message that lists them all, one per line; neither ever holds
// a secret. kHelp and kVersion win over any problem.
base::Result<Config> Load(int argc, const char* const* argv, const Getenv& getenv);

// The answer to --help, made from the table.
std::string HelpText();

}  // namespace gateway::config
