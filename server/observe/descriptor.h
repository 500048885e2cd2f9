// Text into a file descriptor, all of it.
#pragma once

#include <string_view>

namespace gateway::observe {

// Waits as long as it takes, also where the descriptor does not block. False where it takes no
// more: no reader, no space.
bool WriteAll(int descriptor, std::string_view text);

}  // namespace gateway::observe
