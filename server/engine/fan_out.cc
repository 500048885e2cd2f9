#include "engine/fan_out.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace gateway::engine {

struct FanOut::State {
  const std::size_t count;
  const Step step;
  std::vector<Cancellation> lanes;
  std::size_t next = 0;
  // Lanes that have not ended.
  std::size_t running = 0;
  bool stopped = false;
  base::Status status = base::Done{};
  std::coroutine_handle<> waiter = {};
};

FanOut::FanOut(std::size_t count, std::size_t width, Step step, Cancellation& cancellation)
    : cancellation_(cancellation),
      state_(std::make_shared<State>(
          State{count, std::move(step), std::vector<Cancellation>(std::min(count, width))})) {
  if (!cancellation.requested()) return;
  state_->status = base::Fail(base::Reason::kCancelled, "Cancelled before it began.");
}

bool FanOut::await_ready() const { return state_->lanes.empty() || !state_->status; }

bool FanOut::await_suspend(std::coroutine_handle<> waiter) {
  const auto state = state_;
  state->waiter = waiter;
  // One more: lanes may end at once, and must not resume who does not wait yet.
  state->running = state->lanes.size() + 1;
  cancellation_.OnRequest([state] {
    state->stopped = true;
    for (Cancellation& lane : state->lanes) lane.Request();
  });
  for (Cancellation& lane : state->lanes) RunLane(state, lane);
  return --state->running > 0;
}

base::Status FanOut::await_resume() {
  cancellation_.Clear();
  return std::move(state_->status);
}

base::Detached FanOut::RunLane(std::shared_ptr<State> state, Cancellation& lane) {
  while (!state->stopped && state->next < state->count) {
    auto status = co_await state->step(state->next++, lane);
    if (status) continue;
    state->stopped = true;
    if (state->status) state->status = std::move(status);
  }
  if (--state->running == 0) state->waiter.resume();
}

}  // namespace gateway::engine
