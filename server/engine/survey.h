// What an Odoo grants the integration user: rights, groups, how long its keys are valid. Looked up
// after connecting: calls do not need it, people and health do. Loop thread only.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/upstream.h"
#include "odoo/session.h"
#include "odoo/survey_answer.h"
#include "schema/rights.h"

namespace gateway::engine {

// All unknown where Odoo does not tell.
struct Survey {
  schema::AccessByModel access;
  // May change users, groups or settings.
  std::optional<bool> administrator;
  // The user's API keys that serve for RPC: when each expires, or never. Which of them the gateway
  // uses, Odoo does not tell.
  std::optional<std::vector<odoo::Expiry>> keys;

  // False where the user has none of the rights that were asked for.
  bool Allows(std::string_view model) const;
  // Of the key that expires first; nothing where none does or it is not known.
  odoo::Expiry FirstExpiry() const;
};

// Takes a bounded time; `width` look-ups at once, outside admission, so that no call is refused or
// waits because of them. What Odoo refuses to tell stays unknown; fails where Odoo cannot be asked.
base::Task<base::Result<Survey>> LookAround(Upstream& upstream, const odoo::Session& session,
                                            const schema::Needs& needs, std::size_t width,
                                            Cancellation& cancellation);

}  // namespace gateway::engine
