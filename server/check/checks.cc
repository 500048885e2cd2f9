#include "check/checks.h"

#include <algorithm>
#include <map>
#include <set>

#include "check/connect_checks.h"
#include "check/text.h"
#include "schema/drift.h"

namespace gateway::check {
namespace {

using schema::Right;

constexpr std::chrono::days kKeyExpiresSoon{30};
constexpr std::string_view kNewKey =
    "Make a new API key as that user, in the preferences under account security, and set "
    "ODOO_API_KEY to it.";

// ---- The integration user ----

Finding WithoutKey(const Facts& facts) {
  return {"credential", facts.session.credentials.username, Status::kWarning,
          "The gateway signs in with a password.", std::string(kNewKey)};
}

// All keys of the user are told; which one the gateway has, Odoo keeps to itself.
Finding Key(const Facts& facts, const std::vector<odoo::Expiry>& keys) {
  Finding finding{"credential", "API key", Status::kOk, {}, {}};
  const odoo::Expiry first = facts.survey.FirstExpiry();
  const std::string which = keys.size() == 1
                                ? "The API key"
                                : "The first of " + std::to_string(keys.size()) + " API keys";
  if (keys.empty()) {
    finding.status = Status::kWarning;
    finding.message = "The user has no API key: what the gateway was given as one is a password.";
    finding.advice = kNewKey;
  } else if (!first) {
    finding.message = which + " never expires.";
  } else {
    finding.message = which + " expires on " + DateText(*first) + ".";
    if (*first - facts.now < kKeyExpiresSoon) {
      finding.status = Status::kWarning;
      finding.advice = kNewKey;
    }
  }
  return finding;
}

void Credential(const Facts& facts, Findings& findings) {
  if (facts.session.credentials.api_key.empty()) {
    findings.push_back(WithoutKey(facts));
  } else if (facts.survey.keys) {
    findings.push_back(Key(facts, *facts.survey.keys));
  } else if (facts.surveyed()) {
    findings.push_back({"credential",
                        "API key",
                        Status::kOk,
                        "When the API key expires is not known: Odoo does not tell this user.",
                        {}});
  }
}

void Privileges(const Facts& facts, Findings& findings) {
  if (!facts.surveyed()) return;
  Finding finding{"privileges",
                  facts.session.credentials.username,
                  Status::kOk,
                  "The user is no administrator.",
                  {}};
  if (!facts.survey.administrator) {
    finding.message = "Whether the user is an administrator is not known: Odoo does not tell it.";
  } else if (*facts.survey.administrator) {
    finding.status = Status::kWarning;
    finding.message = "The user is an administrator: whoever calls the gateway has its rights.";
    finding.advice =
        "Use a user of its own for the gateway, with the groups alone that its operations need.";
  }
  findings.push_back(std::move(finding));
}

// ---- Models ----

struct Absent {
  Names models;
  Names services;
};

void Apps(const Facts& facts, Findings& findings) {
  std::map<std::string, Absent> by_module;
  for (const auto& method : facts.catalog->methods()) {
    const std::string& model = method->record->model;
    if (facts.session.schema->WhyAbsent(model) != schema::Absence::kMissing) continue;
    Absent& absent = by_module[method->module];
    absent.models.insert(model);
    absent.services.insert(ShortName(method->service));
  }
  for (const auto& [module, absent] : by_module) {
    const std::string install = module.empty() ? "Install the app that brings the model"
                                               : "Install the app `" + module + "`";
    findings.push_back({"app", module.empty() ? Listed(absent.models) : module, Status::kWarning,
                        "This Odoo lacks " + Listed(absent.models) + ".",
                        install + ", or do without " + Listed(absent.services) + "."});
  }
  if (by_module.empty())
    findings.push_back({"app", "all", Status::kOk, "The models of all services are there.", {}});
}

std::string RightsText(const schema::Rights& rights, std::string_view last) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < rights.size(); ++i) {
    if (rights.test(i)) names.push_back(base::NameOf(static_cast<Right>(i)));
  }
  return Listed(names, last);
}

Names MethodsThatNeed(const contract::Catalog& catalog, std::string_view model,
                      const schema::Rights& rights) {
  Names names;
  for (const auto& method : catalog.methods()) {
    const schema::Needs needs = schema::NeedsOf(*method);
    const auto needed = needs.find(model);
    if (needed != needs.end() && (needed->second & rights).any()) names.insert(method->name);
  }
  return names;
}

Finding AccessOf(const Facts& facts, const std::string& model, const schema::Rights& needed) {
  const auto found = facts.survey.access.find(model);
  const schema::Access access =
      found == facts.survey.access.end() ? schema::Access{} : found->second;
  const schema::Rights denied = needed & access.known & ~access.granted;
  const schema::Rights unknown = needed & ~access.known;
  Finding finding{"access", model, Status::kOk, {}, {}};
  if (access.granted.any()) finding.message = "May " + RightsText(access.granted, "and") + ".";
  if (denied.any()) {
    finding.status = Status::kWarning;
    finding.message += std::string(finding.message.empty() ? "" : " ") + "May not " +
                       RightsText(denied, "or") + ".";
    finding.advice = "Give the user a group that has these rights, or do without " +
                     Listed(MethodsThatNeed(*facts.catalog, model, denied)) + ".";
  }
  if (unknown.any()) {
    finding.message += (finding.message.empty() ? "" : " ");
    finding.message += "Odoo does not tell about " + RightsText(unknown, "and") + ".";
  }
  return finding;
}

void AccessRights(const Facts& facts, Findings& findings) {
  for (const auto& [model, needed] : schema::NeedsOf(*facts.catalog)) {
    const auto absence = facts.session.schema->WhyAbsent(model);
    if (!absence && facts.surveyed()) {
      findings.push_back(AccessOf(facts, model, needed));
    } else if (absence == schema::Absence::kHidden) {
      findings.push_back({"access", model, Status::kWarning, "Odoo hides it from the user.",
                          "Give the user a group that may read it, or do without " +
                              Listed(MethodsThatNeed(*facts.catalog, model, needed)) + "."});
    }
  }
}

// ---- Fields ----

Names Retyped(const schema::Drift& drift) {
  Names names;
  for (const auto& [field, how] : drift.retyped) names.insert(field + " (" + how + ")");
  return names;
}

Names KeysOf(const std::map<std::string, std::set<std::string>>& keys) {
  Names names;
  for (const auto& [field, alone] : keys) names.insert(field + ": " + Listed(alone));
  return names;
}

// One kind of drift of a model. Without advice, there is nothing to do about it.
struct DriftRule {
  std::string_view check;
  Names (*names)(const schema::Drift& drift);
  std::string_view message;
  std::string_view advice;
};
constexpr DriftRule kDriftRules[] = {
    {"fields", [](const schema::Drift& drift) { return drift.missing; },
     "The contract has fields that Odoo lacks or hides from the user: ",
     "Install the app that brings them, give the user their group, or leave them unset: they read "
     "as unset, and writing them is refused."},
    {"fields", &Retyped, "Odoo's fields have other types than the contract says: ",
     "An app or customization changed them: use a contract of your own, or leave them unset: they "
     "read "
     "as unset, and writing them is refused."},
    {"selections", [](const schema::Drift& drift) { return KeysOf(drift.keys_of_odoo); },
     "Odoo has keys that the contract's enums lack: ",
     "Add them in a contract of your own where you need them; they read as unset."},
    // Most are of another version: one contract serves them all.
    {"selections",
     [](const schema::Drift& drift) { return KeysOf(drift.keys_of_contract); },
     "This Odoo lacks keys of the contract's enums, and writing them is refused: ",
     {}},
};

void Fields(const Facts& facts, Findings& findings) {
  const auto drifts = schema::DriftOf(*facts.catalog, facts.session.version, *facts.session.schema);
  bool fit = true;
  for (const auto& [model, drift] : drifts) {
    for (const DriftRule& rule : kDriftRules) {
      const Names names = rule.names(drift);
      if (names.empty()) continue;
      const Status status = rule.advice.empty() ? Status::kOk : Status::kWarning;
      fit = fit && status == Status::kOk;
      findings.push_back({rule.check, model, status,
                          std::string(rule.message) + Listed(names) + ".",
                          std::string(rule.advice)});
    }
  }
  if (!fit) return;
  findings.push_back(
      {"fields",
       "all",
       Status::kOk,
       "The contracts fit the " + std::to_string(drifts.size()) + " models that are there.",
       {}});
}

// ---- All together ----

void Services(const Facts& facts, Findings& findings) {
  Names served;
  for (const auto& method : facts.catalog->methods()) {
    const std::string& model = method->record->model;
    if (facts.session.schema->Find(model) != nullptr && facts.survey.Allows(model))
      served.insert(method->service);
  }
  const std::size_t all = facts.catalog->services().size();
  Finding finding{
      "services",
      "all",
      served.size() == all ? Status::kOk : Status::kWarning,
      std::to_string(served.size()) + " of " + std::to_string(all) + " services can be used.",
      {}};
  if (served.size() < all) finding.advice = "See above for the others.";
  if (served.empty()) finding.status = Status::kFailed;
  findings.push_back(std::move(finding));
}

// Once connecting succeeded, in the order of the report.
constexpr void (*kChecks[])(const Facts& facts, Findings& findings) = {
    &Credential, &Privileges, &Apps, &AccessRights, &Fields, &Services};

}  // namespace

Findings Judge(const Facts& facts) {
  Findings findings;
  JudgeConnecting(facts, findings);
  if (!facts.connected()) return findings;
  for (const auto& judge : kChecks) judge(facts, findings);
  return findings;
}

}  // namespace gateway::check
