#include "engine/invoker.h"

#include <algorithm>

#include "engine/engine.h"

namespace gateway::engine {

odoo::FaultContext Invoker::ContextOf(const odoo::Call& call) const {
  odoo::FaultContext context = odoo::ContextOf(call);
  for (plan::NamedField& field : plan::FieldsOf(plan_, resolved_)) {
    for (std::string& text : field.texts) {
      context.values.push_back({field.odoo_path, field.model, field.comodel, std::move(text)});
    }
    context.fields.push_back(std::move(field.odoo_path));
  }
  return context;
}

base::Task<Answered> Invoker::Send(const odoo::Call& call, Purpose purpose,
                                   odoo::ContextMaker context) {
  purpose.trace = &trace_;
  if (!place_) {
    auto place = co_await upstream_.Admit(purpose);
    if (!place) co_return std::move(place.failure());
    place_.emplace(std::move(*place));
  }
  co_return co_await upstream_.InvokeAdmitted(call, session_, purpose, std::move(context));
}

base::Task<Answered> Invoker::Invoke(const odoo::Call& call, bool write) {
  const Purpose purpose{plan_.method->operation, write, deadline_, cancellation_};
  co_return co_await Send(call, purpose, [this, &call] { return ContextOf(call); });
}

base::Task<Answered> Invoker::LookUp(const odoo::Call& call) {
  const Purpose purpose{observe::Operation::kLookup, false, deadline_, cancellation_};
  co_return co_await Send(call, purpose, [&call] { return odoo::ContextOf(call); });
}

base::Task<Answered> Invoker::Ask(const odoo::Call& call) {
  constexpr std::chrono::seconds kMost{2};
  const auto deadline = std::min(deadline_, http::Clock::now() + kMost);
  const Purpose purpose{observe::Operation::kLookup, false, deadline, cancellation_};
  co_return co_await Send(call, purpose, [&call] { return odoo::ContextOf(call); });
}

}  // namespace gateway::engine
