#include "access/policy.h"

#include <algorithm>
#include <array>

namespace gateway::access {
namespace {

using base::Operation;

bool Lists(const std::vector<std::string>& operations, std::string_view name) {
  return operations.empty() || std::ranges::find(operations, name) != operations.end();
}

bool Allows(const config::AllowRule& rule, const contract::Method& method) {
  return IsAbout(rule, method.record->model) &&
         (Lists(rule.operations, base::NameOf(method.operation)) ||
          Lists(rule.operations, method.name));
}

bool AllowsReading(const config::AllowRule& rule, std::string_view model) {
  if (!IsAbout(rule, model)) return false;
  for (int i = 1; i < base::kContractOperationCount; ++i) {
    const auto operation = static_cast<Operation>(i);
    if (base::TraitsOf(operation).reads && Lists(rule.operations, base::NameOf(operation)))
      return true;
  }
  return false;
}

bool ReadsEverything(const config::AllowRule& rule) {
  const bool all_models =
      rule.models.empty() || std::ranges::find(rule.models, "*") != rule.models.end();
  return all_models && rule.read_fields.empty() && AllowsReading(rule, {});
}

}  // namespace

// The last `*` takes as little as it can, and one letter more whenever that does not fit.
bool Matches(std::string_view pattern, std::string_view text) {
  std::size_t at = 0;
  std::size_t star = std::string_view::npos;
  std::size_t taken = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      taken = i;
    } else if (at < pattern.size() && pattern[at] == text[i]) {
      ++at;
      ++i;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      i = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

bool IsAbout(const config::AllowRule& rule, std::string_view model) {
  return rule.models.empty() ||
         std::ranges::any_of(
             rule.models, [model](const std::string& pattern) { return Matches(pattern, model); });
}

MethodPermit::MethodPermit(const Policy& policy, const contract::Method& method)
    : policy_(policy), method_(method) {
  const std::string& model = method.record->model;
  const bool reads = base::TraitsOf(method.operation).reads;
  for (const config::AllowRule& rule : policy.rules) {
    const bool allows = Allows(rule, method);
    allowed_ = allowed_ || allows;
    if (allows) write_.Add(rule.write_fields);
    // What a write answers is read: a rule about writes alone lets nothing be read that it does not
    // list.
    const bool lists = allows && (reads || !rule.read_fields.empty());
    if (lists || (!reads && AllowsReading(rule, model))) read_.Add(rule.read_fields);
  }
}

bool MethodPermit::MayRead(std::string_view model, std::string_view path) const {
  if (path == "id" || model == method_.record->model) return read_.Has(path);
  const auto found = policy_.readable.find(model);
  return found != policy_.readable.end() && found->second.Has(path);
}

// Asks the rules, as a reference may lead to a model that no contract lists.
bool MethodPermit::MayReadAll(std::string_view model) const {
  if (model == method_.record->model) return read_.all();
  return std::ranges::any_of(policy_.rules, [model](const config::AllowRule& rule) {
    return rule.read_fields.empty() && AllowsReading(rule, model);
  });
}

bool MethodPermit::MayReadEverything() const { return policy_.reads_everything; }

const std::vector<std::int64_t>& MethodPermit::companies() const { return policy_.companies; }

Policy::Policy(const config::Caller& caller, std::span<const contract::Catalog* const> catalogs)
    : rules(caller.allow),
      companies(caller.companies),
      reads_everything(companies.empty() && std::ranges::any_of(rules, ReadsEverything)) {
  for (const contract::Catalog* catalog : catalogs) {
    for (const std::string& model : catalog->models()) {
      for (const config::AllowRule& rule : rules) {
        if (AllowsReading(rule, model)) readable[model].Add(rule.read_fields);
      }
    }
    for (const auto& method : catalog->methods()) {
      MethodPermit permit(*this, *method);
      if (permit.allowed()) permits.emplace(method.get(), std::move(permit));
    }
  }
}

}  // namespace gateway::access
