// A channel to the server and what every call on it has in common.
//
//   Connection connection =
//       Connect("127.0.0.1:50051", {}, absl::Seconds(30), {{"x-caller", "shop"}});
//   grpc::ClientContext context;
//   connection.Prepare(context);
//
// A value type; the channel is shared between copies and safe from any thread.
#ifndef ODOOGW_CONNECTION_H_
#define ODOOGW_CONNECTION_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"

namespace odoogw {

using Metadata = std::vector<std::pair<std::string, std::string>>;

struct Tls {
  bool on = false;
  std::string ca;           // PEM; empty: the system's certificates.
  std::string certificate;  // PEM, with the chain; empty: none is shown.
  std::string key;          // PEM, of the certificate.
};

struct Connection {
  std::shared_ptr<grpc::Channel> channel;
  absl::Time deadline;  // One for all calls: reflection and the call itself share the time that the
                        // user gave.
  Metadata metadata;    // Sent with every call.

  // Sets deadline and metadata on a context that has not been used yet.
  void Prepare(grpc::ClientContext& context) const;
};

// Opens a channel; nothing is sent before the first call. The deadline is `timeout` from
// now.
Connection Connect(const std::string& address, const Tls& tls, absl::Duration timeout,
                   Metadata metadata);

}  // namespace odoogw

#endif  // ODOOGW_CONNECTION_H_
