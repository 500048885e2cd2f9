// Keeps an Identity current while its files are rotated. Looks at them from a thread of its own and
// goes on with what it has as long as they do not fit together: whoever rotates replaces one file
// after the other.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "tls/identity.h"

namespace gateway::tls {

// Files that changed: taken, or refused and why. Once per change.
struct News {
  bool taken = false;
  // Empty where taken.
  std::string problem;
  // Of what is in use now.
  std::chrono::system_clock::time_point expires;
};

class Reloader {
 public:
  // Runs on the reloader's thread, the first time (taken) before Start returns.
  using Tell = std::function<void(const News&)>;

  static base::Result<std::unique_ptr<Reloader>> Start(Files files,
                                                       std::chrono::milliseconds interval,
                                                       Tell tell);
  Reloader(const Reloader&) = delete;
  Reloader& operator=(const Reloader&) = delete;

  // Any thread; never null.
  std::shared_ptr<const Identity> current() const { return current_.load(); }

 private:
  Reloader(Files files, Identity first, std::chrono::milliseconds interval, Tell tell);

  void Run(const std::stop_token& stop, std::chrono::milliseconds interval);
  void Look();
  void Refuse(const std::string& problem);

  const Files files_;
  const Tell tell_;
  std::atomic<std::shared_ptr<const Identity>> current_;
  // What was told last; empty: the files are those in use.
  std::string problem_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  // Last: it ends before what it uses.
  std::jthread thread_;
};

}  // namespace gateway::tls
