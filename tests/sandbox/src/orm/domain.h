// Search domains: parsing with the complaints of each Odoo version, and matching.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "orm/env.h"

namespace sandbox {

class Domain {
 public:
  // Throws ValueError & co. for what Odoo refuses. `domain` is the caller's list.
  static Domain Parse(const Env& env, const Model& model, const Json& domain);

  bool Matches(const Env& env, const Model& model, int64_t id) const;

  // Whether a condition names `field`, so that archived records are not hidden.
  bool Mentions(const std::string& field) const;

  // The ids that a top-level `id in [...]` or `id = n` allows; empty optional: any.
  std::optional<Ids> IdCandidates() const;

 private:
  enum class Kind { kTrue, kAnd, kOr, kNot, kCondition };

  friend class DomainParser;

  bool MatchesCondition(const Env& env, const Model& model, int64_t id) const;

  Kind kind_ = Kind::kTrue;
  std::vector<Domain> children_;
  std::string path_, operator_;
  Json value_;
};

}  // namespace sandbox
