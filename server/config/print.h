// The effective configuration as a file that has it: YAML, each value with its source behind it.
#pragma once

#include <string>

#include "config/object.h"

namespace gateway::config {

// Secrets are masked; names of files and variables that hold them are not.
std::string Print(const Object& top);

}  // namespace gateway::config
