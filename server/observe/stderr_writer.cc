#include <unistd.h>

#include <utility>

#include "observe/descriptor.h"
#include "observe/line_queue.h"
#include "observe/log.h"

namespace gateway::observe {

LineWriter StderrWriter(DropCounter dropped) {
  return QueuedWriter([](std::string_view text) { return WriteAll(STDERR_FILENO, text); },
                      std::move(dropped));
}

}  // namespace gateway::observe
