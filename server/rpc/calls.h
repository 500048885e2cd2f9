// All calls that have not been answered yet: how many, what of their requests is held, and how to
// end them.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "access/access.h"
#include "engine/engine.h"

namespace gateway::rpc {

// The engine's call, which may end before its handle is stored, and a cancellation, which may come
// before either. Any thread.
class CallSlot {
 public:
  void Put(std::shared_ptr<engine::Call> call);
  void Cancel();

 private:
  std::mutex mutex_;
  std::shared_ptr<engine::Call> call_;
  bool cancelled_ = false;
};

// Any thread.
class Calls {
  // A call, and what it took.
  struct Open {
    std::shared_ptr<CallSlot> slot;
    const access::Caller* caller = nullptr;
    std::size_t bytes = 0;
  };

 public:
  // `max_bytes`: of all requests together.
  explicit Calls(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  using Handle = std::list<Open>::iterator;

  Handle Begin(std::shared_ptr<CallSlot> slot);
  void End(Handle handle);

  // Once a call, the size of its request; false: there is no room, and nothing is taken. A
  // configured caller gets half of the room at most, but for a single request; null: everybody.
  bool Take(Handle handle, const access::Caller* caller, std::size_t bytes);

  std::size_t count() const;
  // Those of now; each is answered as one that its caller broke off.
  void CancelAll();

 private:
  const std::size_t max_bytes_;
  mutable std::mutex mutex_;
  std::list<Open> open_;
  std::size_t bytes_ = 0;
  std::unordered_map<const access::Caller*, std::size_t> bytes_of_;
};

}  // namespace gateway::rpc
