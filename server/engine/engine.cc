#include "engine/engine.h"

#include <algorithm>
#include <array>

#include "engine/call_steps.h"

namespace gateway::engine {
namespace {

using base::Failure;
using base::Reason;
using std::chrono::milliseconds;

// The answer leaves this much before the caller's deadline, or the caller's own library answers
// first, with nothing in it.
constexpr milliseconds kLeastMargin{20};
constexpr int kMarginDivisor = 20;

class RunningCall final : public Call, public std::enable_shared_from_this<RunningCall> {
 public:
  RunningCall(http::Loop& loop, plan::Plan plan, std::shared_ptr<const odoo::Session> session,
              Trace trace)
      : loop_(loop),
        plan_(std::move(plan)),
        session_(std::move(session)),
        trace_(std::move(trace)) {}

  void Cancel() override {
    loop_.Post([self = shared_from_this()] { self->cancellation_.Request(); });
  }

  base::Detached Run(Instance& instance, http::Clock::time_point deadline,
                     std::function<void(Response)> done) {
    const auto self = shared_from_this();
    Invoker invoker(plan_, *session_, instance.upstream(), deadline, cancellation_, trace_);
    CallSteps steps(invoker);
    Response response = co_await steps.Run();
    if (MakesSessionDoubtful(response)) instance.Suspect();
    done(std::move(response));
  }

 private:
  bool MakesSessionDoubtful(const Response& response) const {
    const bool known = session_->schema->Find(plan_.method->record->model) != nullptr;
    // What was missing works, or what was there does not: an app came or went.
    if (response) return !known;
    const Reason reason = response.failure().reason;
    return reason == Reason::kIntegrationUserRejected || reason == Reason::kUpstreamUnavailable ||
           reason == Reason::kUnknownField || reason == Reason::kEndpointNotFound ||
           (reason == Reason::kModelNotFound && known);
  }

  http::Loop& loop_;
  const plan::Plan plan_;
  const std::shared_ptr<const odoo::Session> session_;
  const Trace trace_;
  Cancellation cancellation_;
};

// Of a call that was over before it began.
class EndedCall final : public Call {
 public:
  void Cancel() override {}
};

void Describe(const contract::Method& method, Failure& failure) {
  if (failure.reason == Reason::kModelNotFound && !method.module.empty()) {
    failure.message += " Install the app `" + method.module + "` in Odoo's database.";
    failure.metadata.emplace_back("module", method.module);
  }
  failure.metadata.emplace_back("model", method.record->model);
  failure.metadata.emplace_back("operation", base::NameOf(method.operation));
}

}  // namespace

Engine::Engine(http::Loop& loop, EngineOptions options, observe::Observer& observer)
    : loop_(loop), options_(options), observer_(observer) {}

http::Clock::time_point Engine::AnswerBy(http::Clock::time_point deadline) const {
  const auto now = http::Clock::now();
  // Compared before subtracting: the far end of the clock would overflow.
  const bool far = deadline >= now + options_.max_timeout;
  const http::Clock::duration left = deadline == http::Clock::time_point::max()
                                         ? options_.default_timeout
                                     : far ? http::Clock::duration(options_.max_timeout)
                                           : deadline - now;
  const auto margin = std::max<http::Clock::duration>(kLeastMargin, left / kMarginDivisor);
  return now + left - margin;
}

std::shared_ptr<Call> Engine::Start(Request request, std::function<void(Response)> done) {
  const contract::Method& method = *request.method;
  const Backend& backend = *request.backend;
  const auto refuse = [&](Failure failure) {
    Describe(method, failure);
    done(std::move(failure));
    return std::make_shared<EndedCall>();
  };
  const auto connection = backend.instance.connection();
  if (connection->session == nullptr) return refuse(*connection->failure);
  const codec::Target target{connection->session->version, connection->session->schema.get(),
                             connection->session->company_ids,
                             connection->session->protocol == odoo::Protocol::kXmlRpc,
                             backend.name};
  auto plan =
      plan::MakePlan(backend.catalog, method, target, std::move(request.bytes), request.permit);
  if (!plan) {
    observer_.Observe(observe::RequestRefused{plan.failure().reason});
    return refuse(std::move(plan.failure()));
  }
  // Nothing would be asked of Odoo.
  const bool missing =
      connection->session->schema->WhyAbsent(method.record->model) == schema::Absence::kMissing;
  if (plan->validate_only && missing) {
    return refuse(
        base::Fail(Reason::kModelNotFound, "This Odoo has no model " + method.record->model + "."));
  }
  if (plan->options.lang.empty()) plan->options.lang = connection->session->lang;
  auto call = std::make_shared<RunningCall>(loop_, std::move(*plan), connection->session,
                                            std::move(request.trace));
  loop_.Post([&backend, call, deadline = AnswerBy(request.deadline), &method,
              done = std::move(done)]() mutable {
    call->Run(backend.instance, deadline, [&method, done = std::move(done)](Response response) {
      if (!response) Describe(method, response.failure());
      done(std::move(response));
    });
  });
  return call;
}

}  // namespace gateway::engine
