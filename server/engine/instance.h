// One Odoo: finds out what it is and who we are there, keeps that current, and says so. Starts
// without Odoo and recovers by itself.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string_view>

#include "engine/connector.h"
#include "engine/survey.h"
#include "odoo/session.h"

namespace gateway::engine {

struct InstanceOptions : ConnectOptions {
  UpstreamOptions upstream;
  // Rights that are looked up after connecting; without any, nothing is.
  schema::Needs needs;
  // How often a working connection is looked at, and how old the schema may become.
  std::chrono::milliseconds probe_interval{15000};
  std::chrono::milliseconds schema_max_age{600000};
  // Between two surveys, however often the gateway has to connect anew.
  std::chrono::milliseconds survey_pause{60000};
  // Between connecting and doing so again because calls have doubts. Doubles, up to a minute, while
  // they go on.
  std::chrono::milliseconds doubt_pause{1000};
};

// Either a session, or why there is none. Exactly one is set.
struct Connection {
  std::shared_ptr<const odoo::Session> session;
  std::shared_ptr<const base::Failure> failure;
  // Odoo answered when it was last asked. A session may outlive that.
  bool reachable = false;
  // Null until it is known; may be older than the session.
  std::shared_ptr<const Survey> survey;

  // Whether calls of the model have a chance, as far as is known.
  bool Serves(std::string_view model) const;
};

class Instance {
 public:
  // `changed` runs on the loop's thread, after each change of the connection.
  Instance(http::Loop& loop, InstanceOptions options, observe::Observer& observer,
           std::function<void(const Connection&)> changed);
  // Must run before the loop ends.
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  // As of now. Any thread.
  std::shared_ptr<const Connection> connection() const;

  // Loop thread only.
  Upstream& upstream() { return upstream_; }
  // A call failed in a way that makes the session doubtful: look now rather than later. Loop thread
  // only.
  void Suspect();

 private:
  struct State;

  base::Detached Run(std::shared_ptr<State> state);
  base::Task<bool> Pause(State& state, std::chrono::milliseconds time);
  base::Task<bool> Watch(State& state, std::shared_ptr<const odoo::Session> session);
  // Looks what the user may do there, once a session and not too often; false where it did not.
  base::Task<bool> RenewSurvey(State& state, std::shared_ptr<const odoo::Session> session);
  void Publish(Connection connection);
  // Look-ups at once: as many as wanted, but not more than Odoo takes calls.
  std::size_t Width(std::size_t wanted) const;

  const InstanceOptions options_;
  observe::Observer& observer_;
  const std::function<void(const Connection&)> changed_;
  http::Loop& loop_;
  Upstream upstream_;
  Connector connector_;
  std::atomic<std::shared_ptr<const Connection>> connection_;
  // Shared with the coroutine, which may be resumed a last time while this object goes.
  std::shared_ptr<State> state_;
};

}  // namespace gateway::engine
