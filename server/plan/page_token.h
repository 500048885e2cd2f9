// Page tokens: where the next page begins, bound to the query they came from. Opaque to callers,
// the same on every replica.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::plan {

struct PageToken {
  // Of the query; a token of another query is refused.
  std::uint64_t fingerprint = 0;
  // Keyset: the last id seen. Otherwise: how many records were seen.
  std::int64_t position = 0;
};

std::string EncodePageToken(const PageToken& token);
// Nothing for text that no gateway made.
std::optional<PageToken> DecodePageToken(std::string_view text);

// 64-bit FNV-1a, continued from `seed`: stable over processes and versions.
std::uint64_t Fingerprint(std::string_view bytes, std::uint64_t seed = 14695981039346656037ULL);

}  // namespace gateway::plan
