// Private to this room: one caller's rules, compiled.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "access/fields.h"
#include "config/config.h"
#include "contract/catalog.h"
#include "contract/permit.h"

namespace gateway::access {

// `*` stands for any letters.
bool Matches(std::string_view pattern, std::string_view text);

bool IsAbout(const config::AllowRule& rule, std::string_view model);

struct Policy;

class MethodPermit final : public contract::Permit {
 public:
  MethodPermit(const Policy& policy, const contract::Method& method);

  // Whether any rule is about the method.
  bool allowed() const { return allowed_; }

  bool MayRead(std::string_view model, std::string_view path) const override;
  bool MayReadAll(std::string_view model) const override;
  bool MayReadEverything() const override;
  bool MayWrite(std::string_view path) const override { return write_.Has(path); }
  bool MayWriteUnlisted(std::string_view path) const override { return write_.Names(path); }
  const std::vector<std::int64_t>& companies() const override;

 private:
  const Policy& policy_;
  const contract::Method& method_;
  bool allowed_ = false;
  Fields read_;
  Fields write_;
};

struct Policy {
  Policy(const config::Caller& caller, std::span<const contract::Catalog* const> catalogs);
  Policy(const Policy&) = delete;
  Policy& operator=(const Policy&) = delete;

  const std::vector<config::AllowRule> rules;
  const std::vector<std::int64_t> companies;
  // Some rule lets all fields of all models be read, in all companies.
  const bool reads_everything;
  // By model: what a path may pass that comes from another model's record.
  std::map<std::string, Fields, std::less<>> readable;
  std::unordered_map<const contract::Method*, MethodPermit> permits;
};

}  // namespace gateway::access
