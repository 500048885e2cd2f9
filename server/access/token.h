// Bearer tokens: made here, kept by callers, known to the gateway by their hashes alone.
#pragma once

#include <string>
#include <string_view>

#include "config/config.h"

namespace gateway::access {

// `ogw_` and 32 random bytes in base64url; recognized by scanners for leaked secrets.
std::string NewToken();

// SHA-256. A token has 256 random bits: nobody guesses one from its hash, so neither salt nor a
// slow hash is needed.
config::TokenHash HashOf(std::string_view token);

// `sha256:<64 hexadecimal digits>`, as in the configuration.
std::string TextOf(const config::TokenHash& hash);

}  // namespace gateway::access
