// Odoo's results -> response messages. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/json_view.h"
#include "codec/wire.h"
#include "engine/asked.h"
#include "odoo/session.h"
#include "plan/plan.h"

namespace gateway::engine {

using Encoded = base::Result<std::string>;

// The answer of `validate_only`.
std::string Validated(const plan::Plan& plan, const odoo::Session& session);

// Results of plans, by what they are. A result that does not fit, or that is not about what the
// plan asked for, is MALFORMED_RESPONSE.
Encoded Created(const plan::Plan& plan, const odoo::Session& session, codec::JsonView result);
Encoded Updated(const plan::Plan& plan, const odoo::Session& session, codec::JsonView result);
Encoded Deleted(const plan::Plan& plan, const odoo::Session& session);
Encoded Counted(const plan::Plan& plan, const odoo::Session& session, codec::JsonView result);
// The one record of `web_read`; nothing there is RECORD_NOT_FOUND.
Encoded ReadOne(const plan::Plan& plan, const odoo::Session& session, const codec::ReadSpec& read,
                codec::JsonView result);
Encoded Found(const plan::Plan& plan, const odoo::Session& session, codec::JsonView result,
              std::optional<std::int64_t> total);

// What an action made: only the ids, or as `web_read` answers them, which has to be all of them.
std::string Made(const plan::Plan& plan, const odoo::Session& session, const Ids& ids);
Encoded ReadMade(const plan::Plan& plan, const odoo::Session& session, const Ids& ids,
                 codec::JsonView result);

// OUTCOME_UNKNOWN: the write happened, but what came back does not tell what the caller asked for.
base::Failure Unconfirmed(base::Failure cause, std::string_view what);
// RECORD_NOT_FOUND for a record of the plan's model.
base::Failure NotFound(const plan::Plan& plan, std::int64_t id);

}  // namespace gateway::engine
