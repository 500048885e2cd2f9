// Lets one event a second through and counts the rest.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

namespace gateway::observe {

class OnceASecond {
 public:
  // How many events were held back since the last that passed; nothing where this one is held back.
  // Any thread.
  std::optional<std::uint64_t> Pass(std::chrono::system_clock::time_point now) {
    const std::lock_guard lock(mutex_);
    // A clock that was set back must not silence it.
    if (passed_ && now >= *passed_ && now - *passed_ < std::chrono::seconds(1)) {
      ++held_back_;
      return std::nullopt;
    }
    passed_ = now;
    return std::exchange(held_back_, 0);
  }

 private:
  std::mutex mutex_;
  std::optional<std::chrono::system_clock::time_point> passed_;
  std::uint64_t held_back_ = 0;
};

}  // namespace gateway::observe
