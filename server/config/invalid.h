// Messages about values that the parsers of this component refuse.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace gateway::config {

inline base::Failure Invalid(std::string message) {
  return base::Fail(base::Reason::kInvalidFieldValue, std::move(message));
}

inline std::string Quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

}  // namespace gateway::config
