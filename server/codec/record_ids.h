// Which records a call is about, read from its messages alone. For those who note down what was
// done; the messages are well-formed, or what can be read before the first flaw counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "contract/catalog.h"

namespace gateway::codec {

// Ids that are kept; more than any call may name or make.
inline constexpr std::size_t kMostIds = 1001;

// `id`, or `ids`: those that the call is about. Of `id` the last one, as for any field that is sent
// more than once.
std::vector<std::int64_t> IdsInRequest(const contract::Method& method, std::string_view bytes);

// Whether the request asks for checks alone.
bool IsValidateOnly(const contract::Method& method, std::string_view bytes);

// Of `record`, `records`, and `ids`.
std::vector<std::int64_t> IdsInResponse(const contract::Method& method, std::string_view bytes);

}  // namespace gateway::codec
