// A caller's rate: so many calls within a period, with a second's worth at once.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "config/config.h"

namespace gateway::access {

// Keeps one time instead of a bucket of tokens (the generic cell rate algorithm): when the next
// call would be due if calls came evenly. Any thread.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  explicit RateLimit(std::optional<config::Rate> rate);

  // Counts a call. Zero, or how long to wait where it is one too many.
  std::chrono::nanoseconds Take(Clock::time_point now);

 private:
  // Between two calls; zero: no limit.
  std::int64_t interval_ = 0;
  // How far calls may run ahead of their time.
  std::int64_t ahead_ = 0;
  std::atomic<std::int64_t> due_ = 0;
};

}  // namespace gateway::access
