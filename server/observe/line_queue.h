// Lines on their way to an output that may be slow: between those who log and one thread that
// writes. Nobody waits for the output; where it is too slow, the oldest waiting lines are dropped,
// and a line tells how many once there is room again:
//
//   {"ts":"...","level":"warn","event":"log_dropped","lines":1234}
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "observe/log.h"

namespace gateway::observe {

// Waits as long as it takes. False: the text is lost, in whole or in part.
using WriteText = std::function<bool(std::string_view text)>;

class LineQueue {
 public:
  LineQueue(WriteText write, DropCounter dropped);

  void Add(Level level, std::string_view line);

  // The thread that writes: until End, and until all is written.
  void Run();
  // False where the output takes no more: then Run has not ended.
  bool End();
  // For a second at the longest. Locks nothing: whoever ends the process may hold the lock.
  void AwaitWritten() const;

 private:
  struct Block {
    std::string text;
    std::size_t lines = 0;
  };

  std::size_t MakeRoom(std::size_t size);
  void Append(std::string_view line);
  void WriteWaiting(std::unique_lock<std::mutex>& lock);
  std::size_t Write(const std::deque<Block>& blocks);

  const WriteText write_;
  const DropCounter count_dropped_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable over_;
  // Guarded by mutex_, as are the next.
  std::deque<Block> waiting_;
  std::size_t waiting_bytes_ = 0;
  // Lines since the last that told of it.
  std::size_t dropped_ = 0;
  bool urgent_ = false;
  bool ending_ = false;
  bool ended_ = false;
  std::atomic<std::size_t> unwritten_ = 0;
};

// A queue and its thread. The last copy's end waits until all is written, for a second at the
// longest; so does an exception that nobody catches. Signals do not (abort, a segmentation fault):
// what little came just before them is lost, nothing in a handler could safely write it.
LineWriter QueuedWriter(WriteText write, DropCounter dropped);

}  // namespace gateway::observe
