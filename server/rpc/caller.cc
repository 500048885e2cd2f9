#include "rpc/caller.h"

#include <grpc/grpc_security_constants.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <random>
#include <string_view>

namespace gateway::rpc {
namespace {

constexpr const char* kRequestIdKey = "x-request-id";
constexpr const char* kTraceparentKey = "traceparent";
constexpr const char* kTracestateKey = "tracestate";
constexpr std::size_t kMaxRequestId = 128;
constexpr const char* kAuthorizationKey = "authorization";
constexpr std::string_view kBearer = "bearer ";

struct CertificateProperty {
  const char* name;
  config::CertificateName::Kind kind;
};
// What gRPC says of a client certificate. The property of all alternative names does not tell what
// kind of name one is.
constexpr CertificateProperty kCertificateProperties[] = {
    {GRPC_PEER_URI_PROPERTY_NAME, config::CertificateName::Kind::kUri},
    {GRPC_PEER_DNS_PROPERTY_NAME, config::CertificateName::Kind::kDns},
    {GRPC_X509_CN_PROPERTY_NAME, config::CertificateName::Kind::kCommonName},
};

bool IsIdCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '_' || c == '.' || c == ':';
}

// The names of schemes have no case. Another scheme holds no token of ours; it is none, so that the
// call does not pass as one without.
std::string_view BearerIn(std::string_view authorization) {
  const bool is_bearer =
      authorization.size() > kBearer.size() &&
      std::equal(kBearer.begin(), kBearer.end(), authorization.begin(), [](char own, char sent) {
        return own == (sent >= 'A' && sent <= 'Z' ? sent - 'A' + 'a' : sent);
      });
  return is_bearer ? authorization.substr(kBearer.size()) : std::string_view();
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

engine::Trace TraceOf(const grpc::CallbackServerContext& context) {
  const auto& metadata = context.client_metadata();
  const auto parent = metadata.find(kTraceparentKey);
  const bool sent = parent != metadata.end() && metadata.count(kTraceparentKey) == 1;
  std::string state;
  const auto [begin, end] = metadata.equal_range(kTracestateKey);
  for (auto part = begin; part != end; ++part) {
    if (!state.empty()) state += ',';
    state.append(part->second.data(), part->second.size());
  }
  return engine::MakeTrace(
      RequestIdOf(context),
      sent ? std::string_view(parent->second.data(), parent->second.size()) : std::string_view(),
      state);
}

std::string PeerOf(const grpc::CallbackServerContext& context) {
  const std::string peer = context.peer();
  return peer.substr(0, peer.rfind(':'));
}

access::Credentials CredentialsOf(const grpc::CallbackServerContext& context) {
  access::Credentials credentials;
  const auto [first, last] = context.client_metadata().equal_range(kAuthorizationKey);
  // Two of them are nobody's: which one holds is not for a proxy in between to decide.
  if (first != last) {
    const bool single = std::next(first) == last;
    credentials.token =
        single ? BearerIn({first->second.data(), first->second.size()}) : std::string_view();
  }
  const auto identity = context.auth_context();
  for (const CertificateProperty& property : kCertificateProperties) {
    for (const grpc::string_ref& name : identity->FindPropertyValues(property.name))
      credentials.certificate.push_back({property.kind, {name.data(), name.size()}});
  }
  return credentials;
}

}  // namespace gateway::rpc
