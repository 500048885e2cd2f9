#include "check/edge_checks.h"

#include "check/text.h"

namespace gateway::check {
namespace {

constexpr std::chrono::days kCertificateExpiresSoon{7};

Finding Certificate(const EdgeFacts& facts) {
  Finding finding{"tls", facts.certificate_file, Status::kOk, {}, {}};
  if (facts.failure) {
    finding.status = Status::kFailed;
    finding.message = facts.failure->message;
    finding.advice = "Correct the files under `tls`; the gateway does not start with these.";
    return finding;
  }
  const auto expires = facts.expires.value_or(facts.now);
  const bool expired = expires <= facts.now;
  finding.message = std::string(expired ? "The certificate expired on " : "It is valid until ") +
                    DateText(expires) + ".";
  if (expired) finding.status = Status::kFailed;
  if (!expired && expires - facts.now < kCertificateExpiresSoon) finding.status = Status::kWarning;
  if (finding.status != Status::kOk)
    finding.advice = "Renew it: the gateway takes a new one up without a restart.";
  return finding;
}

Finding Plain(const EdgeFacts& facts) {
  if (!facts.exposed)
    return {"tls", facts.listen, Status::kOk, "Only this machine can reach it.", {}};
  return {"tls", facts.listen, Status::kWarning,
          "Calls travel unencrypted, with their tokens and records.",
          "Set tls.certificate_file and tls.key_file, or let nothing but a proxy that speaks TLS "
          "reach it."};
}

Finding Callers(const EdgeFacts& facts) {
  if (facts.callers)
    return {"callers", facts.listen, Status::kOk, "Only configured callers may call.", {}};
  if (!facts.exposed)
    return {"callers", facts.listen, Status::kOk, "Everybody on this machine may call.", {}};
  return {"callers", facts.listen, Status::kWarning,
          "Whoever reaches it may do what the integration users may.",
          "List who may call under `callers`; `odoo-gateway token` makes a token for each."};
}

}  // namespace

Findings JudgeEdge(const EdgeFacts& facts) {
  return {facts.tls ? Certificate(facts) : Plain(facts), Callers(facts)};
}

}  // namespace gateway::check
