// Texts -> typed values, and what no setting can say alone.
#pragma once

#include "config/config.h"
#include "config/object.h"

namespace gateway::config {

// Parses and stores all of `top`.
Config Apply(const Object& top, const Getenv& getenv, Problems* problems);

// Asks what is given rather than what was stored, so that nothing invalid is called missing as
// well.
void CheckTop(const Object& top, const Config& config, Problems* problems);
void CheckInstances(const Object& top, const Config& config, Problems* problems);
void CheckCallers(const Object& top, const Config& config, Problems* problems);

}  // namespace gateway::config
