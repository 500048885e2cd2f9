#include "access/access.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "access/policy.h"
#include "access/token.h"

namespace gateway::access {
namespace {

using base::Fail;
using base::Failure;
using base::Reason;
using config::CertificateName;

std::string TextOf(const CertificateName& name) {
  static constexpr std::array<std::string_view, 3> kPrefixes = {"uri:", "dns:", "cn:"};
  return std::string(kPrefixes[static_cast<std::size_t>(name.kind)]) + name.name;
}

Failure NotAuthenticated(const std::string& problem) {
  return Fail(Reason::kCallerNotAuthenticated,
              problem +
                  " Send metadata `authorization: Bearer <token>` with a token of this "
                  "gateway, or connect with a client certificate that it knows.");
}

// In the terms of the configuration, so that it can be copied there.
Failure NotAllowed(const std::string& caller, const contract::Method& method) {
  const std::string& model = method.record->model;
  const bool is_action = method.operation == contract::Operation::kCall;
  const std::string operation =
      is_action ? method.name : std::string(base::NameOf(method.operation));
  Failure failure = Fail(Reason::kCallerNotAllowed,
                         "No rule lets caller `" + caller + "` call " + method.name + " on " +
                             model + ". The operator can add one to callers." + caller +
                             ".allow: models: [" + model + "], operations: [" + operation + "].");
  failure.metadata = {{"caller", caller},
                      {"model", model},
                      {"operation", std::string(base::NameOf(method.operation))}};
  return failure;
}

}  // namespace

Caller::Caller(const config::Caller& caller, std::span<const contract::Catalog* const> catalogs)
    : name_(caller.name),
      instances_(caller.instances),
      policy_(std::make_unique<const Policy>(caller, catalogs)),
      rate_(caller.rate) {}

Caller::~Caller() = default;

bool Caller::MayUse(std::string_view instance) const {
  return instances_.empty() || std::ranges::find(instances_, instance) != instances_.end();
}

base::Result<const contract::Permit*> Caller::Permit(const contract::Method& method) const {
  const auto found = policy_->permits.find(&method);
  if (found == policy_->permits.end()) return NotAllowed(name_, method);
  return static_cast<const contract::Permit*>(&found->second);
}

base::Status Caller::Admit(RateLimit::Clock::time_point now) const {
  const auto wait = rate_.Take(now);
  if (wait == std::chrono::nanoseconds::zero()) return base::Done{};
  Failure failure =
      Fail(Reason::kRateLimited, "Caller `" + name_ + "` makes more calls than its rate allows.");
  failure.metadata = {{"caller", name_}};
  failure.retry_after = std::chrono::ceil<std::chrono::milliseconds>(wait);
  return failure;
}

// Any part of a hash is as good as the whole.
std::size_t Access::HashOfHash::operator()(const config::TokenHash& hash) const {
  std::size_t part = 0;
  std::memcpy(&part, hash.data(), sizeof(part));
  return part;
}

Access::Access(const std::vector<config::Caller>& callers,
               std::span<const contract::Catalog* const> catalogs) {
  for (const config::Caller& caller : callers) {
    const Caller* compiled =
        callers_.emplace_back(std::make_unique<const Caller>(caller, catalogs)).get();
    for (const config::TokenHash& token : caller.tokens) by_token_.emplace(token, compiled);
    for (const CertificateName& name : caller.certificates)
      by_certificate_.emplace(TextOf(name), compiled);
  }
}

base::Result<const Caller*> Access::Identify(const Credentials& credentials) const {
  if (credentials.token) {
    const auto found = by_token_.find(HashOf(*credentials.token));
    if (found != by_token_.end()) return found->second;
    return NotAuthenticated("The token is none of this gateway.");
  }
  for (const CertificateName& name : credentials.certificate) {
    const auto found = by_certificate_.find(TextOf(name));
    if (found != by_certificate_.end()) return found->second;
  }
  return NotAuthenticated(credentials.certificate.empty()
                              ? "The call does not say who makes it."
                              : "No caller has a name of this client certificate.");
}

}  // namespace gateway::access
