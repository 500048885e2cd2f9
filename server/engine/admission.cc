#include "engine/admission.h"

namespace gateway::engine {

Admission::Entry Admission::Enter(http::Clock::time_point deadline, Cancellation& cancellation) {
  return {*this, deadline, cancellation};
}

void Admission::Leave() {
  --in_flight_;
  if (!waiting_.empty()) {
    waiting_.front()->End(Verdict::kAdmitted);
  } else {
    Report();
  }
}

bool Admission::Entry::await_ready() {
  if (cancellation_.requested()) {
    verdict_ = Verdict::kCancelled;
  } else if (http::Clock::now() >= deadline_) {
    verdict_ = Verdict::kDeadline;
  } else if (admission_.in_flight_ < admission_.limits_.in_flight) {
    ++admission_.in_flight_;
    admission_.Report();
  } else if (admission_.waiting_.size() >= admission_.limits_.waiting) {
    verdict_ = Verdict::kOverloaded;
  } else {
    return false;
  }
  return true;
}

void Admission::Entry::await_suspend(std::coroutine_handle<> waiter) {
  waiter_ = waiter;
  place_ = admission_.waiting_.insert(admission_.waiting_.end(), this);
  timer_ = admission_.loop_.At(deadline_, [this] { End(Verdict::kDeadline); });
  cancellation_.OnRequest([this] { End(Verdict::kCancelled); });
  admission_.Report();
}

// `this` lives in the waiter's frame and is gone once the waiter goes on.
void Admission::Entry::End(Verdict verdict) {
  verdict_ = verdict;
  admission_.waiting_.erase(place_);
  admission_.loop_.CancelTimer(timer_);
  cancellation_.Clear();
  if (verdict == Verdict::kAdmitted) ++admission_.in_flight_;
  admission_.Report();
  waiter_.resume();
}

}  // namespace gateway::engine
