#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "observe/log.h"

namespace gateway::observe {
namespace {

// Lines that wait are kept in blocks, each written at once.
constexpr std::size_t kBlockBytes = 64 << 10;
// A few seconds of calls.
constexpr std::size_t kMaxBlocks = 64;

// Lines that come within this time are written together: waking a thread for each of them costs
// more than making it.
constexpr std::chrono::milliseconds kGathering{5};

// A reader that went away must not end the process.
void BlockBrokenPipeSignal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

// Waits as long as it takes; what nobody can read any more is dropped.
void WriteAll(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd ready{STDERR_FILENO, POLLOUT, 0};
      poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return;
    }
  }
}

class Stderr {
 public:
  Stderr() : thread_([this] { Run(); }) {}

  // Waits until all is written.
  ~Stderr() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }
  Stderr(const Stderr&) = delete;
  Stderr& operator=(const Stderr&) = delete;

  void Add(std::string_view line) {
    bool first = false;
    {
      const std::lock_guard lock(mutex_);
      first = waiting_.empty();
      std::string& block = BlockFor(line.size() + 1);
      block.append(line);
      block.push_back('\n');
    }
    if (first) changed_.notify_one();
  }

 private:
  std::string& BlockFor(std::size_t size) {
    if (waiting_.empty() || waiting_.back().size() + size > kBlockBytes) {
      if (waiting_.size() == kMaxBlocks) waiting_.pop_front();
      waiting_.emplace_back().reserve(kBlockBytes);
    }
    return waiting_.back();
  }

  void Run() {
    BlockBrokenPipeSignal();
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      changed_.wait_for(lock, kGathering, [this] { return ending_; });
      WriteWaiting(lock);
    }
  }

  // Only what waits now: what comes meanwhile is gathered again. Add goes on, and drops what gets
  // too old while stderr is slow.
  void WriteWaiting(std::unique_lock<std::mutex>& lock) {
    const auto blocks = std::exchange(waiting_, {});
    lock.unlock();
    for (const std::string& block : blocks) WriteAll(block);
    lock.lock();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_, as is the next.
  std::deque<std::string> waiting_;
  bool ending_ = false;
  // Last, so that it starts when everything else is there.
  std::thread thread_;
};

}  // namespace

LineWriter StderrWriter() {
  return [output = std::make_shared<Stderr>()](std::string_view line) { output->Add(line); };
}

}  // namespace gateway::observe
