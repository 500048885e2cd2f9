// JSON as Python writes it, which is more than JSON.
#pragma once

#include <string>
#include <string_view>

namespace gateway::explain {

// NaN, infinities and integers beyond 64 bits become texts as Python prints them, halves of
// surrogate pairs U+FFFD.
std::string PlainJson(std::string_view python);

}  // namespace gateway::explain
