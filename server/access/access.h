// Who may call what: the configured callers, compiled against the contracts into tables that a call
// looks its answers up in. Immutable but for the callers' rates; any thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "access/rate.h"
#include "base/result.h"
#include "config/config.h"
#include "contract/catalog.h"
#include "contract/permit.h"

namespace gateway::access {

// How a call says who makes it.
struct Credentials {
  // Of `authorization: Bearer ...`; nothing where there is none.
  std::optional<std::string_view> token;
  // Of the client certificate, which was verified.
  std::vector<config::CertificateName> certificate;
};

struct Policy;

class Caller {
 public:
  // `catalogs` outlive it.
  Caller(const config::Caller& caller, std::span<const contract::Catalog* const> catalogs);
  ~Caller();

  const std::string& name() const { return name_; }
  // Names of instances; the first is where calls go that name none. Empty: all.
  const std::vector<std::string>& instances() const { return instances_; }
  bool MayUse(std::string_view instance) const;

  // What the call may name; fails where no rule allows the method.
  base::Result<const contract::Permit*> Permit(const contract::Method& method) const;
  // Counts a call; fails beyond the caller's rate.
  base::Status Admit(RateLimit::Clock::time_point now) const;

 private:
  const std::string name_;
  const std::vector<std::string> instances_;
  const std::unique_ptr<const Policy> policy_;
  mutable RateLimit rate_;
};

class Access {
 public:
  // Without callers, everybody may do everything, and nothing below is asked. `catalogs` outlive
  // it.
  Access(const std::vector<config::Caller>& callers,
         std::span<const contract::Catalog* const> catalogs);

  bool open() const { return callers_.empty(); }

  // A token counts before a certificate: who sends one wants to be that caller.
  base::Result<const Caller*> Identify(const Credentials& credentials) const;

 private:
  struct HashOfHash {
    std::size_t operator()(const config::TokenHash& hash) const;
  };

  std::vector<std::unique_ptr<const Caller>> callers_;
  // An attacker who measures the time of this look-up learns about hashes, of which no token can be
  // made; it needs no comparison in constant time.
  std::unordered_map<config::TokenHash, const Caller*, HashOfHash> by_token_;
  // By `uri:...`, `dns:...`, `cn:...`.
  std::unordered_map<std::string, const Caller*> by_certificate_;
};

// What rules name that no contract has, one line each, with its place: a model, an operation, a way
// to a field. Such a rule would allow nothing, without a word.
std::vector<std::string> MistakesIn(const std::vector<config::Caller>& callers,
                                    std::span<const contract::Catalog* const> catalogs);

}  // namespace gateway::access
