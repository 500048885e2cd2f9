// Settings -> what the rooms inside want to know.
#pragma once

#include <optional>

#include "check/edge_checks.h"
#include "config/config.h"
#include "contract/catalog.h"
#include "engine/instance.h"

namespace gateway {

engine::InstanceOptions InstanceOptionsOf(const config::Config& config,
                                          const config::Instance& instance,
                                          const contract::Catalog& catalog);

// Reads the files of the certificate.
check::EdgeFacts EdgeFactsOf(const config::Config& config);

// Nothing where the operator leaves it to the answer.
std::optional<odoo::Protocol> ProtocolOf(config::Transport transport);

}  // namespace gateway
