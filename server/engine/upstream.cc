#include "engine/upstream.h"

#include <algorithm>
#include <array>
#include <random>

#include "odoo/redact.h"

namespace gateway::engine {
namespace {

using base::Fail;
using base::Failure;
using base::Reason;
using base::Result;
using http::Lost;
using std::chrono::milliseconds;

constexpr int kMaxAttempts = 3;
constexpr milliseconds kFirstPause{50};

// A number that leaves enough larger ones, all of which JSON parsers read exactly.
std::int64_t AnyMessageId() {
  constexpr std::int64_t kMaxFirstId = std::int64_t{1} << 48;
  std::random_device random;
  return std::uniform_int_distribution<std::int64_t>(1, kMaxFirstId)(random);
}

// A lost answer where nothing was executed, or where it does not matter.
struct LostRule {
  Reason reason;
  std::string_view message;
};

// By Lost::Cause.
constexpr std::array<LostRule, 5> kLost = {{
    {Reason::kUpstreamUnavailable, "Odoo cannot be reached."},
    {Reason::kUpstreamUnavailable, "Odoo closed the connection before it answered."},
    {Reason::kTimeout, "Odoo did not answer in time."},
    {Reason::kPayloadTooLarge,
     "Odoo's answer is larger than the gateway's limit; ask for fewer records or fields."},
    {Reason::kEndpointNotFound, "The URL that the gateway was given for Odoo cannot be used."},
}};

Failure OutcomeUnknown(std::string_view why, bool deadline) {
  Failure failure =
      Fail(Reason::kOutcomeUnknown,
           "The write was sent to Odoo and its outcome is not known: " + std::string(why) +
               " Look whether it happened before you repeat it.");
  if (deadline) failure.code = base::Code::kDeadlineExceeded;
  return failure;
}

Failure LostFailure(const Lost& lost, const Purpose& purpose) {
  if (purpose.cancellation.requested() && !(purpose.write && lost.maybe_executed)) {
    return Fail(Reason::kCancelled, "The call was broken off; nothing was written.");
  }
  const LostRule& rule = kLost[static_cast<std::size_t>(lost.cause)];
  Failure failure = purpose.write && lost.maybe_executed
                        ? OutcomeUnknown(rule.message, lost.cause == Lost::Cause::kDeadline)
                        : Fail(rule.reason, std::string(rule.message));
  // Names hosts and ports of the operator's network: for the log.
  failure.debug = lost.detail;
  return failure;
}

// Whether Odoo itself says that it failed. It rolled back then; anything else on the way leaves a
// write open, and so does a connection to PostgreSQL that broke: it may have been during the
// commit.
bool RolledBack(const Failure& failure) {
  return failure.reason != Reason::kUpstreamUnavailable && odoo::IsRaisedByOdoo(failure);
}

// Answers that come from before Odoo worked on the call. UPSTREAM_UNAVAILABLE is not among them: a
// proxy's 502 and 503 may also mean that the connection died after the request was delivered.
bool NotExecuted(Reason reason) {
  return reason == Reason::kRateLimited || reason == Reason::kPayloadTooLarge ||
         reason == Reason::kEndpointNotFound || reason == Reason::kDatabaseNotFound ||
         reason == Reason::kIntegrationUserRejected || reason == Reason::kSessionExpired;
}

Failure FailureOf(Admission::Verdict verdict) {
  switch (verdict) {
    case Admission::Verdict::kOverloaded: {
      Failure failure = Fail(Reason::kOverloaded, "Too many calls wait for Odoo already.");
      failure.retry_after = milliseconds(1000);
      return failure;
    }
    case Admission::Verdict::kDeadline:
      return Fail(Reason::kTimeout,
                  "The deadline passed before Odoo could take the call; nothing was sent.");
    default:
      return Fail(Reason::kCancelled, "The call was broken off before anything was sent.");
  }
}

}  // namespace

// Awaits one HTTP transfer. Cancelled: the connection is closed and the outcome is a broken one.
class Upstream::Transfer {
 public:
  Transfer(http::Client& client, http::Request request, Cancellation& cancellation)
      : client_(client), request_(std::move(request)), cancellation_(cancellation) {}

  bool await_ready() {
    if (!cancellation_.requested()) return false;
    outcome_ = Lost{Lost::Cause::kBroken, false, "cancelled before it was sent"};
    return true;
  }
  void await_suspend(std::coroutine_handle<> waiter) {
    id_ = client_.Send(std::move(request_), [this, waiter](http::Outcome outcome) {
      outcome_ = std::move(outcome);
      cancellation_.Clear();
      waiter.resume();
    });
    cancellation_.OnRequest([this, waiter] {
      outcome_ = Lost{Lost::Cause::kBroken, client_.Abort(id_), "cancelled by the caller"};
      waiter.resume();
    });
  }
  http::Outcome await_resume() { return std::move(outcome_); }

 private:
  http::Client& client_;
  http::Request request_;
  Cancellation& cancellation_;
  http::Client::TransferId id_ = 0;
  http::Outcome outcome_;
};

Upstream::Upstream(http::Loop& loop, UpstreamOptions options, observe::Observer& observer)
    : loop_(loop),
      options_(std::move(options)),
      observer_(observer),
      client_(loop, options_.http),
      admission_(loop, options_.limits,
                 [this](std::size_t in_flight, std::size_t waiting) {
                   observer_.Observe(observe::UpstreamLoad{in_flight, waiting});
                 }),
      last_message_id_(AnyMessageId()) {}

base::Task<http::Outcome> Upstream::Send(odoo::Message message, const Purpose& purpose) {
  http::Request request;
  request.url = options_.url + message.path;
  request.post = !message.body.empty();
  request.headers = std::move(message.headers);
  if (purpose.trace != nullptr) {
    for (std::string& header : purpose.trace->Headers())
      request.headers.push_back(std::move(header));
  }
  request.body = std::move(message.body);
  request.deadline = purpose.deadline;
  Transfer transfer(client_, std::move(request), purpose.cancellation);
  co_return co_await transfer;
}

// The only way that texts of Odoo, and of whatever stands before it, get in.
Result<odoo::Answer> Upstream::Read(http::Outcome outcome, const Sent& sent, const Purpose& purpose,
                                    const odoo::ContextMaker& context) {
  auto answer = ReadAnswer(std::move(outcome), sent, purpose, context);
  if (!answer) odoo::Redact(options_.secrets, answer.failure());
  return answer;
}

Result<odoo::Answer> Upstream::ReadAnswer(http::Outcome outcome, const Sent& sent,
                                          const Purpose& purpose,
                                          const odoo::ContextMaker& context) {
  if (const auto* lost = std::get_if<Lost>(&outcome)) return LostFailure(*lost, purpose);
  auto& response = std::get<http::Response>(outcome);
  const odoo::Reply reply{response.status, response.content_type, response.retry_after,
                          response.body, sent.message_id};
  auto answer = odoo::Decode(reply, sent.protocol, context);
  if (answer) return answer;
  Failure& failure = answer.failure();
  if (!purpose.write || RolledBack(failure) || NotExecuted(failure.reason)) return answer;
  Failure unknown = OutcomeUnknown("HTTP status " + std::to_string(response.status) +
                                       " came, and not Odoo's own answer to the call.",
                                   false);
  unknown.metadata = std::move(failure.metadata);
  unknown.metadata.emplace_back("cause", base::InfoOf(failure.reason).name);
  unknown.debug = std::move(failure.debug);
  return unknown;
}

base::Task<Result<odoo::Answer>> Upstream::Exchange(Result<odoo::Message> message,
                                                    odoo::Protocol protocol, Purpose purpose,
                                                    odoo::ContextMaker context) {
  if (!message) co_return std::move(message.failure());
  const auto begun = http::Clock::now();
  const Sent sent{protocol, message->id};
  auto outcome = co_await Send(std::move(*message), purpose);
  const bool lost = std::holds_alternative<Lost>(outcome);
  auto result = Read(std::move(outcome), sent, purpose, context);
  Report(result, lost, purpose, {}, protocol, begun);
  co_return std::move(result);
}

base::Task<Result<Admission::Place>> Upstream::Admit(Purpose purpose) {
  const Admission::Verdict verdict =
      co_await admission_.Enter(purpose.deadline, purpose.cancellation);
  if (verdict != Admission::Verdict::kAdmitted) co_return FailureOf(verdict);
  co_return Admission::Place(admission_);
}

base::Task<Result<odoo::Answer>> Upstream::Invoke(const odoo::Call& call,
                                                  const odoo::Session& session, Purpose purpose,
                                                  odoo::ContextMaker context) {
  auto place = co_await Admit(purpose);
  if (!place) co_return std::move(place.failure());
  co_return co_await InvokeAdmitted(call, session, purpose, std::move(context));
}

base::Task<Result<odoo::Answer>> Upstream::InvokeAdmitted(const odoo::Call& call,
                                                          const odoo::Session& session,
                                                          Purpose purpose,
                                                          odoo::ContextMaker context) {
  milliseconds pause = kFirstPause;
  for (int attempt = 1;; ++attempt, pause *= 4) {
    const auto begun = http::Clock::now();
    auto message = odoo::Encode(call, session, NextMessageId());
    if (!message) co_return std::move(message.failure());
    const Sent sent{session.protocol, message->id};
    auto outcome = co_await Send(std::move(*message), purpose);
    const Lost* lost = std::get_if<Lost>(&outcome);
    // A call that surely was not executed may be sent again, and a read always. Not after a
    // deadline or an answer too large.
    const bool passing = lost != nullptr && (lost->cause == Lost::Cause::kRefused ||
                                             lost->cause == Lost::Cause::kBroken);
    const bool again = passing && (!purpose.write || !lost->maybe_executed) &&
                       attempt < kMaxAttempts && !purpose.cancellation.requested() &&
                       http::Clock::now() + pause < purpose.deadline;
    const bool was_lost = lost != nullptr;
    auto result = Read(std::move(outcome), sent, purpose, context);
    Report(result, was_lost, purpose, call.model, session.protocol, begun);
    if (!again) co_return std::move(result);
    co_await Sleep(http::Clock::now() + pause, purpose.cancellation);
    if (purpose.cancellation.requested()) co_return std::move(result);
  }
}

base::Task<bool> Upstream::Sleep(http::Clock::time_point when, Cancellation& cancellation) {
  struct Timer {
    http::Loop& loop;
    http::Clock::time_point when;
    Cancellation& cancellation;
    http::Loop::TimerId id = 0;

    bool await_ready() const { return cancellation.requested(); }
    void await_suspend(std::coroutine_handle<> waiter) {
      id = loop.At(when, [this, waiter] {
        cancellation.Clear();
        waiter.resume();
      });
      cancellation.OnRequest([this, waiter] {
        loop.CancelTimer(id);
        waiter.resume();
      });
    }
    void await_resume() const {}
  };
  Timer timer{loop_, when, cancellation};
  co_await timer;
  co_return !cancellation.requested();
}

void Upstream::Report(const Result<odoo::Answer>& result, bool lost, const Purpose& purpose,
                      std::string_view model, odoo::Protocol protocol,
                      http::Clock::time_point begun) {
  using observe::Outcome;
  const Outcome outcome = lost ? Outcome::kLost : result.ok() ? Outcome::kOk : Outcome::kFault;
  observe::OdooCallFinished event{model, purpose.operation, outcome, http::Clock::now() - begun,
                                  odoo::ProtocolName(protocol)};
  if (purpose.trace != nullptr) {
    event.request_id = purpose.trace->request_id;
    event.trace_id = purpose.trace->trace_id();
  }
  observer_.Observe(event);
  if (outcome == Outcome::kFault)
    observer_.Observe(observe::FaultSeen{result.failure().reason, model});
}

}  // namespace gateway::engine
