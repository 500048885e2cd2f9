#include "engine/instance.h"

#include <algorithm>
#include <future>

#include "odoo/schema_answer.h"

namespace gateway::engine {
namespace {

using base::Fail;
using base::Failure;
using base::Reason;
using base::Result;
using codec::JsonView;
using odoo::Protocol;
using std::chrono::milliseconds;

constexpr milliseconds kExchangeTimeout{20000};
constexpr milliseconds kFirstRetry{500};
constexpr milliseconds kLastRetry{30000};
// The first version with JSON-2.
constexpr int kJson2Since = 19;
constexpr int kOldestVersion = 18;

// `[19, 0, 0, "final", 0, ""]`; 0 where it is none.
int MajorOf(const JsonView& answer, std::string_view member) {
  int major = 0;
  const auto info = answer.Member(member);
  if (!info) return major;
  info->ForEachElement([&major](const JsonView& part) {
    major = static_cast<int>(part.Integer().value_or(0));
    return false;
  });
  return major;
}

std::string TextOf(const JsonView& answer, std::string_view member) {
  const auto text = answer.Member(member);
  return text ? std::string(text->Text().value_or("")) : std::string();
}

Failure NotOdoo() {
  return Fail(Reason::kEndpointNotFound,
              "What answers at Odoo's URL does not tell a version of Odoo. Check the URL.");
}

bool IsOutage(Reason reason) {
  return reason == Reason::kUpstreamUnavailable || reason == Reason::kTimeout;
}

bool EndsSession(Reason reason) {
  return reason == Reason::kIntegrationUserRejected || reason == Reason::kDatabaseNotFound ||
         reason == Reason::kEndpointNotFound;
}

// Models that this Odoo lacks or hides are left out of the schema: their calls get Odoo's own
// answer.
bool LeavesOut(Reason reason) {
  return reason == Reason::kModelNotFound || reason == Reason::kModelAccessDenied ||
         reason == Reason::kRecordAccessDenied;
}

}  // namespace

struct Instance::State {
  // Of the exchange with Odoo under way, and of the pause between two.
  Cancellation exchange;
  Cancellation pause;
  bool stopped = false;
  http::Clock::time_point connected;
  std::promise<void> ended;
};

Instance::Instance(http::Loop& loop, InstanceOptions options, observe::Observer& observer,
                   std::function<void(bool)> changed)
    : options_(std::move(options)),
      observer_(observer),
      changed_(std::move(changed)),
      loop_(loop),
      upstream_(loop, options_.upstream, observer),
      state_(std::make_shared<State>()) {
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
  constexpr milliseconds kPatience{5000};
  if (http::Clock::now() - state_->connected > kPatience) state_->pause.Request();
}

void Instance::Publish(Connection connection) {
  const auto before = connection_.load();
  const bool news = before->reachable != connection.reachable ||
                    before->session != connection.session || before->failure == nullptr ||
                    connection.failure == nullptr ||
                    before->failure->message != connection.failure->message;
  const bool reachable = connection.reachable;
  const auto published = std::make_shared<const Connection>(std::move(connection));
  connection_.store(published);
  if (!news) return;
  using observe::InstanceChanged;
  InstanceChanged event;
  event.state = reachable ? InstanceChanged::State::kConnected : InstanceChanged::State::kDegraded;
  if (published->failure != nullptr) event.detail = published->failure->message;
  if (published->session != nullptr) {
    event.version = published->session->version_text;
    event.protocol = odoo::ProtocolName(published->session->protocol);
  }
  observer_.Observe(event);
  changed_(reachable);
}

// Connect; while that holds, watch; connect anew when something changed or the schema grew old.
base::Detached Instance::Run(std::shared_ptr<State> state) {
  milliseconds retry = kFirstRetry;
  std::shared_ptr<const odoo::Session> current;
  while (!state->stopped) {
    auto session = co_await Connect(state->exchange);
    if (state->stopped) break;
    if (session) {
      retry = kFirstRetry;
      current = std::make_shared<const odoo::Session>(std::move(*session));
      state->connected = http::Clock::now();
      Publish({current, nullptr, true});
      co_await Watch(*state, *current);
    } else {
      // Most trouble passes: the session stays, and calls find out for themselves. Wrong
      // credentials and the like end it.
      if (EndsSession(session.failure().reason)) current = nullptr;
      Publish({current, std::make_shared<Failure>(std::move(session.failure())), false});
      co_await Pause(*state, retry);
      retry = std::min(retry * 2, kLastRetry);
    }
  }
  state->ended.set_value();
}

// False where it was cut short: to stop, or because a call has doubts.
base::Task<bool> Instance::Pause(State& state, milliseconds time) {
  if (!state.stopped) state.pause = Cancellation();
  co_return co_await upstream_.Sleep(http::Clock::now() + time, state.pause);
}

// Returns when it is time to connect anew.
base::Task<bool> Instance::Watch(State& state, const odoo::Session& session) {
  const auto renew = http::Clock::now() + options_.schema_max_age;
  while (http::Clock::now() < renew) {
    const bool slept = co_await Pause(state, options_.probe_interval);
    if (!slept) co_return true;
    auto seen = co_await Detect(state.exchange);
    if (!seen || seen->version_text != session.version_text) co_return true;
  }
  co_return true;
}

base::Task<Result<odoo::Session>> Instance::Connect(Cancellation& cancellation) {
  auto session = co_await Detect(cancellation);
  if (!session) co_return std::move(session);
  auto uid = co_await Authenticate(*session, cancellation);
  if (!uid) co_return std::move(uid.failure());
  session->uid = *uid;
  auto user = co_await ReadUser(*session, cancellation);
  if (!user) co_return std::move(user.failure());
  auto fields = co_await ReadSchema(*session, cancellation);
  if (!fields) co_return std::move(fields.failure());
  co_return std::move(session);
}

// Version and protocol. `/web/version` answers from 19 on; older ones tell it by JSON-RPC.
base::Task<Result<odoo::Session>> Instance::Detect(Cancellation& cancellation) {
  odoo::Session session;
  session.credentials = options_.credentials;
  auto web = co_await Ask(odoo::VersionMessage(), Protocol::kJson2, cancellation);
  if (web) {
    session.version = MajorOf(web->result(), "version_info");
    session.version_text = TextOf(web->result(), "version");
  } else if (IsOutage(web.failure().reason)) {
    co_return std::move(web.failure());
  }
  if (session.version == 0) {
    auto common = co_await Ask(odoo::CommonVersionMessage(), Protocol::kJsonRpc, cancellation);
    if (!common) co_return std::move(common.failure());
    session.version = MajorOf(common->result(), "server_version_info");
    session.version_text = TextOf(common->result(), "server_version");
  }
  if (session.version == 0) co_return NotOdoo();
  if (session.version < kOldestVersion) {
    co_return Fail(Reason::kEndpointNotFound,
                   "Odoo " + session.version_text + " is older than the gateway supports (18).");
  }
  const bool json2 = session.version >= kJson2Since && !options_.credentials.api_key.empty();
  session.protocol = options_.protocol.value_or(json2 ? Protocol::kJson2 : Protocol::kJsonRpc);
  co_return std::move(session);
}

base::Task<Result<std::int64_t>> Instance::Authenticate(const odoo::Session& session,
                                                        Cancellation& cancellation) {
  // JSON-2 knows the user by its key; asking who that is checks the key.
  if (session.protocol == Protocol::kJson2) {
    const odoo::Call who{"res.users", "context_get", false, {}, {}, {}};
    auto answer = co_await Ask(who, session, cancellation);
    if (!answer) co_return std::move(answer.failure());
    const auto uid = answer->result().Member("uid");
    if (uid && uid->Integer()) co_return *uid->Integer();
    co_return Fail(Reason::kMalformedResponse, "Odoo did not tell the id of the integration user.");
  }
  auto answer = co_await Ask(odoo::AuthenticateMessage(session.credentials), Protocol::kJsonRpc,
                             cancellation);
  if (!answer) co_return std::move(answer.failure());
  if (const auto uid = answer->result().Integer()) co_return *uid;
  co_return odoo::RejectedLogin();
}

base::Task<base::Status> Instance::ReadUser(odoo::Session& session, Cancellation& cancellation) {
  const odoo::Call call = odoo::UserCall(session.uid);
  auto answer = co_await Ask(call, session, cancellation);
  if (!answer) co_return std::move(answer.failure());
  answer->result().ForEachElement([&session](const JsonView& user) {
    if (const auto lang = user.Member("lang"))
      session.lang = std::string(lang->Text().value_or(""));
    if (const auto companies = user.Member("company_ids")) {
      companies->ForEachElement([&session](const JsonView& id) {
        session.company_ids.push_back(id.Integer().value_or(0));
        return true;
      });
    }
    const auto company = user.Member("company_id");
    if (!company) return false;
    // many2one: [id, name]
    company->ForEachElement([&session](const JsonView& id) {
      session.company_id = id.Integer().value_or(0);
      return false;
    });
    return false;
  });
  if (session.company_id != 0) co_return base::Done{};
  co_return Fail(Reason::kMalformedResponse,
                 "Odoo did not tell the company of the integration user.");
}

base::Task<base::Status> Instance::ReadSchema(odoo::Session& session, Cancellation& cancellation) {
  auto schema = std::make_shared<schema::Schema>();
  for (const std::string& model : options_.models) {
    const odoo::Call call = odoo::FieldsCall(model, session.lang);
    auto answer = co_await Ask(call, session, cancellation);
    if (!answer && LeavesOut(answer.failure().reason)) continue;
    if (!answer) co_return std::move(answer.failure());
    auto fields = odoo::ModelOf(answer->result());
    if (!fields) co_return std::move(fields.failure());
    schema->Add(model, std::move(*fields));
  }
  session.schema = std::move(schema);
  co_return base::Done{};
}

base::Task<Result<odoo::Answer>> Instance::Ask(odoo::Message message, Protocol protocol,
                                               Cancellation& cancellation) {
  Purpose purpose{observe::Operation::kConnect, false, http::Clock::now() + kExchangeTimeout,
                  cancellation};
  co_return co_await upstream_.Exchange(std::move(message), protocol, purpose,
                                        [] { return odoo::FaultContext{}; });
}

base::Task<Result<odoo::Answer>> Instance::Ask(const odoo::Call& call, const odoo::Session& session,
                                               Cancellation& cancellation) {
  Purpose purpose{observe::Operation::kConnect, false, http::Clock::now() + kExchangeTimeout,
                  cancellation};
  co_return co_await upstream_.Exchange(odoo::Encode(call, session), session.protocol, purpose,
                                        [&call] { return odoo::ContextOf(call); });
}

}  // namespace gateway::engine
