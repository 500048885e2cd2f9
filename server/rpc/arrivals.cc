#include "rpc/arrivals.h"

namespace gateway::rpc {

Arrivals::Arrivals(Clock::duration patience, Clock::duration interval)
    : patience_(patience),
      interval_(interval),
      watcher_([this](const std::stop_token& stop) { Watch(stop); }) {}

Arrivals::Handle Arrivals::Enter(Arrival& arrival) {
  const std::lock_guard lock(mutex_);
  return waiting_.insert(waiting_.end(), {&arrival, Clock::now()});
}

bool Arrivals::Leave(Handle handle) {
  const std::lock_guard lock(mutex_);
  const bool expired = handle->expired;
  (expired ? expired_ : waiting_).erase(handle);
  return !expired;
}

void Arrivals::Watch(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, stop, interval_, [&stop] { return stop.stop_requested(); })) {
    const std::list<Arrival*> late = TakeExpired(Clock::now());
    lock.unlock();
    for (Arrival* arrival : late) arrival->Expire();
    lock.lock();
  }
}

std::list<Arrival*> Arrivals::TakeExpired(Clock::time_point now) {
  std::list<Arrival*> late;
  while (!waiting_.empty() && waiting_.front().since + patience_ <= now) {
    Place& place = waiting_.front();
    place.expired = true;
    late.push_back(place.arrival);
    expired_.splice(expired_.end(), waiting_, waiting_.begin());
  }
  return late;
}

}  // namespace gateway::rpc
