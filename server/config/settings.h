// The table of all settings: what --help prints, what the sources look for, and how a text becomes
// a field of Config.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/config.h"

namespace gateway::config {

enum class Kind : std::uint8_t {
  kValue,   // `--flag VALUE`, once
  kSwitch,  // `--flag` alone is `--flag=true`
  kList,    // `--flag VALUE`, any number of times; separated by colons in the environment
  kSecret,  // environment alone: arguments are visible to everybody on the machine
};

struct Setting {
  // Without dashes. A secret's name is known only to be refused as a flag.
  std::string_view flag;
  // Empty: a flag only.
  std::string_view env;
  // What --help calls the value.
  std::string_view placeholder;
  // As an operator would write it. Empty: stays what Config says.
  std::string_view fallback;
  std::string_view doc;
  Kind kind;
  // An empty variable is a value, too, not an absent one.
  bool may_be_empty;
  // Parses and stores. The text is never empty unless `may_be_empty`, or a flag said so.
  base::Status (*apply)(std::string_view text, Config* config);
};

// What comes before all flags; nothing there means: serve.
struct Subcommand {
  std::string_view name;
  std::string_view doc;
  Command command;
};

std::span<const Subcommand> Subcommands();

// In the order of --help.
std::span<const Setting> Settings();

// Null where there is none.
const Setting* FindSetting(std::string_view flag);

}  // namespace gateway::config
