// The Odoo that calls go to: found out once, at connect, then immutable and shared by every call.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "schema/schema.h"

namespace gateway::odoo {

enum class Protocol : std::uint8_t { kJsonRpc, kJson2, kXmlRpc };

// Label form: "jsonrpc", "json2", "xmlrpc".
std::string_view ProtocolName(Protocol protocol);

// The integration user's own.
struct Credentials {
  std::string database;
  // May be empty for JSON-2 alone: the key says who it is.
  std::string username;
  // At least one of both. The key is preferred where a protocol takes either.
  std::string password;
  std::string api_key;

  const std::string& secret() const { return api_key.empty() ? password : api_key; }
};

struct Session {
  Credentials credentials;
  Protocol protocol = Protocol::kJsonRpc;
  // Of Odoo: 18, and "18.0-20250421" for people.
  int version = 0;
  std::string version_text;
  // Of the integration user.
  std::int64_t uid = 0;
  std::int64_t company_id = 0;
  // All that the user belongs to.
  std::vector<std::int64_t> company_ids;
  std::string lang;
  std::shared_ptr<const schema::Schema> schema;
};

}  // namespace gateway::odoo
