// A caller's wish to stop, as seen by what the call is waiting for right now. Loop thread only.
#pragma once

#include <functional>
#include <utility>

namespace gateway::engine {

class Cancellation {
 public:
  bool requested() const { return requested_; }

  // Whoever waits says how to stop waiting; replaced by the next one, cleared when the wait is
  // over.
  void OnRequest(std::function<void()> stop) { stop_ = std::move(stop); }
  void Clear() { stop_ = nullptr; }

  void Request() {
    requested_ = true;
    // Moved out first: stopping resumes the call, which may wait for something else at once.
    if (auto stop = std::exchange(stop_, nullptr)) stop();
  }

 private:
  bool requested_ = false;
  std::function<void()> stop_;
};

}  // namespace gateway::engine
