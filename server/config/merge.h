// All sources as one: for each setting, what the strongest source that names it says.
#pragma once

#include <span>

#include "config/object.h"

namespace gateway::config {

// `sources`: strongest first. Settings that none of them names have their default.
Object Merge(std::span<const Object> sources);

}  // namespace gateway::config
