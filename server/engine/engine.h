// Carries out one call: plan -> references -> Odoo -> answer.
//
//   auto call = engine.Start({&backend, method, bytes, deadline}, [](Response response) { ... });
//   call->Cancel();
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "contract/catalog.h"
#include "contract/permit.h"
#include "engine/backends.h"
#include "engine/trace.h"
#include "plan/plan.h"

namespace gateway::engine {

struct Request {
  const Backend* backend = nullptr;
  // Of the backend's catalog.
  const contract::Method* method = nullptr;
  // The request message, as it came.
  std::string bytes;
  // Of the caller; the answer leaves a little earlier. Clock::time_point::max(): none.
  http::Clock::time_point deadline = http::Clock::time_point::max();
  // Outlives the call. Null: no limits.
  const contract::Permit* permit = nullptr;
  Trace trace = {};
};

// The response message's bytes.
using Response = base::Result<std::string>;

// A call under way. Any thread.
class Call {
 public:
  virtual ~Call() = default;
  // Stops waiting and closes the connection to Odoo; `done` still runs. Does nothing for an ended
  // call.
  virtual void Cancel() = 0;
};

struct EngineOptions {
  // For calls without a deadline.
  std::chrono::milliseconds default_timeout{60000};
  // However patient a caller is: a call that hangs holds one of few places.
  std::chrono::milliseconds max_timeout{600000};
};

// Must outlive its calls. Any thread.
class Engine {
 public:
  Engine(http::Loop& loop, EngineOptions options, observe::Observer& observer);

  // `done` runs once: before Start returns for a request that is refused, later on the loop's
  // thread for all others.
  std::shared_ptr<Call> Start(Request request, std::function<void(Response)> done);

 private:
  http::Clock::time_point AnswerBy(http::Clock::time_point deadline) const;

  http::Loop& loop_;
  const EngineOptions options_;
  observe::Observer& observer_;
};

}  // namespace gateway::engine
