// Answers about the integration user -> facts.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "codec/json_view.h"

namespace gateway::odoo {

// When an API key expires; nothing: never.
using Expiry = std::optional<std::chrono::system_clock::time_point>;

// Those of a user's keys that serve for RPC. Nothing where the answer is of another form.
std::optional<std::vector<Expiry>> KeysOf(const codec::JsonView& records);

}  // namespace gateway::odoo
