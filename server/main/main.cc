// odoo-gateway: typed, validated Odoo operations over gRPC.
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <future>
#include <iostream>
#include <iterator>
#include <utility>
#include <variant>

#include "access/token.h"
#include "base/printable.h"
#include "check/checks.h"
#include "check/edge_checks.h"
#include "check/file_checks.h"
#include "check/inspect.h"
#include "check/report.h"
#include "contract/compiler.h"
#include "explain/explain.h"
#include "main/catalogs.h"
#include "main/gateway.h"
#include "main/options.h"
#include "main/secret_files.h"
#include "rpc/grpc_log.h"

namespace gateway {
namespace {

// Exit codes, as documented in --help.
constexpr int kUsage = 2;
constexpr int kFailed = 1;

void Print(std::FILE* out, std::string_view text) { std::fwrite(text.data(), 1, text.size(), out); }

// For text that repeats the contents of files and arguments.
void PrintForeign(std::FILE* out, std::string_view text) {
  Print(out, base::Printable(text, base::Lines::kMany));
}

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

// Signals are taken by sigwait alone: no handler runs in the middle of anything. Before any thread
// begins, and early: the first process of a container would never hear of one that came before.
void HoldSignals(bool hold) {
  const sigset_t signals = StopSignals();
  pthread_sigmask(hold ? SIG_BLOCK : SIG_UNBLOCK, &signals, nullptr);
}

// A dump of this memory would hold keys and passwords.
void LeaveNoDumps() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

int Refuse(const std::vector<std::string>& mistakes) {
  for (const std::string& mistake : mistakes) PrintForeign(stderr, mistake + "\n");
  return kUsage;
}

int Serve(const config::Config& config, Catalogs catalogs) {
  Gateway gateway(config, std::move(catalogs), ODOO_GATEWAY_VERSION);
  if (const auto started = gateway.Start(); !started) {
    PrintForeign(stderr, started.failure().message + "\n");
    return kFailed;
  }
  const sigset_t signals = StopSignals();
  int signal = 0;
  sigwait(&signals, &signal);
  gateway.Stop(strsignal(signal));
  return 0;
}

// All at once: one that cannot be reached takes its whole patience.
std::vector<check::Report> Inspect(const config::Config& config, const Catalogs& catalogs) {
  constexpr std::chrono::seconds kPatience{60};
  std::vector<std::future<check::Report>> looks;
  for (const config::Instance& instance : config.instances) {
    if (!config.instance.empty() && config.instance != instance.name) continue;
    looks.push_back(std::async(std::launch::async, [&] {
      const contract::Catalog& catalog = catalogs.Of(instance.name);
      check::Report report{instance.name, {}, {}};
      report.facts =
          check::Inspect(InstanceOptionsOf(config, instance, catalog), catalog, kPatience);
      report.findings = check::Judge(report.facts);
      return report;
    }));
  }
  std::vector<check::Report> reports;
  reports.reserve(looks.size());
  for (auto& look : looks) reports.push_back(look.get());
  return reports;
}

int Check(const config::Config& config, const Catalogs& catalogs) {
  check::Reports reports{check::JudgeEdge(EdgeFactsOf(config)), Inspect(config, catalogs)};
  std::ranges::move(check::JudgeSecretFiles(SecretFilesOf(config)),
                    std::back_inserter(reports.gateway));
  Print(stdout, config.json ? check::JsonDocument(reports) : check::Text(reports));
  return check::AllPassed(reports) ? 0 : kFailed;
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

int Main(int argc, const char* const* argv) {
  LeaveNoDumps();
  HoldSignals(true);
  rpc::CaptureGrpcLog();
  auto loaded = config::Load(argc, argv, [](const char* name) { return std::getenv(name); });
  if (!loaded) {
    PrintForeign(stderr, loaded.failure().message + "\n");
    return kUsage;
  }
  const config::Config* config = &loaded->config;
  if (config->command == config::Command::kHelp) return Print(stdout, config::HelpText()), 0;
  if (config->command == config::Command::kVersion)
    return Print(stdout, "odoo-gateway " ODOO_GATEWAY_VERSION "\n"), 0;
  if (config->command == config::Command::kReference) return Print(stdout, config::Reference()), 0;
  if (config->command == config::Command::kToken) return MakeToken();
  // Whoever waits for another command may break it off.
  if (config->command != config::Command::kServe) HoldSignals(false);
  auto loaded_catalogs = LoadCatalogs(*config);
  if (const auto* mistakes = std::get_if<contract::Mistakes>(&loaded_catalogs))
    return Refuse(*mistakes);
  auto& catalogs = std::get<Catalogs>(loaded_catalogs);
  if (config->command == config::Command::kDumpCatalog)
    return PrintForeign(stdout, contract::Dump(*catalogs.all)), 0;
  const auto mistakes = access::MistakesIn(config->callers, catalogs.Distinct());
  if (!mistakes.empty()) return Refuse(mistakes);
  if (config->command == config::Command::kPrintConfig)
    return PrintForeign(stdout, loaded->effective), 0;
  if (config->command == config::Command::kCheck) return Check(*config, catalogs);
  if (config->command == config::Command::kExplain) return Explain(*config, *catalogs.all);
  return Serve(*config, std::move(catalogs));
}

}  // namespace
}  // namespace gateway

int main(int argc, char** argv) { return gateway::Main(argc, argv); }
