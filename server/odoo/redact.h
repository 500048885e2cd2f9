// Messages of Odoo may repeat what the gateway sent to it, a password or an API key included.
#pragma once

#include <span>
#include <string>

#include "base/result.h"

namespace gateway::odoo {

// Replaces the gateway's own secrets in every text of the failure, those for the log included;
// secrets of 8 bytes and more also in other case, with white space between, and in base64,
// hexadecimal and percent encoding. In names (fields, models, constraints) only secrets of 8 bytes
// and more: a shorter one may be the name by chance, and its absence would tell it. Empty ones hide
// nothing.
void Redact(std::span<const std::string> secrets, base::Failure& failure);

}  // namespace gateway::odoo
