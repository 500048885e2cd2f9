#include "rpc/caller.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string_view>

namespace gateway::rpc {
namespace {

constexpr const char* kRequestIdKey = "x-request-id";
constexpr std::size_t kMaxRequestId = 128;

bool IsIdCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '_' || c == '.' || c == ':';
}

// Unique among the calls of a fleet, not secret.
std::string NewRequestId() {
  thread_local std::mt19937_64 random{std::random_device{}()};
  std::array<char, 17> text;
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(random()));
  return text.data();
}

}  // namespace

std::string RequestIdOf(const grpc::CallbackServerContext& context) {
  const auto found = context.client_metadata().find(kRequestIdKey);
  if (found == context.client_metadata().end()) return NewRequestId();
  const std::string_view own(found->second.data(), found->second.size());
  const bool good = !own.empty() && own.size() <= kMaxRequestId &&
                    std::all_of(own.begin(), own.end(), IsIdCharacter);
  return good ? std::string(own) : NewRequestId();
}

std::string CallerOf(const grpc::CallbackServerContext& context) {
  const std::string peer = context.peer();
  return peer.substr(0, peer.rfind(':'));
}

}  // namespace gateway::rpc
