#include "main/options.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

#include "tls/identity.h"

namespace gateway {
namespace {

std::optional<odoo::Protocol> ProtocolOf(config::Protocol protocol) {
  using Chosen = std::optional<odoo::Protocol>;
  static const std::array<Chosen, 4> kProtocols = {std::nullopt, odoo::Protocol::kJsonRpc,
                                                   odoo::Protocol::kJson2, odoo::Protocol::kXmlRpc};
  return kProtocols[static_cast<std::size_t>(protocol)];
}

bool IsLoopback(std::string_view address) {
  constexpr std::string_view kHosts[] = {"127.", "localhost:", "[::1]:"};
  return std::ranges::any_of(kHosts,
                             [&](std::string_view host) { return address.starts_with(host); });
}

}  // namespace

// `web` is JSON-RPC of Odoo's own pages.
std::optional<odoo::Protocol> ProtocolOf(config::Transport transport) {
  using Chosen = std::optional<odoo::Protocol>;
  static const std::array<Chosen, 5> kProtocols = {std::nullopt, odoo::Protocol::kJsonRpc,
                                                   odoo::Protocol::kJson2, odoo::Protocol::kXmlRpc,
                                                   odoo::Protocol::kJsonRpc};
  return kProtocols[static_cast<std::size_t>(transport)];
}

engine::InstanceOptions InstanceOptionsOf(const config::Config& config,
                                          const config::Instance& instance,
                                          const contract::Catalog& catalog) {
  engine::InstanceOptions options;
  options.upstream.url = instance.url;
  options.upstream.http.ca_file = instance.ca_file;
  options.upstream.http.max_answer_bytes = config.max_answer_bytes;
  options.upstream.limits = {instance.max_in_flight, instance.max_waiting};
  options.credentials = {instance.database, instance.username,
                         std::string(instance.password.Reveal()),
                         std::string(instance.api_key.Reveal())};
  options.upstream.secrets = {options.credentials.password, options.credentials.api_key};
  options.protocol = ProtocolOf(instance.protocol);
  options.models = catalog.models();
  options.needs = schema::NeedsOf(catalog);
  return options;
}

check::EdgeFacts EdgeFactsOf(const config::Config& config) {
  const config::Tls& tls = config.tls;
  check::EdgeFacts facts{.listen = config.listen,
                         .exposed = !IsLoopback(config.listen),
                         .tls = tls.enabled(),
                         .certificate_file = tls.certificate_file,
                         .callers = !config.callers.empty(),
                         .now = std::chrono::system_clock::now()};
  if (!facts.tls) return facts;
  const auto identity = tls::Load({tls.certificate_file, tls.key_file, tls.client_ca_file});
  if (identity) {
    facts.expires = identity->expires;
  } else {
    facts.failure = identity.failure();
  }
  return facts;
}

}  // namespace gateway
