#include "odoo_gateway/channel.h"

#include <atomic>
#include <future>

#include <gmock/gmock.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace odoo_gateway {
namespace {

using grpc::StatusCode;

// Fails each call with one code, counts them, and notes the last one's token.
class Failing final : public grpc::CallbackGenericService {
 public:
  explicit Failing(StatusCode code) : code_(code) {}

  int calls() const { return calls_; }
  const std::string& authorization() const { return authorization_; }

 private:
  class Reactor final : public grpc::ServerGenericBidiReactor {
   public:
    explicit Reactor(StatusCode code) { Finish({code, "no"}); }
    void OnDone() override { delete this; }
  };

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    const auto sent = context->client_metadata().find("authorization");
    if (sent != context->client_metadata().end())
      authorization_.assign(sent->second.data(), sent->second.size());
    ++calls_;
    return new Reactor(code_);
  }

  const StatusCode code_;
  std::atomic<int> calls_ = 0;
  // One call at a time where it is asked for.
  std::string authorization_;
};

StatusCode Call(const std::string& target, const std::string& method,
                const ChannelOptions& options) {
  grpc::GenericStub stub(CreateChannel(target, options));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  const grpc::Slice nothing;
  const grpc::ByteBuffer request(&nothing, 1);
  grpc::ByteBuffer response;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, method, {}, &request, &response,
                 [&done](grpc::Status ended) { done.set_value(std::move(ended)); });
  return done.get_future().get().error_code();
}

int CallsMade(StatusCode code, const std::string& method, const ChannelOptions& options = {}) {
  Failing service(code);
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterCallbackGenericService(&service);
  const auto server = builder.BuildAndStart();
  EXPECT_EQ(Call("127.0.0.1:" + std::to_string(port), method, options), code);
  server->Shutdown(std::chrono::system_clock::now());
  return service.calls();
}

constexpr char kRead[] = "/odoo.contacts.v1.PartnerService/GetPartner";
constexpr char kCreate[] = "/odoo.contacts.v1.PartnerService/CreatePartner";
constexpr char kAction[] = "/odoo.account.v1.InvoiceService/RegisterPayment";

TEST(Retries, ReadsWhereNobodyIsThere) { EXPECT_EQ(CallsMade(StatusCode::UNAVAILABLE, kRead), 4); }

TEST(Retries, NoWriteThatMayHaveHappened) {
  EXPECT_EQ(CallsMade(StatusCode::UNAVAILABLE, kCreate), 1);
  EXPECT_EQ(CallsMade(StatusCode::UNKNOWN, kCreate), 1);
  EXPECT_EQ(CallsMade(StatusCode::UNAVAILABLE, kAction), 1);
}

TEST(Retries, WritesThatOdooRolledBack) { EXPECT_EQ(CallsMade(StatusCode::ABORTED, kCreate), 4); }

TEST(Retries, NothingThatStaysWrong) {
  EXPECT_EQ(CallsMade(StatusCode::INVALID_ARGUMENT, kRead), 1);
}

TEST(Retries, AsAConfigOfTheCallerSays) {
  ChannelOptions options;
  options.service_config = "{}";
  EXPECT_EQ(CallsMade(StatusCode::UNAVAILABLE, kRead, options), 1);
}

template <class Write>
std::string Pem(const Write& write) {
  BIO* bio = BIO_new(BIO_s_mem());
  write(bio);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

// Self-signed, for `localhost`.
grpc::SslServerCredentialsOptions::PemKeyCertPair MakePair() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_NAME* name = X509_get_subject_name(certificate);
  const std::string host = "localhost";
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(host.data()),
                             static_cast<int>(host.size()), -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());
  grpc::SslServerCredentialsOptions::PemKeyCertPair pair{
      Pem([&](BIO* bio) { PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, {}); }),
      Pem([&](BIO* bio) { PEM_write_bio_X509(bio, certificate); })};
  X509_free(certificate);
  EVP_PKEY_free(key);
  return pair;
}

// What `authorization` a call over `credentials` arrives with, and how it ends.
std::pair<StatusCode, std::string> Authorized(
    const std::shared_ptr<grpc::ServerCredentials>& credentials, const ChannelOptions& options) {
  Failing service(StatusCode::NOT_FOUND);
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("localhost:0", credentials, &port);
  builder.RegisterCallbackGenericService(&service);
  const auto server = builder.BuildAndStart();
  const StatusCode code = Call("localhost:" + std::to_string(port), kRead, options);
  server->Shutdown(std::chrono::system_clock::now());
  return {code, service.authorization()};
}

TEST(Token, GoesWithEveryCall) {
  const auto pair = MakePair();
  grpc::SslServerCredentialsOptions ssl;
  ssl.pem_key_cert_pairs.push_back(pair);
  const ChannelOptions options{
      .tls = true, .root_certificates = pair.cert_chain, .token = "odoogw_abc"};
  EXPECT_EQ(Authorized(grpc::SslServerCredentials(ssl), options),
            std::pair(StatusCode::NOT_FOUND, std::string("Bearer odoogw_abc")));
}

TEST(Token, NeverTravelsInTheClear) {
  EXPECT_EQ(Authorized(grpc::InsecureServerCredentials(), {.token = "odoogw_abc"}),
            std::pair(StatusCode::INVALID_ARGUMENT, std::string()));
}

}  // namespace
}  // namespace odoo_gateway
