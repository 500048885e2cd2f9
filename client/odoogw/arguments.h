// The command line: `odoogw [flags] command [operands] [flags]`.
//
//   Arguments arguments = ParseArguments({"call", "PartnerService.GetPartner", "--timeout", "5s"});
//
// Pure functions, but for the environment variables ODOOGW_ADDRESS and ODOO_GATEWAY_TOKEN and for
// the files that flags name; safe from any thread.
#ifndef ODOOGW_ARGUMENTS_H_
#define ODOOGW_ARGUMENTS_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "odoogw/connection.h"
#include "odoogw/json.h"
#include "odoogw/style.h"

namespace odoogw {

struct Arguments {
  std::string address = "127.0.0.1:50051";
  absl::Duration timeout = absl::Seconds(30);
  Tls tls;
  Metadata metadata;      // The token among it.
  std::string token;      // Empty: none.
  bool insecure = false;  // The token may travel beyond this machine without TLS.
  JsonLayout layout = JsonLayout::kPretty;
  ColorMode color = ColorMode::kAuto;
  bool json_errors = false;
  bool help = false;
  std::vector<std::string> words;  // The command and its operands.
};

// Flags may stand anywhere, as `--name value` or `--name=value`; after `--` everything is a word.
// Throws a usage failure.
Arguments ParseArguments(const std::vector<std::string>& command_line);

// All flags, a line each, for `--help`.
std::string FlagHelp();

}  // namespace odoogw

#endif  // ODOOGW_ARGUMENTS_H_
