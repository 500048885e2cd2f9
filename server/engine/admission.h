// Few calls at once: Odoo has few workers, and more calls in flight make it slower, then
// unreachable. The rest wait here, in order, each within its own deadline. Loop thread only.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <utility>

#include "engine/cancellation.h"
#include "http/loop.h"

namespace gateway::engine {

class Admission {
 public:
  struct Limits {
    std::size_t in_flight = 8;
    std::size_t waiting = 256;
  };
  // `changed` runs after each change, with the calls in flight and waiting.
  Admission(http::Loop& loop, Limits limits, std::function<void(std::size_t, std::size_t)> changed)
      : loop_(loop), limits_(limits), changed_(std::move(changed)) {}
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  enum class Verdict : std::uint8_t { kAdmitted, kOverloaded, kDeadline, kCancelled };

  // Holds a place among the calls in flight, after kAdmitted.
  class Place {
   public:
    explicit Place(Admission& admission) : admission_(&admission) {}
    Place(Place&& other) noexcept : admission_(std::exchange(other.admission_, nullptr)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (admission_ != nullptr) admission_->Leave();
    }

   private:
    Admission* admission_;
  };

  // Awaited: `co_await admission.Enter(deadline, cancellation)`. After kAdmitted, Leave must be
  // called once.
  class Entry;
  Entry Enter(http::Clock::time_point deadline, Cancellation& cancellation);
  void Leave();

 private:
  void Report() { changed_(in_flight_, waiting_.size()); }

  http::Loop& loop_;
  const Limits limits_;
  const std::function<void(std::size_t, std::size_t)> changed_;
  std::size_t in_flight_ = 0;
  std::list<Entry*> waiting_;
};

class Admission::Entry {
 public:
  Entry(Admission& admission, http::Clock::time_point deadline, Cancellation& cancellation)
      : admission_(admission), deadline_(deadline), cancellation_(cancellation) {}

  bool await_ready();
  void await_suspend(std::coroutine_handle<> waiter);
  Verdict await_resume() const { return verdict_; }

 private:
  friend class Admission;
  void End(Verdict verdict);

  Admission& admission_;
  const http::Clock::time_point deadline_;
  Cancellation& cancellation_;
  std::coroutine_handle<> waiter_;
  std::list<Entry*>::iterator place_;
  http::Loop::TimerId timer_ = 0;
  Verdict verdict_ = Verdict::kAdmitted;
};

}  // namespace gateway::engine
