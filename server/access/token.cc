#include "access/token.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace gateway::access {
namespace {

constexpr std::string_view kPrefix = "ogw_";
constexpr std::size_t kRandomBytes = 32;
constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr unsigned kBitsPerLetter = 6;

// Without padding.
std::string Base64Url(const std::array<std::uint8_t, kRandomBytes>& bytes) {
  std::string text;
  unsigned bits = 0;
  unsigned count = 0;
  for (const std::uint8_t byte : bytes) {
    bits = bits << 8 | byte;
    for (count += 8; count >= kBitsPerLetter; count -= kBitsPerLetter)
      text += kBase64Url[bits >> (count - kBitsPerLetter) & 63U];
  }
  if (count > 0) text += kBase64Url[bits << (kBitsPerLetter - count) & 63U];
  return text;
}

}  // namespace

std::string NewToken() {
  std::array<std::uint8_t, kRandomBytes> bytes;
  // Without random bytes there is no token; nothing may go on as if there was one.
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) std::abort();
  return std::string(kPrefix) + Base64Url(bytes);
}

config::TokenHash HashOf(std::string_view token) {
  config::TokenHash hash;
  EVP_Digest(token.data(), token.size(), hash.data(), nullptr, EVP_sha256(), nullptr);
  return hash;
}

std::string TextOf(const config::TokenHash& hash) {
  std::string text = "sha256:";
  for (const std::uint8_t byte : hash) {
    std::array<char, 3> digits;
    std::snprintf(digits.data(), digits.size(), "%02x", byte);
    text += digits.data();
  }
  return text;
}

}  // namespace gateway::access
