#include "odoo_gateway/channel.h"

#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"
#include "service_config.h"

namespace odoo_gateway {
namespace {

// gRPC servers end connections that ask more often than every 5 minutes.
constexpr int kKeepaliveMs = 310'000;
constexpr int kKeepaliveTimeoutMs = 20'000;

std::shared_ptr<grpc::ChannelCredentials> Transport(const ChannelOptions& options) {
  if (!options.tls) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions ssl;
  ssl.pem_root_certs = options.root_certificates;
  ssl.pem_cert_chain = options.certificate_chain;
  ssl.pem_private_key = options.private_key;
  return grpc::SslCredentials(ssl);
}

std::shared_ptr<grpc::ChannelCredentials> Credentials(const ChannelOptions& options) {
  auto transport = Transport(options);
  if (options.token.empty()) return transport;
  return grpc::CompositeChannelCredentials(transport, grpc::AccessTokenCredentials(options.token));
}

}  // namespace

std::string_view DefaultServiceConfig() { return kServiceConfig; }

std::shared_ptr<grpc::Channel> CreateChannel(const std::string& target,
                                             const ChannelOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetServiceConfigJSON(options.service_config.empty() ? std::string(kServiceConfig)
                                                                : options.service_config);
  arguments.SetMaxReceiveMessageSize(options.max_answer_bytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  if (!options.user_agent.empty()) arguments.SetUserAgentPrefix(options.user_agent);
  return grpc::CreateCustomChannel(target, Credentials(options), arguments);
}

}  // namespace odoo_gateway
