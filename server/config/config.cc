#include "config/config.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include "config/settings.h"
#include "config/sources.h"

namespace gateway::config {
namespace {

using base::Reason;

// Settings that a flag or variable names, valid or not. By flag.
using Names = std::set<std::string_view>;

struct Merged {
  Config config;
  Names named;
};

// All that the first source which names `setting` says about it.
std::vector<Given> Strongest(const Setting& setting, std::span<const Source> sources) {
  std::vector<Given> values;
  for (const Source& source : sources) {
    std::ranges::copy_if(source, std::back_inserter(values),
                         [&](const Given& given) { return given.setting == &setting; });
    if (!values.empty()) break;
  }
  return values;
}

Merged Merge(std::span<const Source> sources, Problems* problems) {
  Merged merged;
  for (const Setting& setting : Settings()) {
    for (const Given& given : Strongest(setting, sources)) {
      merged.named.insert(setting.flag);
      base::Status applied = setting.apply(given.text, &merged.config);
      if (applied) continue;
      problems->push_back(
          {given.origin, applied.failure().reason, std::move(applied.failure().message)});
    }
  }
  return merged;
}

bool Both(const Names& named, std::string_view one, std::string_view other) {
  return named.contains(one) && named.contains(other);
}

bool HasApiKey(const Names& named) {
  return named.contains("odoo-api-key") || named.contains("odoo-api-key-file");
}

bool HasPassword(const Names& named) {
  return named.contains("odoo-password") || named.contains("odoo-password-file");
}

// What no setting can say alone. Asks for names rather than values, so that nothing invalid is
// called missing as well.
struct Rule {
  bool (*broken)(const Merged& merged);
  std::string_view origin;
  Reason reason;
  std::string_view problem;
};
constexpr Rule kRules[] = {
    {[](const Merged& m) { return !m.named.contains("odoo-url"); }, "ODOO_URL",
     Reason::kRequiredFieldMissing, "is missing; set it or --odoo-url to Odoo's address"},
    {[](const Merged& m) { return !m.named.contains("odoo-database"); }, "ODOO_DATABASE",
     Reason::kRequiredFieldMissing, "is missing; set it or --odoo-database"},
    {[](const Merged& m) {
       return !m.named.contains("odoo-username") && m.config.odoo_protocol != Protocol::kJson2;
     },
     "ODOO_USERNAME", Reason::kRequiredFieldMissing,
     "is missing; set it or --odoo-username to the login of the integration user"},
    {[](const Merged& m) {
       return !HasApiKey(m.named) &&
              (m.config.odoo_protocol == Protocol::kJson2 || !HasPassword(m.named));
     },
     "ODOO_API_KEY", Reason::kRequiredFieldMissing,
     "is missing; set it or --odoo-api-key-file (ODOO_PASSWORD does, too, except for json2)"},
    {[](const Merged& m) { return Both(m.named, "odoo-api-key", "odoo-api-key-file"); },
     "ODOO_API_KEY", Reason::kInvalidFieldValue, "is given beside --odoo-api-key-file; keep one"},
    {[](const Merged& m) { return Both(m.named, "odoo-password", "odoo-password-file"); },
     "ODOO_PASSWORD", Reason::kInvalidFieldValue, "is given beside --odoo-password-file; keep one"},
    {[](const Merged& m) {
       return !m.config.listen.empty() && m.config.listen == m.config.metrics_listen &&
              !m.config.listen.ends_with(":0");
     },
     "--metrics-listen", Reason::kInvalidFieldValue, "must differ from --listen"},
};

// Flags of one command.
struct Owned {
  std::string_view flag;
  Command command;
  std::string_view name;
};
constexpr Owned kOwned[] = {
    {"json", Command::kCheck, "check"},
    {"transport", Command::kExplain, "explain"},
    {"http-status", Command::kExplain, "explain"},
    {"request", Command::kExplain, "explain"},
    {"jsonl", Command::kExplain, "explain"},
};

void CheckOwned(const Merged& merged, Problems* problems) {
  for (const Owned& owned : kOwned) {
    if (!merged.named.contains(owned.flag) || merged.config.command == owned.command) continue;
    const std::string flag = "--" + std::string(owned.flag);
    const std::string name(owned.name);
    problems->push_back(
        {flag, Reason::kInvalidFieldValue,
         "is for the command " + name + " alone: odoo-gateway " + name + " " + flag});
  }
}

void CheckRules(const Merged& merged, Problems* problems) {
  for (const Rule& rule : kRules) {
    if (!rule.broken(merged)) continue;
    problems->push_back({std::string(rule.origin), rule.reason, std::string(rule.problem)});
  }
}

// Null where the first argument is none.
const Subcommand* SubcommandOf(int argc, const char* const* argv) {
  if (argc < 2) return nullptr;
  for (const Subcommand& subcommand : Subcommands()) {
    if (subcommand.name == argv[1]) return &subcommand;
  }
  return nullptr;
}

base::Failure Report(Problems problems) {
  std::string message = "The configuration has " + std::to_string(problems.size()) +
                        (problems.size() == 1 ? " problem:" : " problems:");
  for (const base::Violation& problem : problems) {
    message += "\n  " + problem.path + ": " + problem.message;
  }
  base::Failure failure = base::Fail(problems.front().reason, std::move(message));
  failure.violations = std::move(problems);
  return failure;
}

}  // namespace

base::Result<Config> Load(int argc, const char* const* argv, const Getenv& getenv) {
  Problems problems;
  const Subcommand* subcommand = SubcommandOf(argc, argv);
  // Strongest first.
  const Source sources[] = {FromFlags(argc, argv, subcommand == nullptr ? 0 : 1, &problems),
                            FromEnvironment(getenv), FromDefaults()};
  Merged merged = Merge(sources, &problems);
  if (subcommand != nullptr)
    merged.config.command = std::max(merged.config.command, subcommand->command);
  if (merged.config.command >= Command::kVersion) return std::move(merged.config);
  CheckOwned(merged, &problems);
  if (merged.config.command < Command::kExplain) CheckRules(merged, &problems);
  if (!problems.empty()) return Report(std::move(problems));
  return std::move(merged.config);
}

}  // namespace gateway::config
