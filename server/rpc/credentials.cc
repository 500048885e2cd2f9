#include "rpc/credentials.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>

#include <array>
#include <string>

namespace gateway::rpc {
namespace {

// By ClientCertificate.
constexpr std::array<grpc_ssl_client_certificate_request_type, 3> kRequests = {
    GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE, GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY,
    GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY};

// gRPC's C++ interface offers certificates from files only by a provider that takes a new key
// together with an old certificate, and then refuses every handshake. The C interface asks at each
// handshake, and gets what was checked.
class Credentials final : public grpc::ServerCredentials {
 public:
  Credentials(const tls::Reloader& reloader, ClientCertificate client_certificate)
      : reloader_(reloader),
        credentials_(grpc_ssl_server_credentials_create_with_options(
            grpc_ssl_server_credentials_create_options_using_config_fetcher(
                kRequests[static_cast<std::size_t>(client_certificate)], Fetch, this))) {}
  ~Credentials() override { grpc_server_credentials_release(credentials_); }

  // Identity is looked at per call, by UnaryCall.
  void SetAuthMetadataProcessor(const std::shared_ptr<grpc::AuthMetadataProcessor>&) override {}

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  // Under the port's own lock.
  static grpc_ssl_certificate_config_reload_status Fetch(
      void* self, grpc_ssl_server_certificate_config** config) {
    auto& own = *static_cast<Credentials*>(self);
    auto current = own.reloader_.current();
    if (current == own.delivered_) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    const grpc_ssl_pem_key_cert_pair pair{current->key.c_str(), current->certificate.c_str()};
    // gRPC insists on some CA, also where no certificate is asked for.
    const std::string& client_ca =
        current->client_ca.empty() ? current->certificate : current->client_ca;
    *config = grpc_ssl_server_certificate_config_create(client_ca.c_str(), &pair, 1);
    own.delivered_ = std::move(current);
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

  const tls::Reloader& reloader_;
  std::shared_ptr<const tls::Identity> delivered_;
  grpc_server_credentials* const credentials_;
};

}  // namespace

std::shared_ptr<grpc::ServerCredentials> TlsCredentials(const tls::Reloader& reloader,
                                                        ClientCertificate client_certificate) {
  return std::make_shared<Credentials>(reloader, client_certificate);
}

}  // namespace gateway::rpc
