// "Did you mean": the name that is nearest to a misspelt one.
#pragma once

#include <span>
#include <string_view>

namespace gateway::config {

// The candidate that differs least from `word`; empty where all differ in more than a third of its
// letters.
std::string_view Nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace gateway::config
