// The tables of all settings, by section: what the sources look for, how a text becomes a field,
// and what --help, the reference page and `config print` show.
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
  kSecret,  // environment alone: arguments and files are seen by many
};

// What may be empty: a variable that is, is otherwise absent; a value or list in the file that is,
// otherwise a mistake.
enum class Empty : std::uint8_t { kRefused, kAllowed };

// Where values go: the objects that the sections on the way down opened.
struct Target {
  const Getenv* getenv = nullptr;
  Config* config = nullptr;
  Instance* instance = nullptr;
  Caller* caller = nullptr;
  AllowRule* rule = nullptr;
};

struct Setting {
  // In the file. Empty: not there.
  std::string_view key;
  // Without dashes; empty: in the file alone. A secret's name is known only to be refused.
  std::string_view flag;
  // Empty: no variable.
  std::string_view env;
  // What help calls the value.
  std::string_view placeholder;
  // As an operator would write it. Empty: stays what Config says.
  std::string_view fallback;
  std::string_view doc;
  Kind kind;
  Empty empty;
  // Parses and stores, an element at a time where it is a list.
  base::Status (*apply)(std::string_view text, const Target& target);
};

enum class Repeat : std::uint8_t {
  kOnce,
  kByName,  // a mapping of names
  kRows,    // a list
};

struct Section {
  // In the file. Empty: the top, or not there.
  std::string_view key;
  // For reading: `instances.NAME`.
  std::string_view title;
  std::string_view doc;
  Repeat repeat;
  // The one of its kind that flags and variables mean; empty where they mean none.
  std::string_view flags_name;
  std::span<const Setting> settings;
  std::span<const Section> sections;
  // Makes the object, if there is one to make. `at`: where it stands, as problems name it.
  void (*open)(const std::string& name, const std::string& at, Target* target);
};

// The top of the file.
const Section& Top();

// Settings of commands: flags alone.
const Section& CommandLine();

// All of them in the order of the reference page.
std::span<const Section* const> Sections();

// The setting of `section` that the file calls `key`; null where there is none.
const Setting* FindKey(const Section& section, std::string_view key);
const Section* FindSection(const Section& section, std::string_view key);

// Null where there is none.
struct Flag {
  const Section* section = nullptr;
  const Setting* setting = nullptr;
};
Flag FindFlag(std::string_view flag);

// What comes before all flags; nothing there means: serve.
struct Subcommand {
  // One word or two.
  std::string_view name;
  std::string_view doc;
  Command command;
};

std::span<const Subcommand> Subcommands();

}  // namespace gateway::config
