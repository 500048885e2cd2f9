#include "plan/page_token.h"

#include <absl/strings/escaping.h>

#include "codec/wire.h"

namespace gateway::plan {
namespace {

// Fields of the token's message: both are needed, a third one means another version.
constexpr int kFingerprint = 1;
constexpr int kPosition = 2;

// Ids and offsets are 32 bits wide in Odoo; room is left to add a page.
constexpr std::int64_t kMaxPosition = 2000000000;

}  // namespace

std::string EncodePageToken(const PageToken& token) {
  std::string bytes;
  codec::WireWriter writer(bytes);
  writer.Varint(kFingerprint, token.fingerprint);
  writer.Varint(kPosition, static_cast<std::uint64_t>(token.position));
  return absl::WebSafeBase64Escape(bytes);
}

std::optional<PageToken> DecodePageToken(std::string_view text) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape({text.data(), text.size()}, &bytes)) return std::nullopt;
  PageToken token;
  int seen = 0;
  codec::WireField field;
  codec::WireReader reader(bytes);
  while (reader.Next(field)) {
    if (field.type != codec::WireType::kVarint || field.number > kPosition) return std::nullopt;
    seen |= field.number;
    if (field.number == kFingerprint) token.fingerprint = field.integer;
    if (field.number == kPosition) token.position = static_cast<std::int64_t>(field.integer);
  }
  if (reader.malformed() || seen != (kFingerprint | kPosition) || token.position < 0 ||
      token.position > kMaxPosition) {
    return std::nullopt;
  }
  return token;
}

std::uint64_t Fingerprint(std::string_view bytes, std::uint64_t seed) {
  constexpr std::uint64_t kPrime = 1099511628211ULL;
  for (const char byte : bytes) seed = (seed ^ static_cast<unsigned char>(byte)) * kPrime;
  return seed;
}

}  // namespace gateway::plan
