// Who the gateway is to its callers: certificate chain, private key, and the CA of client
// certificates. Read from files and checked to fit together before anybody uses them.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"

namespace gateway::tls {

// Paths of PEM files.
struct Files {
  // The server's own certificate first, then the chain up to its CA.
  std::string certificate;
  std::string key;
  // Empty: clients need no certificate.
  std::string client_ca;
};

// PEM texts. `key` is a secret: never printed.
struct Identity {
  std::string certificate;
  std::string key;
  std::string client_ca;
  // Of the server's own certificate.
  std::chrono::system_clock::time_point expires;

  bool operator==(const Identity&) const = default;
};

// Fails where a file cannot be read or parsed, and where the key is not the certificate's. What has
// expired is loaded: clients decide about it.
base::Result<Identity> Load(const Files& files);

}  // namespace gateway::tls
