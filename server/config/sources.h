// Where settings come from. Each source gives what it says about the settings of the table,
// unparsed; Load (config.cc) lists the sources by strength. A further one, say a file, is one more
// function here and one more entry there.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/config.h"
#include "config/settings.h"

namespace gateway::config {

// A value as its source wrote it.
struct Given {
  const Setting* setting;
  std::string text;
  // What the operator knows it by: `--listen`, `ODOO_URL`.
  std::string origin;
};

// All that one source says; several entries for one setting only where it is a list.
using Source = std::vector<Given>;

// Path: the origin.
using Problems = std::vector<base::Violation>;

// `--flag value`, `--flag=value`, `--switch`. Problems never repeat a value: what follows a
// misspelt flag may be a secret. `first`: arguments before it are no flags.
Source FromFlags(int argc, const char* const* argv, std::size_t first, Problems* problems);

Source FromEnvironment(const Getenv& getenv);

Source FromDefaults();

}  // namespace gateway::config
