#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdlib>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "observe/json.h"
#include "observe/log.h"

namespace gateway::observe {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Lines that wait are kept in blocks, each written at once.
constexpr std::size_t kBlockBytes = 64 << 10;
// A few seconds of calls.
constexpr std::size_t kMaxBlocks = 64;

// Lines that come within this time are written together: waking a thread for each of them costs
// more than making it.
constexpr milliseconds kGathering{5};
// Lines from this level on do not wait for more: what comes next may be a crash.
constexpr Level kUrgent = Level::kWarn;
// For the last lines of a process; nobody may be reading them.
constexpr milliseconds kLastPatience{1000};

struct Block {
  std::string text;
  std::size_t lines = 0;
};

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

std::string DroppedLine(std::size_t lines) {
  JsonLine line;
  line.Time("ts", std::chrono::system_clock::now())
      .Text("level", LevelName(Level::kWarn), kMaxLineBytes)
      .Text("event", "log_dropped", kMaxLineBytes)
      .Count("lines", lines);
  return std::move(line).Take() + "\n";
}

// Lines on their way to stderr: between those who log and the thread that writes.
class Queue {
 public:
  explicit Queue(DropCounter dropped) : count_dropped_(std::move(dropped)) {}

  void Add(Level level, std::string_view line) {
    bool wakes = false;
    std::size_t dropped = 0;
    {
      const std::lock_guard lock(mutex_);
      const bool urgent = level >= kUrgent && !urgent_;
      wakes = urgent || waiting_.empty();
      urgent_ = urgent_ || urgent;
      dropped = MakeRoom(line.size() + 1);
      Block& block = waiting_.back();
      block.text.append(line).push_back('\n');
      ++block.lines;
      unwritten_ += 1;
    }
    if (wakes) changed_.notify_one();
    if (dropped > 0) count_dropped_(dropped);
  }

  // The thread that writes: until End, and until all is written.
  void Run() {
    BlockBrokenPipeSignal();
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
      if (waiting_.empty()) break;
      changed_.wait_for(lock, kGathering, [this] { return ending_ || urgent_; });
      WriteWaiting(lock);
    }
    ended_ = true;
    over_.notify_all();
  }

  // False where stderr takes no more: then Run has not ended.
  bool End() {
    std::unique_lock lock(mutex_);
    ending_ = true;
    changed_.notify_one();
    return over_.wait_for(lock, kLastPatience, [this] { return ended_; });
  }

  // Locks nothing: whoever ends the process may hold the lock.
  void AwaitWritten() const {
    const auto end = steady_clock::now() + kLastPatience;
    while (unwritten_ > 0 && steady_clock::now() < end)
      std::this_thread::sleep_for(milliseconds(1));
  }

 private:
  // Of a new last block, where the last one is full; returns the lines that were dropped for it.
  std::size_t MakeRoom(std::size_t size) {
    if (!waiting_.empty() && waiting_.back().text.size() + size <= kBlockBytes) return 0;
    std::size_t dropped = 0;
    if (waiting_.size() == kMaxBlocks) {
      dropped = waiting_.front().lines;
      waiting_.pop_front();
      dropped_ += dropped;
      unwritten_ -= dropped;
    }
    waiting_.emplace_back().text.reserve(kBlockBytes);
    return dropped;
  }

  // Only what waits now: what comes meanwhile is gathered again. Add goes on, and drops what gets
  // too old while stderr is slow.
  void WriteWaiting(std::unique_lock<std::mutex>& lock) {
    const auto blocks = std::exchange(waiting_, {});
    const std::size_t dropped = std::exchange(dropped_, 0);
    urgent_ = false;
    lock.unlock();
    // They were older than all that waits.
    if (dropped > 0) WriteAll(DroppedLine(dropped));
    for (const Block& block : blocks) {
      WriteAll(block.text);
      unwritten_ -= block.lines;
    }
    lock.lock();
  }

  const DropCounter count_dropped_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable over_;
  // Guarded by mutex_, as are the next.
  std::deque<Block> waiting_;
  // Lines since the last that told of it.
  std::size_t dropped_ = 0;
  bool urgent_ = false;
  bool ending_ = false;
  bool ended_ = false;
  std::atomic<std::size_t> unwritten_ = 0;
};

// What an exception that nobody caught waits for; null: nothing.
std::atomic<const Queue*> last_queue = nullptr;
std::terminate_handler default_terminate = nullptr;

[[noreturn]] void TerminateWritten() {
  if (const Queue* queue = last_queue) queue->AwaitWritten();
  default_terminate();
  std::abort();
}

void WriteBeforeTerminating(const Queue& queue) {
  static std::once_flag once;
  std::call_once(once, [] { default_terminate = std::set_terminate(&TerminateWritten); });
  last_queue = &queue;
}

class Stderr {
 public:
  explicit Stderr(DropCounter dropped)
      : queue_(std::make_shared<Queue>(std::move(dropped))),
        thread_([queue = queue_] { queue->Run(); }) {
    WriteBeforeTerminating(*queue_);
  }
  ~Stderr() {
    last_queue = nullptr;
    // A thread that nobody frees from its write ends with the process.
    queue_->End() ? thread_.join() : thread_.detach();
  }
  Stderr(const Stderr&) = delete;
  Stderr& operator=(const Stderr&) = delete;

  void Add(Level level, std::string_view line) { queue_->Add(level, line); }

 private:
  const std::shared_ptr<Queue> queue_;
  std::thread thread_;
};

}  // namespace

LineWriter StderrWriter(DropCounter dropped) {
  return [output = std::make_shared<Stderr>(std::move(dropped))](
             Level level, std::string_view line) { output->Add(level, line); };
}

}  // namespace gateway::observe
