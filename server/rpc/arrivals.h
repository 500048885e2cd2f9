// Requests that have not arrived whole yet. Whose does not in time is answered without it, so that
// nobody holds memory and streams by sending slowly or nothing.
#pragma once

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <stop_token>
#include <thread>

namespace gateway::rpc {

class Arrival {
 public:
  virtual ~Arrival() = default;
  // The time is over. From a thread of Arrivals; Leave says no from now on.
  virtual void Expire() = 0;
};

// Any thread.
class Arrivals {
 public:
  using Clock = std::chrono::steady_clock;

  // Looked at once in `interval`: an arrival has up to that much more than `patience`.
  Arrivals(Clock::duration patience, Clock::duration interval);

  struct Place {
    Arrival* arrival;
    Clock::time_point since;
    bool expired = false;
  };
  using Handle = std::list<Place>::iterator;

  // Every handle is handed back by Leave, once; until then `arrival` must live.
  Handle Enter(Arrival& arrival);
  // Whether it has not expired.
  bool Leave(Handle handle);

 private:
  void Watch(const std::stop_token& stop);
  std::list<Arrival*> TakeExpired(Clock::time_point now);

  const Clock::duration patience_;
  const Clock::duration interval_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  // By time of arrival.
  std::list<Place> waiting_;
  std::list<Place> expired_;
  // The last member: it uses the others.
  std::jthread watcher_;
};

}  // namespace gateway::rpc
