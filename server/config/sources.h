// Where settings come from. Each source gives what it says, unparsed, as the tree of the tables;
// Load (config.cc) lists the sources by strength.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "config/config.h"
#include "config/object.h"

namespace gateway::config {

// `--flag value`, `--flag=value`, `--switch`. Problems never repeat a value: what follows a
// misspelt flag may be a secret. `first`: arguments before it are no flags.
Object FromFlags(int argc, const char* const* argv, std::size_t first, Problems* problems);

Object FromEnvironment(const Getenv& getenv);

// The YAML file `path`; nothing where it is none, or says nothing.
std::optional<Object> FromFile(const std::string& path, Problems* problems);

}  // namespace gateway::config
