#include "main/options.h"

#include <array>

namespace gateway {
namespace {

std::optional<odoo::Protocol> ProtocolOf(config::Protocol protocol) {
  using Chosen = std::optional<odoo::Protocol>;
  static const std::array<Chosen, 4> kProtocols = {std::nullopt, odoo::Protocol::kJsonRpc,
                                                   odoo::Protocol::kJson2, odoo::Protocol::kXmlRpc};
  return kProtocols[static_cast<std::size_t>(protocol)];
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

}  // namespace gateway
