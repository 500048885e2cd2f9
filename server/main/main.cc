// odoo-gateway: typed, validated Odoo operations over gRPC.
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>
#include <variant>

#include "access/token.h"
#include "check/checks.h"
#include "check/inspect.h"
#include "check/report.h"
#include "contract/compiler.h"
#include "explain/explain.h"
#include "main/gateway.h"
#include "main/options.h"

namespace {

using namespace gateway;

// Exit codes, as documented in --help.
constexpr int kUsage = 2;
constexpr int kFailed = 1;

void Print(std::FILE* out, std::string_view text) { std::fwrite(text.data(), 1, text.size(), out); }

// What `path` stands for: itself, or all descriptor sets in the folder, by name.
std::vector<std::string> FilesOf(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return {path};
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
    if (entry.path().extension() == ".binpb") files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  return files;
}

void ReadContracts(const std::string& path, std::vector<contract::DescriptorSet>* sets,
                   contract::Mistakes* unread) {
  const auto files = FilesOf(path);
  if (files.empty()) unread->push_back(path + ": the folder holds no *.binpb; check `contracts`.");
  for (const std::string& name : files) {
    std::error_code error;
    std::ifstream file(name, std::ios::binary);
    if (std::filesystem::is_regular_file(name, error) && file) {
      sets->push_back({name, {std::istreambuf_iterator<char>(file), {}}});
    } else {
      unread->push_back(name + ": cannot be read as a file; check `contracts`.");
    }
  }
}

// The built-in contracts and the user's own.
std::variant<contract::Catalog, contract::Mistakes> LoadCatalog(const config::Config& config) {
  std::vector<contract::DescriptorSet> sets;
  contract::Mistakes unread;
  sets.push_back({"built-in contracts", std::string(contract::BuiltInDescriptorSet())});
  for (const std::string& path : config.contracts) ReadContracts(path, &sets, &unread);
  if (!unread.empty()) return unread;
  return contract::Compile(sets);
}

// Signals are taken by sigwait alone: no handler runs in the middle of anything. Before any thread
// begins.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// What is set and would have no effect; protection that is believed to be there must not be
// missing.
std::string Unserved(const config::Config& config) {
  const std::pair<bool, std::string_view> settings[] = {
      {!config.audit_log.empty(), "audit_log"},
      {config.instances.size() > 1, "more than one of instances"},
      {!config.instances.front().contracts.empty(), "instances.NAME.contracts"}};
  std::string names;
  for (const auto& [is_set, name] : settings) {
    if (is_set) names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return names;
}

int Serve(const config::Config& config, contract::Catalog catalog) {
  const auto mistakes = access::MistakesIn(config.callers, std::array{&std::as_const(catalog)});
  for (const std::string& mistake : mistakes) Print(stderr, mistake + "\n");
  if (!mistakes.empty()) return kUsage;
  const sigset_t signals = BlockSignals();
  Gateway gateway(config, std::move(catalog), ODOO_GATEWAY_VERSION);
  if (const auto started = gateway.Start(); !started) {
    Print(stderr, started.failure().message + "\n");
    return kFailed;
  }
  int signal = 0;
  sigwait(&signals, &signal);
  gateway.Stop(strsignal(signal));
  return 0;
}

int Check(const config::Config& config, const contract::Catalog& catalog) {
  constexpr std::chrono::seconds kPatience{60};
  const check::Facts facts = check::Inspect(
      InstanceOptionsOf(config, config.instances.front(), catalog), catalog, kPatience);
  const check::Findings findings = check::Judge(facts);
  Print(stdout, config.json ? check::JsonDocument(facts, findings) : check::Text(findings));
  return check::AllPassed(findings) ? 0 : kFailed;
}

std::string All(std::istream& in) { return {std::istreambuf_iterator<char>(in), {}}; }

int Explain(const config::Config& config, const contract::Catalog& catalog) {
  std::ios::sync_with_stdio(false);
  if (config.jsonl) return explain::Lines(std::cin, std::cout, std::cerr, catalog) ? 0 : kFailed;
  explain::Exchange exchange{
      ProtocolOf(config.transport), static_cast<int>(config.http_status), {}};
  std::ifstream request(config.request_file, std::ios::binary);
  if (request) exchange.request = All(request);
  Print(stdout, explain::Text(exchange, All(std::cin), catalog));
  return 0;
}

// The token goes to the caller, the hash into the configuration; nothing keeps the token.
int MakeToken() {
  const std::string token = access::NewToken();
  Print(stdout, "token: " + token + "\nhash: " + access::TextOf(access::HashOf(token)) + "\n");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  auto loaded = config::Load(argc, argv, [](const char* name) { return std::getenv(name); });
  if (!loaded) {
    Print(stderr, loaded.failure().message + "\n");
    return kUsage;
  }
  const config::Config* config = &loaded->config;
  if (config->command == config::Command::kHelp) return Print(stdout, config::HelpText()), 0;
  if (config->command == config::Command::kVersion)
    return Print(stdout, "odoo-gateway " ODOO_GATEWAY_VERSION "\n"), 0;
  if (config->command == config::Command::kReference) return Print(stdout, config::Reference()), 0;
  if (config->command == config::Command::kToken) return MakeToken();
  if (config->command == config::Command::kPrintConfig) return Print(stdout, loaded->effective), 0;
  auto catalog = LoadCatalog(*config);
  if (const auto* mistakes = std::get_if<contract::Mistakes>(&catalog)) {
    for (const std::string& mistake : *mistakes) Print(stderr, mistake + "\n");
    return kUsage;
  }
  if (config->command == config::Command::kDumpCatalog) {
    return Print(stdout, contract::Dump(std::get<contract::Catalog>(catalog))), 0;
  }
  if (config->command == config::Command::kCheck)
    return Check(*config, std::get<contract::Catalog>(catalog));
  if (config->command == config::Command::kExplain)
    return Explain(*config, std::get<contract::Catalog>(catalog));
  if (const auto unserved = Unserved(*config); !unserved.empty()) {
    Print(stderr, "This version cannot serve yet, so leave out: " + unserved + "\n");
    return kUsage;
  }
  return Serve(*config, std::move(std::get<contract::Catalog>(catalog)));
}
