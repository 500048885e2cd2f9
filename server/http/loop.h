// The one thread that talks to Odoo: work posted from anywhere, timers, and the transfers of
// http::Client. Everything the engine does for a call after its request was checked runs here, so
// it needs no locks.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace gateway::http {

using Clock = std::chrono::steady_clock;

class Loop {
 public:
  Loop();
  // Ends the thread; transfers still under way are dropped without a callback, posted work is
  // dropped.
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Runs `work` on the loop's thread, in the order posted. Any thread.
  void Post(std::function<void()> work);

  // True on the loop's own thread.
  bool OnLoop() const;

  using TimerId = std::uint64_t;
  // Runs `work` once at or after `when`. Loop thread only.
  TimerId At(Clock::time_point when, std::function<void()> work);
  // Does nothing where it ran already. Loop thread only.
  void CancelTimer(TimerId timer);

 private:
  friend class Client;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gateway::http
