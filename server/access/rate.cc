#include "access/rate.h"

#include <algorithm>

namespace gateway::access {

using std::chrono::nanoseconds;

RateLimit::RateLimit(std::optional<config::Rate> rate) {
  if (!rate) return;
  constexpr nanoseconds kSecond = std::chrono::seconds(1);
  interval_ = nanoseconds(rate->period).count() / static_cast<std::int64_t>(rate->calls);
  ahead_ = std::max(kSecond.count(), interval_);
}

nanoseconds RateLimit::Take(Clock::time_point now) {
  if (interval_ == 0) return nanoseconds::zero();
  const std::int64_t at = nanoseconds(now.time_since_epoch()).count();
  std::int64_t due = due_.load();
  while (true) {
    const std::int64_t next = std::max(due, at) + interval_;
    if (next - at > ahead_) return nanoseconds(next - at - ahead_);
    if (due_.compare_exchange_weak(due, next)) return nanoseconds::zero();
  }
}

}  // namespace gateway::access
