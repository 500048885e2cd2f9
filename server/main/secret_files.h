// The files that hold the gateway's secrets, as the configuration names them, and their modes.
#pragma once

#include <vector>

#include "check/file_checks.h"
#include "config/config.h"

namespace gateway {

// The key of TLS, and passwords and API keys of the instances that `check` looks at. Each file
// once; what is not a regular file now is left out.
std::vector<check::SecretFile> SecretFilesOf(const config::Config& config);

}  // namespace gateway
