#include "odoogw/connection.h"

#include "absl/time/clock.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"

namespace odoogw {

void Connection::Prepare(grpc::ClientContext& context) const {
  context.set_deadline(absl::ToChronoTime(deadline));
  for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
}

Connection Connect(const std::string& address, absl::Duration timeout, Metadata metadata) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  auto channel = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
  return {std::move(channel), absl::Now() + timeout, std::move(metadata)};
}

}  // namespace odoogw
