// odoo-gateway: typed, validated Odoo operations over gRPC.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <variant>

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

// The built-in contracts and the user's own.
std::variant<contract::Catalog, contract::Mistakes> LoadCatalog(const config::Config& config) {
  std::vector<contract::DescriptorSet> sets;
  contract::Mistakes unread;
  sets.push_back({"built-in contracts", std::string(contract::BuiltInDescriptorSet())});
  for (const std::string& path : config.contracts) {
    std::error_code error;
    std::ifstream file(path, std::ios::binary);
    if (!std::filesystem::is_regular_file(path, error) || !file) {
      unread.push_back(path + ": cannot be read as a file; check --contracts.");
      continue;
    }
    sets.push_back({path, {std::istreambuf_iterator<char>(file), {}}});
  }
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

int Serve(const config::Config& config, contract::Catalog catalog) {
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
  const check::Facts facts = check::Inspect(InstanceOptionsOf(config, catalog), catalog, kPatience);
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

}  // namespace

int main(int argc, char** argv) {
  auto config = config::Load(argc, argv, [](const char* name) { return std::getenv(name); });
  if (!config) {
    Print(stderr, config.failure().message + "\n");
    return kUsage;
  }
  if (config->command == config::Command::kHelp) return Print(stdout, config::HelpText()), 0;
  if (config->command == config::Command::kVersion)
    return Print(stdout, "odoo-gateway " ODOO_GATEWAY_VERSION "\n"), 0;
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
  return Serve(*config, std::move(std::get<contract::Catalog>(catalog)));
}
