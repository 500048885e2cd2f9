// The inside of Loop, for loop.cc and client.cc alone.
#pragma once

#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "http/handles.h"
#include "http/loop.h"
#include "http/timers.h"

namespace gateway::http {

// Told on the loop's thread that its transfer ended. The handle is still the loop's: give it back
// with Detach.
class Watcher {
 public:
  virtual void OnEnded(CURLcode code) = 0;

 protected:
  ~Watcher() = default;
};

struct Loop::Impl {
 public:
  Impl();
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // Any thread.
  void Post(std::function<void()> work);
  bool OnLoop() const { return std::this_thread::get_id() == thread_.get_id(); }

  // Below: loop thread only.
  Timers& timers() { return timers_; }

  // Starts the transfer. Neither is owned; both stay until Detach. False where libcurl refuses the
  // handle.
  bool Attach(CURL* easy, Watcher& watcher);
  // Closes the connection of a transfer that has not ended. Does nothing for a handle that is not
  // attached.
  void Detach(CURL* easy);

 private:
  void Run();
  // False once the loop is to end.
  bool RunPosted();
  void Drop();
  void Perform();
  void ReportEnded();
  void Wait();

  MultiHandle multi_;
  Timers timers_;
  // Taken from the inbox and being run. A member for its capacity.
  std::vector<std::function<void()>> batch_;

  std::mutex mutex_;
  // Guarded by mutex_.
  std::vector<std::function<void()>> inbox_;
  bool ending_ = false;

  // Last, so that it starts when everything else is there.
  std::thread thread_;
};

}  // namespace gateway::http
