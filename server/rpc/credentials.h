// TLS for the server's port, with whatever certificate is current at each handshake.
#pragma once

#include <grpcpp/security/server_credentials.h>

#include <cstdint>
#include <memory>

#include "tls/reloader.h"

namespace gateway::rpc {

// What is asked of clients; where they send a certificate, it is verified always.
enum class ClientCertificate : std::uint8_t { kNone, kOptional, kRequired };

// TLS 1.2 or newer. For one port; it and `reloader` must outlive the server.
std::shared_ptr<grpc::ServerCredentials> TlsCredentials(const tls::Reloader& reloader,
                                                        ClientCertificate client_certificate);

}  // namespace gateway::rpc
