// Certificates and keys in files: what is taken, what is refused, and what happens while they are
// rotated.
#include <gmock/gmock.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <filesystem>
#include <fstream>

#include "tls/reloader.h"

namespace gateway::tls {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr long kDay = 24 * 60 * 60;

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

struct Pair {
  std::string certificate;
  std::string key;
};

// Self-signed; valid from a year ago until `seconds` from now.
Pair MakePair(long seconds = kDay, EVP_PKEY* key = EVP_EC_gen("P-256")) {
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -365 * kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate), seconds);
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());
  Pair pair{Pem([&](BIO* bio) { PEM_write_bio_X509(bio, certificate); }), Pem([&](BIO* bio) {
              PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, {});
            })};
  X509_free(certificate);
  EVP_PKEY_free(key);
  return pair;
}

std::string WithPassphrase(const std::string& pem) {
  BIO* in = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(in, nullptr, nullptr, nullptr);
  BIO_free(in);
  char phrase[] = "phrase";
  std::string text = Pem([&](BIO* bio) {
    PEM_write_bio_PrivateKey(bio, key, EVP_aes_128_cbc(), nullptr, 0, nullptr, phrase);
  });
  EVP_PKEY_free(key);
  return text;
}

class TlsTest : public testing::Test {
 protected:
  TlsTest() { Put(first_); }
  ~TlsTest() override { fs::remove_all(folder_); }

  // At once, so that nobody reads half of it.
  void Write(const std::string& path, const std::string& text) const {
    std::ofstream(path + ".new", std::ios::binary) << text;
    fs::rename(path + ".new", path);
  }
  void Put(const Pair& pair) const {
    Write(files_.certificate, pair.certificate);
    Write(files_.key, pair.key);
  }

  const fs::path folder_ = [] {
    std::string path = (fs::temp_directory_path() / "tls_test.XXXXXX").string();
    return fs::path(mkdtemp(path.data()));
  }();
  const Files files_{folder_ / "tls.crt", folder_ / "tls.key", {}};
  const Pair first_ = MakePair();
  const Pair second_ = MakePair();
};

TEST_F(TlsTest, APairIsLoadedWithItsExpiry) {
  const auto identity = Load(files_);
  ASSERT_TRUE(identity) << identity.failure().message;
  EXPECT_EQ(identity->certificate, first_.certificate);
  EXPECT_EQ(identity->key, first_.key);
  const auto left = identity->expires - std::chrono::system_clock::now();
  EXPECT_LE(left, 24h);
  EXPECT_GT(left, 23h);
}

TEST_F(TlsTest, WhatDoesNotFitIsRefused) {
  const std::string cut = first_.certificate.substr(0, first_.certificate.size() / 2);
  const Pair short_key = MakePair(kDay, EVP_RSA_gen(512));
  const struct {
    Pair pair;
    const char* problem;
  } cases[] = {
      {{first_.certificate, second_.key}, "is not the key of"},
      {{second_.certificate, first_.key}, "is not the key of"},
      {short_key, "too short a key"},
      {{"garbage", first_.key}, "tls.crt: is no list of certificates"},
      {{cut, first_.key}, "tls.crt: is no list of certificates"},
      {{first_.certificate + cut, first_.key}, "tls.crt: is no list of certificates"},
      {{first_.certificate, "garbage"}, "tls.key: is no private key"},
      {{first_.certificate, WithPassphrase(first_.key)}, "one with a passphrase"},
      {{"", first_.key}, "tls.crt: cannot be read, or is empty"},
      {{first_.certificate, ""}, "tls.key: cannot be read, or is empty"},
  };
  for (const auto& [pair, problem] : cases) {
    Put(pair);
    const auto identity = Load(files_);
    ASSERT_FALSE(identity) << problem;
    EXPECT_THAT(identity.failure().message, HasSubstr(problem));
    EXPECT_THAT(identity.failure().message, testing::Not(HasSubstr("PRIVATE KEY")));
  }
}

TEST_F(TlsTest, TheClientsCaIsCertificatesToo) {
  Files files = files_;
  files.client_ca = folder_ / "ca.crt";
  EXPECT_FALSE(Load(files));
  Write(files.client_ca, first_.key);
  EXPECT_FALSE(Load(files));
  Write(files.client_ca, first_.certificate + second_.certificate);
  const auto identity = Load(files);
  ASSERT_TRUE(identity) << identity.failure().message;
  EXPECT_EQ(identity->client_ca, first_.certificate + second_.certificate);
}

class ReloaderTest : public TlsTest {
 protected:
  void Start() {
    auto started = Reloader::Start(files_, 1ms, [this](const News& news) {
      const std::lock_guard lock(mutex_);
      news_.push_back(news.taken ? "taken" : news.problem);
    });
    ASSERT_TRUE(started) << started.failure().message;
    reloader_ = std::move(*started);
  }

  std::vector<std::string> AllNews() {
    const std::lock_guard lock(mutex_);
    return news_;
  }
  // Waits until the newest news holds `text`.
  testing::AssertionResult Hears(const std::string& text) {
    for (int i = 0; i < 5000; ++i) {
      if (AllNews().back().find(text) != std::string::npos) return testing::AssertionSuccess();
      std::this_thread::sleep_for(1ms);
    }
    return testing::AssertionFailure() << AllNews().back();
  }
  std::string Served() const { return reloader_->current()->certificate; }

  std::mutex mutex_;
  std::vector<std::string> news_;
  std::unique_ptr<Reloader> reloader_;
};

TEST_F(ReloaderTest, HalfAPairIsNeverServed) {
  ASSERT_NO_FATAL_FAILURE(Start());
  Write(files_.key, second_.key);
  EXPECT_TRUE(Hears("is not the key of"));
  EXPECT_EQ(Served(), first_.certificate);
  EXPECT_EQ(reloader_->current()->key, first_.key);
  Write(files_.certificate, second_.certificate);
  EXPECT_TRUE(Hears("taken"));
  EXPECT_EQ(Served(), second_.certificate);
  EXPECT_EQ(reloader_->current()->key, second_.key);
  EXPECT_THAT(AllNews(), ElementsAre("taken", HasSubstr("is not the key of"), "taken"));
}

TEST_F(ReloaderTest, WhatIsGoneOrGarbageChangesNothing) {
  ASSERT_NO_FATAL_FAILURE(Start());
  fs::remove(files_.certificate);
  EXPECT_TRUE(Hears("cannot be read"));
  Write(files_.certificate, "garbage");
  EXPECT_TRUE(Hears("is no list"));
  EXPECT_EQ(Served(), first_.certificate);
  // Back where it was, it is no news.
  Write(files_.certificate, first_.certificate);
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(AllNews().size(), 3);
  EXPECT_EQ(Served(), first_.certificate);
}

TEST_F(ReloaderTest, AnExpiredPairReplacesOnlyAnExpiredOne) {
  ASSERT_NO_FATAL_FAILURE(Start());
  Put(MakePair(-kDay));
  EXPECT_TRUE(Hears("has expired"));
  EXPECT_EQ(Served(), first_.certificate);

  reloader_.reset();
  ASSERT_NO_FATAL_FAILURE(Start());
  const Pair expired = MakePair(-2 * kDay);
  Put(expired);
  EXPECT_TRUE(Hears("taken"));
  for (int i = 0; i < 5000 && Served() != expired.certificate; ++i)
    std::this_thread::sleep_for(1ms);
  EXPECT_EQ(Served(), expired.certificate);
}

// As Kubernetes does: the files are links through `..data`, which is replaced.
TEST_F(ReloaderTest, ALinkIsFollowedAnew) {
  const auto mount = [this](const Pair& pair, const std::string& version) {
    const fs::path data = folder_ / version;
    fs::create_directory(data);
    Write(data / "tls.crt", pair.certificate);
    Write(data / "tls.key", pair.key);
    fs::create_directory_symlink(version, folder_ / "..data_tmp");
    fs::rename(folder_ / "..data_tmp", folder_ / "..data");
  };
  mount(first_, "..1");
  for (const char* name : {"tls.crt", "tls.key"}) {
    fs::remove(folder_ / name);
    fs::create_symlink(fs::path("..data") / name, folder_ / name);
  }
  ASSERT_NO_FATAL_FAILURE(Start());
  mount(second_, "..2");
  for (int i = 0; i < 5000 && Served() == first_.certificate; ++i) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(Served(), second_.certificate);
}

}  // namespace
}  // namespace gateway::tls
