#include "rpc/calls.h"

#include <utility>
#include <vector>

namespace gateway::rpc {

void CallSlot::Put(std::shared_ptr<engine::Call> call) {
  const std::lock_guard lock(mutex_);
  call_ = std::move(call);
  if (cancelled_) call_->Cancel();
}

void CallSlot::Cancel() {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  if (call_ != nullptr) call_->Cancel();
}

Calls::Handle Calls::Begin(std::shared_ptr<CallSlot> slot) {
  const std::lock_guard lock(mutex_);
  return open_.insert(open_.end(), {std::move(slot)});
}

void Calls::End(Handle handle) {
  const std::lock_guard lock(mutex_);
  bytes_ -= handle->bytes;
  if (handle->caller != nullptr) bytes_of_[handle->caller] -= handle->bytes;
  open_.erase(handle);
}

bool Calls::Take(Handle handle, const access::Caller* caller, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  if (bytes > max_bytes_ - bytes_) return false;
  if (caller != nullptr) {
    std::size_t& own = bytes_of_[caller];
    if (own > 0 && own + bytes > max_bytes_ / 2) return false;
    own += bytes;
  }
  bytes_ += bytes;
  handle->caller = caller;
  handle->bytes = bytes;
  return true;
}

std::size_t Calls::count() const {
  const std::lock_guard lock(mutex_);
  return open_.size();
}

void Calls::CancelAll() {
  std::vector<std::shared_ptr<CallSlot>> slots;
  {
    const std::lock_guard lock(mutex_);
    for (const Open& call : open_) slots.push_back(call.slot);
  }
  for (const auto& slot : slots) slot->Cancel();
}

}  // namespace gateway::rpc
