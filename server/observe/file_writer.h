// Lines appended to a file that others may move away: log rotation by renaming needs no signal.
#pragma once

#include <string>

#include "base/result.h"
#include "observe/log.h"

namespace gateway::observe {

// A new file is readable by its owner alone. Written by a thread of its own, see line_queue.h;
// where the path no longer leads to the open file, the file is made anew before the next lines.
// Fails where the file cannot be opened now; later on, lines that it does not take count as
// dropped.
base::Result<LineWriter> FileWriter(const std::string& path, DropCounter dropped);

}  // namespace gateway::observe
