#include "tls/identity.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>
#include <vector>

namespace gateway::tls {
namespace {

using base::Fail;
using base::Reason;

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Bio = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Certificates = std::vector<Certificate>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Context = std::unique_ptr<SSL_CTX, Deleter<SSL_CTX_free>>;

base::Failure Problem(const std::string& path, const std::string& problem) {
  return Fail(Reason::kInvalidFieldValue, path + ": " + problem);
}

base::Result<std::string> Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file && !text.empty()) return text;
  return Problem(path, "cannot be read, or is empty.");
}

Bio MemoryOf(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

base::Result<Certificates> ParseCertificates(const std::string& path, const std::string& pem) {
  ERR_clear_error();
  Certificates certificates;
  const Bio bio = MemoryOf(pem);
  while (X509* one = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr))
    certificates.emplace_back(one);
  // Every list ends so; anything else is a certificate that is none.
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (at_end && !certificates.empty()) return certificates;
  return Problem(path, "is no list of certificates in PEM.");
}

// Without it, OpenSSL asks at the terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

base::Result<Key> ParseKey(const std::string& path, const std::string& pem) {
  Key key(PEM_read_bio_PrivateKey(MemoryOf(pem).get(), nullptr, NoPassphrase, nullptr));
  ERR_clear_error();
  if (key != nullptr) return key;
  return Problem(path, "is no private key in PEM; one with a passphrase cannot be used.");
}

// Also what OpenSSL refuses to serve with, such as keys that are too short.
bool Fit(X509* certificate, EVP_PKEY* key) {
  const Context context(SSL_CTX_new(TLS_server_method()));
  const bool fit = SSL_CTX_use_certificate(context.get(), certificate) == 1 &&
                   SSL_CTX_use_PrivateKey(context.get(), key) == 1 &&
                   SSL_CTX_check_private_key(context.get()) == 1;
  ERR_clear_error();
  return fit;
}

std::chrono::system_clock::time_point ExpiryOf(const X509* certificate) {
  std::tm time{};
  ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &time);
  return std::chrono::system_clock::from_time_t(timegm(&time));
}

}  // namespace

base::Result<Identity> Load(const Files& files) {
  auto certificate = Read(files.certificate);
  if (!certificate) return std::move(certificate.failure());
  auto key = Read(files.key);
  if (!key) return std::move(key.failure());
  auto chain = ParseCertificates(files.certificate, *certificate);
  if (!chain) return std::move(chain.failure());
  auto parsed_key = ParseKey(files.key, *key);
  if (!parsed_key) return std::move(parsed_key.failure());
  if (!Fit(chain->front().get(), parsed_key->get()))
    return Problem(files.key, "is not the key of " + files.certificate + ", or too short a key.");
  Identity identity{std::move(*certificate), std::move(*key), {}, ExpiryOf(chain->front().get())};
  if (files.client_ca.empty()) return identity;
  auto client_ca = Read(files.client_ca);
  if (!client_ca) return std::move(client_ca.failure());
  auto authorities = ParseCertificates(files.client_ca, *client_ca);
  if (!authorities) return std::move(authorities.failure());
  identity.client_ca = std::move(*client_ca);
  return identity;
}

}  // namespace gateway::tls
