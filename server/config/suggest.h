// The flag that was probably meant.
#pragma once

#include <string_view>

namespace gateway::config {

// The flag of the table that differs least from `flag`; empty where all differ in more than a third
// of its letters.
std::string_view Nearest(std::string_view flag);

}  // namespace gateway::config
