#include "check/inspect.h"

#include <algorithm>
#include <future>

#include "engine/connector.h"

namespace gateway::check {
namespace {

class Inspection {
 public:
  Inspection(http::Loop& loop, const engine::InstanceOptions& options,
             const contract::Catalog& catalog)
      : loop_(loop),
        options_(options),
        width_(std::min(engine::kConnectWidth, options.upstream.limits.in_flight)),
        upstream_(loop, options.upstream, nobody_),
        connector_(upstream_, options) {
    facts_.url = options.upstream.url;
    facts_.catalog = &catalog;
    facts_.session.credentials = options.credentials;
  }

  // Loop thread. Who waits for `done` may end this object at once.
  base::Detached Run(std::chrono::milliseconds patience, std::shared_ptr<std::promise<void>> done) {
    const auto timer = loop_.At(http::Clock::now() + patience, [this] { cancellation_.Request(); });
    auto status = co_await Steps();
    loop_.CancelTimer(timer);
    if (!status) facts_.failure = std::move(status.failure());
    facts_.now = std::chrono::system_clock::now();
    done->set_value();
  }

  Facts TakeFacts() { return std::move(facts_); }

 private:
  base::Task<base::Status> Steps() {
    auto session = co_await connector_.Detect(cancellation_);
    if (!session) co_return std::move(session.failure());
    facts_.session = std::move(*session);
    facts_.reached = Step::kVersion;
    auto supported = engine::Connector::Supported(facts_.session);
    if (!supported) co_return std::move(supported);
    facts_.reached = Step::kLogin;
    auto uid = co_await connector_.Authenticate(facts_.session, cancellation_);
    if (!uid) co_return std::move(uid.failure());
    facts_.session.uid = *uid;
    facts_.reached = Step::kUser;
    auto user = co_await connector_.ReadUser(facts_.session, cancellation_);
    if (!user) co_return std::move(user);
    facts_.reached = Step::kFields;
    auto fields = co_await connector_.ReadSchema(facts_.session, width_, cancellation_);
    if (!fields) co_return std::move(fields);
    facts_.reached = Step::kRights;
    auto survey = co_await engine::LookAround(upstream_, facts_.session, options_.needs, width_,
                                              cancellation_);
    if (!survey) co_return std::move(survey.failure());
    facts_.survey = std::move(*survey);
    facts_.reached = Step::kDone;
    co_return base::Done{};
  }

  http::Loop& loop_;
  const engine::InstanceOptions& options_;
  const std::size_t width_;
  observe::Observers nobody_{{}};
  engine::Upstream upstream_;
  engine::Connector connector_;
  engine::Cancellation cancellation_;
  Facts facts_;
};

}  // namespace

Facts Inspect(const engine::InstanceOptions& options, const contract::Catalog& catalog,
              std::chrono::milliseconds patience) {
  http::Loop loop;
  Inspection inspection(loop, options, catalog);
  const auto done = std::make_shared<std::promise<void>>();
  loop.Post([&inspection, patience, done] { inspection.Run(patience, done); });
  done->get_future().wait();
  return inspection.TakeFacts();
}

}  // namespace gateway::check
