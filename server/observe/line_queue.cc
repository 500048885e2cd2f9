#include "observe/line_queue.h"

#include <signal.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <thread>
#include <utility>

#include "observe/json.h"

namespace gateway::observe {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Lines that wait are kept in blocks, each written at once.
constexpr std::size_t kBlockBytes = 64 << 10;
// A few seconds of calls, whatever their lines are like.
constexpr std::size_t kMaxBytes = 4 << 20;

// Lines that come within this time are written together: waking a thread for each of them costs
// more than making it.
constexpr milliseconds kGathering{5};
// Lines from this level on do not wait for more: what comes next may be a crash.
constexpr Level kUrgent = Level::kWarn;
// For the last lines of a process; nobody may be reading them.
constexpr milliseconds kLastPatience{1000};

// A reader that went away must not end the process.
void BlockBrokenPipeSignal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

std::string DroppedLine(std::size_t lines) {
  JsonLine line;
  line.Time("ts", std::chrono::system_clock::now())
      .Text("level", LevelName(Level::kWarn), kMaxLineBytes)
      .Text("event", "log_dropped", kMaxLineBytes)
      .Count("lines", lines);
  return std::move(line).Take() + "\n";
}

// What an exception that nobody caught waits for: the log and the audit log, and tests' own.
std::array<std::atomic<const LineQueue*>, 8> open_queues;
std::terminate_handler default_terminate = nullptr;

[[noreturn]] void TerminateWritten() {
  for (const auto& open : open_queues) {
    if (const LineQueue* queue = open) queue->AwaitWritten();
  }
  default_terminate();
  std::abort();
}

void WriteBeforeTerminating(const LineQueue& queue) {
  static std::once_flag once;
  std::call_once(once, [] { default_terminate = std::set_terminate(&TerminateWritten); });
  for (auto& open : open_queues) {
    const LineQueue* none = nullptr;
    if (open.compare_exchange_strong(none, &queue)) return;
  }
}

void Forget(const LineQueue& queue) {
  for (auto& open : open_queues) {
    const LineQueue* known = &queue;
    open.compare_exchange_strong(known, nullptr);
  }
}

class QueueThread {
 public:
  QueueThread(WriteText write, DropCounter dropped)
      : queue_(std::make_shared<LineQueue>(std::move(write), std::move(dropped))),
        thread_([queue = queue_] { queue->Run(); }) {
    WriteBeforeTerminating(*queue_);
  }
  ~QueueThread() {
    Forget(*queue_);
    // A thread that nobody frees from its write ends with the process.
    queue_->End() ? thread_.join() : thread_.detach();
  }
  QueueThread(const QueueThread&) = delete;
  QueueThread& operator=(const QueueThread&) = delete;

  void Add(Level level, std::string_view line) { queue_->Add(level, line); }

 private:
  const std::shared_ptr<LineQueue> queue_;
  std::thread thread_;
};

}  // namespace

LineQueue::LineQueue(WriteText write, DropCounter dropped)
    : write_(std::move(write)), count_dropped_(std::move(dropped)) {}

void LineQueue::Add(Level level, std::string_view line) {
  bool wakes = false;
  std::size_t dropped = 0;
  {
    const std::lock_guard lock(mutex_);
    const bool fits = line.size() < kMaxBytes;
    const bool urgent = level >= kUrgent && !urgent_;
    wakes = urgent || waiting_.empty();
    urgent_ = urgent_ || urgent;
    dropped = fits ? MakeRoom(line.size() + 1) : 1;
    dropped_ += dropped;
    if (fits) Append(line);
  }
  if (wakes) changed_.notify_one();
  if (dropped > 0) count_dropped_(dropped);
}

void LineQueue::Run() {
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

bool LineQueue::End() {
  std::unique_lock lock(mutex_);
  ending_ = true;
  changed_.notify_one();
  return over_.wait_for(lock, kLastPatience, [this] { return ended_; });
}

void LineQueue::AwaitWritten() const {
  const auto end = steady_clock::now() + kLastPatience;
  while (unwritten_ > 0 && steady_clock::now() < end) std::this_thread::sleep_for(milliseconds(1));
}

// Returns the lines that were dropped for it.
std::size_t LineQueue::MakeRoom(std::size_t size) {
  std::size_t dropped = 0;
  while (waiting_bytes_ + size > kMaxBytes) {
    dropped += waiting_.front().lines;
    waiting_bytes_ -= waiting_.front().text.size();
    waiting_.pop_front();
  }
  unwritten_ -= dropped;
  if (waiting_.empty() || waiting_.back().text.size() + size > kBlockBytes) {
    waiting_.emplace_back().text.reserve(kBlockBytes);
  }
  return dropped;
}

void LineQueue::Append(std::string_view line) {
  Block& block = waiting_.back();
  block.text.append(line).push_back('\n');
  ++block.lines;
  waiting_bytes_ += line.size() + 1;
  unwritten_ += 1;
}

// Only what waits now: what comes meanwhile is gathered again. Add goes on, and drops what gets too
// old while the output is slow.
void LineQueue::WriteWaiting(std::unique_lock<std::mutex>& lock) {
  const auto blocks = std::exchange(waiting_, {});
  waiting_bytes_ = 0;
  const std::size_t dropped = std::exchange(dropped_, 0);
  urgent_ = false;
  lock.unlock();
  // They were older than all that waits.
  const bool told = dropped == 0 || write_(DroppedLine(dropped));
  const std::size_t lost = Write(blocks);
  if (lost > 0) count_dropped_(lost);
  lock.lock();
  dropped_ += told ? lost : lost + dropped;
}

// Returns how many lines the output did not take.
std::size_t LineQueue::Write(const std::deque<Block>& blocks) {
  std::size_t lost = 0;
  for (const Block& block : blocks) {
    if (!write_(block.text)) lost += block.lines;
    unwritten_ -= block.lines;
  }
  return lost;
}

LineWriter QueuedWriter(WriteText write, DropCounter dropped) {
  return [thread = std::make_shared<QueueThread>(std::move(write), std::move(dropped))](
             Level level, std::string_view line) { thread->Add(level, line); };
}

}  // namespace gateway::observe
