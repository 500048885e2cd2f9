#include "engine/instance.h"

#include <algorithm>
#include <future>

namespace gateway::engine {
namespace {

using base::Fail;
using base::Failure;
using base::Reason;
using std::chrono::milliseconds;

constexpr milliseconds kFirstRetry{500};
constexpr milliseconds kLastRetry{30000};
constexpr milliseconds kLongestDoubtPause{60000};

bool EndsSession(Reason reason) {
  return reason == Reason::kIntegrationUserRejected || reason == Reason::kDatabaseNotFound ||
         reason == Reason::kEndpointNotFound;
}

std::string_view WordsOf(const Connection& connection) {
  return connection.failure == nullptr ? std::string_view() : connection.failure->message;
}

// Refers to the connection's texts.
observe::InstanceChanged EventOf(const Connection& connection) {
  using observe::InstanceChanged;
  InstanceChanged event;
  event.state =
      connection.reachable ? InstanceChanged::State::kConnected : InstanceChanged::State::kDegraded;
  event.detail = WordsOf(connection);
  if (connection.session != nullptr) {
    event.version = connection.session->version_text;
    event.protocol = odoo::ProtocolName(connection.session->protocol);
  }
  return event;
}

}  // namespace

bool Connection::Serves(std::string_view model) const {
  return reachable && session != nullptr && session->schema->Find(model) != nullptr &&
         (survey == nullptr || survey->Allows(model));
}

struct Instance::State {
  // Of the exchange with Odoo under way, and of the pause between two.
  Cancellation exchange;
  Cancellation pause;
  bool stopped = false;
  // When connecting last began or ended, well or not; doubts do not count for some time after it.
  http::Clock::time_point looked;
  milliseconds doubt_pause{};
  // The session of the last survey that succeeded, and when the next one may begin.
  std::shared_ptr<const odoo::Session> surveyed;
  http::Clock::time_point survey_due;
  std::promise<void> ended;
};

Instance::Instance(http::Loop& loop, InstanceOptions options, observe::Observer& observer,
                   std::function<void(const Connection&)> changed)
    : options_(std::move(options)),
      observer_(observer),
      changed_(std::move(changed)),
      loop_(loop),
      upstream_(loop, options_.upstream, observer),
      connector_(upstream_, options_),
      state_(std::make_shared<State>()) {
  state_->doubt_pause = options_.doubt_pause;
  Connection none;
  none.failure = std::make_shared<Failure>(
      Fail(Reason::kUpstreamUnavailable, "The gateway is still connecting to Odoo."));
  connection_.store(std::make_shared<const Connection>(std::move(none)));
  loop_.Post([this] { Run(state_); });
}

Instance::~Instance() {
  auto ended = state_->ended.get_future();
  loop_.Post([state = state_] {
    state->stopped = true;
    state->exchange.Request();
    state->pause.Request();
  });
  ended.wait();
}

std::shared_ptr<const Connection> Instance::connection() const { return connection_.load(); }

void Instance::Suspect() {
  const auto quiet = http::Clock::now() - state_->looked;
  milliseconds& pause = state_->doubt_pause;
  if (quiet <= pause || state_->pause.requested()) return;
  // Looking did not help against the last doubts, unless they are long ago.
  pause = quiet > 2 * kLongestDoubtPause ? options_.doubt_pause
                                         : std::min(2 * pause, kLongestDoubtPause);
  state_->pause.Request();
}

std::size_t Instance::Width(std::size_t wanted) const {
  return std::min(wanted, options_.upstream.limits.in_flight);
}

void Instance::Publish(Connection connection) {
  const auto before = connection_.load();
  const bool news = before->reachable != connection.reachable ||
                    before->session != connection.session ||
                    WordsOf(*before) != WordsOf(connection);
  const bool surveyed = before->survey != connection.survey;
  const auto published = std::make_shared<const Connection>(std::move(connection));
  connection_.store(published);
  if (news) observer_.Observe(EventOf(*published));
  if (news || surveyed) changed_(*published);
}

// Connect; while that holds, watch; connect anew when something changed or the schema grew old.
base::Detached Instance::Run(std::shared_ptr<State> state) {
  milliseconds retry = kFirstRetry;
  std::shared_ptr<const odoo::Session> current;
  while (!state->stopped) {
    state->looked = http::Clock::now();
    const auto width = Width(current == nullptr ? kConnectWidth : kBackgroundWidth);
    auto session = co_await connector_.Connect(width, state->exchange);
    if (state->stopped) break;
    state->looked = http::Clock::now();
    // Older doubts are settled.
    state->pause = Cancellation();
    if (session) {
      retry = kFirstRetry;
      current = std::make_shared<const odoo::Session>(std::move(*session));
      Publish({current, nullptr, true, connection()->survey});
      co_await Watch(*state, current);
    } else {
      // Most trouble passes: the session stays, and calls find out for themselves. Wrong
      // credentials and the like end it.
      if (EndsSession(session.failure().reason)) current = nullptr;
      Publish({current, std::make_shared<Failure>(std::move(session.failure())), false,
               connection()->survey});
      co_await Pause(*state, retry);
      retry = std::min(retry * 2, kLastRetry);
    }
  }
  state->ended.set_value();
}

base::Task<bool> Instance::RenewSurvey(State& state, std::shared_ptr<const odoo::Session> session) {
  const auto now = http::Clock::now();
  if (options_.needs.empty() || state.surveyed == session || now < state.survey_due)
    co_return false;
  state.survey_due = now + options_.survey_pause;
  // Doubts wait for its end: it would never be finished where they do not cease.
  auto survey = co_await LookAround(upstream_, *session, options_.needs, Width(kBackgroundWidth),
                                    state.exchange);
  // What was known before is better than a part.
  if (!survey) co_return false;
  state.surveyed = session;
  Publish({session, nullptr, true, std::make_shared<const Survey>(std::move(*survey))});
  co_return true;
}

// False where it was cut short: to stop, or because a call has doubts or had them before.
base::Task<bool> Instance::Pause(State& state, milliseconds time) {
  const bool slept = co_await upstream_.Sleep(http::Clock::now() + time, state.pause);
  if (!state.stopped) state.pause = Cancellation();
  co_return slept;
}

// Returns when it is time to connect anew.
base::Task<bool> Instance::Watch(State& state, std::shared_ptr<const odoo::Session> session) {
  const auto renew = http::Clock::now() + options_.schema_max_age;
  while (http::Clock::now() < renew) {
    co_await RenewSurvey(state, session);
    const bool slept = co_await Pause(state, options_.probe_interval);
    if (!slept) co_return true;
    auto seen = co_await connector_.Detect(state.exchange);
    if (!seen || seen->version_text != session->version_text) co_return true;
  }
  co_return true;
}

}  // namespace gateway::engine
