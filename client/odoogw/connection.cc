#include "odoogw/connection.h"

#include "absl/time/clock.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"

namespace odoogw {
namespace {

std::shared_ptr<grpc::ChannelCredentials> CredentialsOf(const Tls& tls) {
  if (!tls.on) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = tls.ca;
  options.pem_cert_chain = tls.certificate;
  options.pem_private_key = tls.key;
  return grpc::SslCredentials(options);
}

}  // namespace

void Connection::Prepare(grpc::ClientContext& context) const {
  context.set_deadline(absl::ToChronoTime(deadline));
  for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
}

Connection Connect(const std::string& address, const Tls& tls, absl::Duration timeout,
                   Metadata metadata) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  auto channel = grpc::CreateCustomChannel(address, CredentialsOf(tls), arguments);
  return {std::move(channel), absl::Now() + timeout, std::move(metadata)};
}

}  // namespace odoogw
