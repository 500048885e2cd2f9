// What an answer says, told without the gateway that sent the request: for `odoo-gateway explain`
// and for tests over recordings.
#pragma once

#include <optional>

#include "base/result.h"
#include "odoo/fault.h"
#include "odoo/protocol.h"

namespace gateway::odoo {

// The failure in an answer; nothing for a success. Reads what the gateway's own calls do not have
// as well: messages of `load`, a login that answers false. Without a protocol: by what the body
// looks like.
std::optional<base::Failure> FailureIn(const Reply& reply, std::optional<Protocol> protocol,
                                       const FaultContext& context);

}  // namespace gateway::odoo
