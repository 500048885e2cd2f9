// Work ordered by when it is due. One thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "http/loop.h"

namespace gateway::http {

class Timers {
 public:
  Loop::TimerId Add(Clock::time_point when, std::function<void()> work) {
    const Loop::TimerId id = ++last_id_;
    // Later than the run under way, which would never end if its work could add to it.
    const auto due = std::max(when, ran_until_ + Clock::duration{1});
    by_id_.emplace(id, queue_.emplace(due, Timer{id, std::move(work)}));
    return id;
  }

  void Cancel(Loop::TimerId id) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return;
    // Both are consistent again before the work is destroyed, which may call back into here.
    const auto cancelled = queue_.extract(found->second);
    by_id_.erase(found);
  }

  // Earliest first, equal ones in the order added. What the work adds waits for the next call.
  void RunDue(Clock::time_point now) {
    ran_until_ = now;
    while (!queue_.empty() && queue_.begin()->first <= now) {
      const auto due = queue_.extract(queue_.begin());
      by_id_.erase(due.mapped().id);
      due.mapped().work();
    }
  }

  std::optional<Clock::time_point> Next() const {
    if (queue_.empty()) return std::nullopt;
    return queue_.begin()->first;
  }

  void Clear() {
    by_id_.clear();
    const auto dropped = std::exchange(queue_, {});
  }

 private:
  struct Timer {
    Loop::TimerId id;
    std::function<void()> work;
  };
  using Queue = std::multimap<Clock::time_point, Timer>;

  Queue queue_;
  std::unordered_map<Loop::TimerId, Queue::iterator> by_id_;
  Loop::TimerId last_id_ = 0;
  Clock::time_point ran_until_ = Clock::time_point::min();
};

}  // namespace gateway::http
