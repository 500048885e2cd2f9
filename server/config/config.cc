#include "config/config.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "config/finalize.h"
#include "config/merge.h"
#include "config/print.h"
#include "config/settings.h"
#include "config/sources.h"
#include "config/suggest.h"

namespace gateway::config {
namespace {

using base::Reason;

// Flags of one command.
struct Owned {
  std::string_view flag;
  Command command;
  std::string_view name;
};
constexpr Owned kOwned[] = {
    {"json", Command::kCheck, "check"},          {"instance", Command::kCheck, "check"},
    {"transport", Command::kExplain, "explain"}, {"http-status", Command::kExplain, "explain"},
    {"request", Command::kExplain, "explain"},   {"jsonl", Command::kExplain, "explain"},
};

const Given* FindFlagGiven(const Object& top, std::string_view flag) {
  for (const Object& object : top.inner) {
    if (object.section != &CommandLine()) continue;
    for (const Given& given : object.given) {
      if (given.setting->flag == flag) return &given;
    }
  }
  return nullptr;
}

void CheckOwned(const Object& top, Command command, Problems* problems) {
  for (const Owned& owned : kOwned) {
    if (FindFlagGiven(top, owned.flag) == nullptr || command == owned.command) continue;
    const std::string flag = "--" + std::string(owned.flag);
    const std::string name(owned.name);
    problems->push_back(
        {{flag},
         Reason::kInvalidFieldValue,
         "is for the command " + name + " alone: odoo-gateway " + name + " " + flag});
  }
}

// --instance names one that there is.
void CheckChosen(const Config& config, Problems* problems) {
  if (config.instance.empty()) return;
  std::string names;
  for (const Instance& instance : config.instances) {
    if (instance.name == config.instance) return;
    names += (names.empty() ? "" : ", ") + instance.name;
  }
  problems->push_back({{"--instance"}, Reason::kInvalidReference, "is none of " + names});
}

struct Asked {
  // Null: to serve.
  const Subcommand* subcommand = nullptr;
  std::size_t words = 0;
};

Asked CommandOf(int argc, const char* const* argv) {
  for (const Subcommand& subcommand : Subcommands()) {
    const auto words = static_cast<int>(1 + std::ranges::count(subcommand.name, ' '));
    std::string written;
    for (int i = 1; i <= words && i < argc; ++i)
      written += (i == 1 ? "" : " ") + std::string(argv[i]);
    if (written == subcommand.name) return {&subcommand, static_cast<std::size_t>(words)};
  }
  return {};
}

// The file's problems in its order, after all others.
base::Failure Report(Problems problems) {
  std::ranges::stable_sort(problems, {}, [](const Problem& some) { return some.origin.line; });
  base::Failure failure = base::Fail(problems.front().reason,
                                     "The configuration has " + std::to_string(problems.size()) +
                                         (problems.size() == 1 ? " problem:" : " problems:"));
  for (Problem& problem : problems) {
    failure.message += "\n  " + problem.origin.name + ": " + problem.message;
    failure.violations.push_back(
        {std::move(problem.origin.name), problem.reason, std::move(problem.message)});
  }
  return failure;
}

struct AllSources {
  // Strongest first.
  std::vector<Object> said;
  // False: there is a file that says nothing, so that all else would seem to be missing.
  bool complete = true;
};

AllSources ReadSources(int argc, const char* const* argv, std::size_t words, const Getenv& getenv,
                       Problems* problems) {
  AllSources all;
  all.said.push_back(FromFlags(argc, argv, words, problems));
  all.said.push_back(FromEnvironment(getenv));
  const Given* path = FindFlagGiven(all.said.front(), "config");
  if (path == nullptr) path = FindFlagGiven(all.said.back(), "config");
  if (path == nullptr) return all;
  auto file = FromFile(path->texts.front(), problems);
  all.complete = file.has_value();
  if (file) all.said.push_back(std::move(*file));
  return all;
}

// Commands that answer whatever is wrong with the settings.
bool NeedsNothing(const Config& config) { return config.command >= Command::kReference; }

}  // namespace

base::Result<Loaded> Load(int argc, const char* const* argv, const Getenv& getenv) {
  Problems problems;
  const Asked asked = CommandOf(argc, argv);
  const AllSources sources = ReadSources(argc, argv, asked.words, getenv, &problems);
  const Object top = Merge(sources.said);
  Loaded loaded{Apply(top, getenv, &problems), {}};
  Config& config = loaded.config;
  if (asked.subcommand != nullptr)
    config.command = std::max(config.command, asked.subcommand->command);
  if (NeedsNothing(config)) return loaded;
  if (!sources.complete) return Report(std::move(problems));
  CheckOwned(top, config.command, &problems);
  if (config.command < Command::kExplain) {
    CheckInstances(top, config, &problems);
    CheckTop(top, config, &problems);
    CheckCallers(top, config, &problems);
    CheckChosen(config, &problems);
  }
  if (!problems.empty()) return Report(std::move(problems));
  loaded.effective = Print(top);
  return loaded;
}

}  // namespace gateway::config
