// The command line.
#pragma once

#include <chrono>
#include <set>
#include <string>

namespace sandbox {

struct Options {
  std::string host = "127.0.0.1";
  int port = 0;
  std::string version = "19.0";
  std::string database = "sandbox";
  std::string seed;               // a file; empty: the shop
  std::set<std::string> without;  // modules that are not installed
  std::string fields;             // a file of further fields; empty: none
  std::string today;              // empty: the machine's
  std::chrono::milliseconds latency{0};
  bool keep_alive = false;
  bool allow_remote = false;
  bool help = false;
};

// Throws std::invalid_argument with a sentence for the user.
Options ParseOptions(int argc, const char* const* argv);

std::string HelpText();

}  // namespace sandbox
