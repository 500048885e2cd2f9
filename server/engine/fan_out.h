// Many small exchanges at once, and one coroutine that waits for all of them. Loop thread only.
//
//   FanOut all(models.size(), 8, [&](std::size_t at, Cancellation& lane) { return Read(at, lane);
//   },
//              cancellation);
//   base::Status status = co_await all;
#pragma once

#include <coroutine>
#include <cstddef>
#include <functional>
#include <memory>

#include "base/result.h"
#include "base/task.h"
#include "engine/cancellation.h"

namespace gateway::engine {

// Awaited once. Steps begin in order, at most `width` are under way. After the first failure, or
// when `cancellation` is requested, no further one begins, and those under way are waited for;
// cancelled ones are told to stop.
class FanOut {
 public:
  // Waits with the cancellation of its own lane: a Cancellation serves one wait at a time.
  using Step = std::function<base::Task<base::Status>(std::size_t at, Cancellation& lane)>;

  FanOut(std::size_t count, std::size_t width, Step step, Cancellation& cancellation);

  bool await_ready() const;
  bool await_suspend(std::coroutine_handle<> waiter);
  // The first failure, where there is one.
  base::Status await_resume();

 private:
  struct State;
  static base::Detached RunLane(std::shared_ptr<State> state, Cancellation& lane);

  Cancellation& cancellation_;
  // Shared with the lanes: the last one resumes who waits, and ends after it.
  std::shared_ptr<State> state_;
};

}  // namespace gateway::engine
