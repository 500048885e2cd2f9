// What each operation does once its plan is made: what it asks of Odoo, in which steps, and how it
// answers. One file per operation; loop thread only.
#pragma once

#include <cstdint>
#include <optional>

#include "base/task.h"
#include "codec/json_view.h"
#include "engine/asked.h"
#include "engine/engine.h"
#include "engine/invoker.h"

namespace gateway::engine {

// The invoker and its plan must outlive the task. `body` is the plan's own.
base::Task<Response> Run(Invoker& invoker, const plan::Create& body);
base::Task<Response> Run(Invoker& invoker, const plan::Read& body);
base::Task<Response> Run(Invoker& invoker, const plan::Search& body);
base::Task<Response> Run(Invoker& invoker, const plan::Count& body);
base::Task<Response> Run(Invoker& invoker, const plan::Write& body);
base::Task<Response> Run(Invoker& invoker, const plan::Unlink& body);
base::Task<Response> Run(Invoker& invoker, const plan::Call& body);

// The pure part: Odoo's result as a response. What does not fit, or is not about what was asked, is
// MALFORMED_RESPONSE, also for writes.
Response Answer(const plan::Plan& plan, const odoo::Session& session, const plan::Create& body,
                codec::JsonView result);
Response Answer(const plan::Plan& plan, const odoo::Session& session, const plan::Read& body,
                codec::JsonView result);
Response Answer(const plan::Plan& plan, const odoo::Session& session, const plan::Search& body,
                codec::JsonView result, std::optional<std::int64_t> total = {});
Response Answer(const plan::Plan& plan, const odoo::Session& session, const plan::Count& body,
                codec::JsonView result);
Response Answer(const plan::Plan& plan, const odoo::Session& session, const plan::Write& body,
                codec::JsonView result);
// Of an action: the record that it acted on, or what it made as `web_read` answers it.
Response Answer(const plan::Plan& plan, const odoo::Session& session, const plan::Call& body,
                const Ids& made, codec::JsonView result);

}  // namespace gateway::engine
