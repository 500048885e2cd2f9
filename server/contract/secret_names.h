// Which of Odoo's field names hold what opens doors: tokens, passwords, keys. Such fields are in no
// contract and no field list, so nothing can read, write, filter or sort by them.
#pragma once

#include <string_view>

namespace gateway::contract {

// By the words of the name: `access_token`, `signup_type`, `totp_secret`, `api_key_ids`. A
// database's own fields follow the same habits, which no list of known names could cover.
bool IsSecretName(std::string_view odoo_name);

}  // namespace gateway::contract
