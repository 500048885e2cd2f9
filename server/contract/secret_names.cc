#include "contract/secret_names.h"

#include <algorithm>
#include <array>

namespace gateway::contract {
namespace {

// Words that make a name a secret wherever they are in it.
constexpr std::array<std::string_view, 21> kWords = {
    "token",   "tokens",     "rtoken",      "password",   "passwords", "passwd",    "pwd",
    "secret",  "secrets",    "totp",        "otp",        "signup",    "pin",       "apikey",
    "apikeys", "credential", "credentials", "passphrase", "privkey",   "authtoken", "accesstoken"};
// Words that do so before `key` or `keys`.
constexpr std::array<std::string_view, 6> kBeforeKey = {"api",    "private",    "secret",
                                                        "access", "encryption", "auth"};

template <std::size_t kCount>
bool Has(const std::array<std::string_view, kCount>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

bool IsSecretName(std::string_view odoo_name) {
  std::string_view before;
  while (!odoo_name.empty()) {
    const std::size_t end = std::min(odoo_name.find('_'), odoo_name.size());
    const std::string_view word = odoo_name.substr(0, end);
    odoo_name.remove_prefix(std::min(end + 1, odoo_name.size()));
    const bool key = (word == "key" || word == "keys") && Has(kBeforeKey, before);
    if (key || Has(kWords, word)) return true;
    before = word;
  }
  return false;
}

}  // namespace gateway::contract
