// The engine without gRPC, for tests of it.
#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "fake_odoo.h"

namespace gateway::engine {

// Counts what happened, and lets a test act at that moment. Any thread.
class Watcher final : public observe::Observer {
 public:
  void Observe(const observe::Event& event) override {
    std::function<void()> act;
    {
      const std::lock_guard lock(mutex_);
      if (const auto* load = std::get_if<observe::UpstreamLoad>(&event)) load_ = *load;
      const auto* finished = std::get_if<observe::OdooCallFinished>(&event);
      const bool lost = finished != nullptr && finished->outcome == observe::Outcome::kLost &&
                        finished->operation != observe::Operation::kConnect;
      if (!lost) return;
      ++lost_;
      act = std::exchange(on_lost_, nullptr);
    }
    if (act) act();
  }

  void OnNextLost(std::function<void()> act) {
    const std::lock_guard lock(mutex_);
    on_lost_ = std::move(act);
  }
  int lost() const {
    const std::lock_guard lock(mutex_);
    return lost_;
  }
  observe::UpstreamLoad load() const {
    const std::lock_guard lock(mutex_);
    return load_;
  }

 private:
  mutable std::mutex mutex_;
  int lost_ = 0;
  observe::UpstreamLoad load_{};
  std::function<void()> on_lost_;
};

inline InstanceOptions OptionsFor(const test::FakeOdoo& odoo) {
  InstanceOptions options;
  options.upstream.url = odoo.Url();
  options.credentials = {"shop", "gateway", "secret", ""};
  options.models = {"res.partner"};
  return options;
}

struct Started {
  std::shared_ptr<Call> call;
  std::future<Response> response;
};

// A gateway without gRPC.
class Gateway {
 public:
  explicit Gateway(const InstanceOptions& options)
      : instance_(loop_, options, watcher_,
                  [this](const Connection& now) { Changed(now.reachable); }),
        backend_{"default", test::BuiltIn(), instance_},
        engine_(loop_, {}, watcher_) {}

  bool AwaitSession() const {
    return test::Eventually([this] { return connection()->reachable; });
  }
  std::shared_ptr<const Connection> connection() const { return instance_.connection(); }

  Started Start(const std::string& rpc, const std::string& request,
                http::Clock::time_point deadline = http::Clock::time_point::max(),
                const contract::Permit* permit = nullptr) {
    auto promise = std::make_shared<std::promise<Response>>();
    Started started{nullptr, promise->get_future()};
    const contract::Method& method = test::MethodNamed(rpc);
    started.call = engine_.Start(
        {&backend_, &method, test::RequestBytes(method, request), deadline, permit, {}},
        [promise](Response response) { promise->set_value(std::move(response)); });
    return started;
  }
  Started Read(http::Clock::time_point deadline = http::Clock::time_point::max()) {
    return Start("CountPartners", "", deadline);
  }
  Started Write(http::Clock::time_point deadline = http::Clock::time_point::max()) {
    return Start("CreatePartner", "values { name: 'A' }", deadline);
  }

  Watcher& watcher() { return watcher_; }
  std::vector<bool> changes() const {
    const std::lock_guard lock(mutex_);
    return changes_;
  }

 private:
  void Changed(bool reachable) {
    const std::lock_guard lock(mutex_);
    changes_.push_back(reachable);
  }

  Watcher watcher_;
  mutable std::mutex mutex_;
  std::vector<bool> changes_;
  http::Loop loop_;
  Instance instance_;
  Backend backend_;
  Engine engine_;
};

// Reason and code; "OK" for a response.
inline std::string Told(const Response& response) {
  if (response) return "OK";
  const std::string reason(base::InfoOf(response.failure().reason).name);
  const std::string code(base::CodeName(response.failure().StatusCode()));
  return reason + " " + code;
}
inline std::string Told(Started started) { return Told(started.response.get()); }

// Each call of a model gets the next; the last one again and again.
inline test::FakeOdoo::Script InTurn(
    std::vector<std::function<test::Reaction(const test::Arrival&)>> turns) {
  return [turns = std::move(turns),
          next = std::make_shared<std::atomic<std::size_t>>(0)](const test::Arrival& arrival) {
    return turns[std::min((*next)++, turns.size() - 1)](arrival);
  };
}

}  // namespace gateway::engine
