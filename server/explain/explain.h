// Answers of Odoo in plain words, without a gateway that is connected.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "contract/catalog.h"
#include "odoo/protocol.h"

namespace gateway::explain {

// What is known about an answer besides its body.
struct Exchange {
  // Nothing: by what the body looks like.
  std::optional<odoo::Protocol> protocol;
  int http_status = 200;
  // Of the request, empty where unknown: its body, or all of it.
  std::string request;
};

// Lines for a person, printable whatever Odoo wrote (base/printable.h).
std::string Text(const Exchange& exchange, std::string body, const contract::Catalog& catalog);

// One JSON line for each recorded exchange in `in`: `id`, `transport`, `request`, `http_status`,
// `content_type`, `body`, ... False where lines could not be read; `problems` says which.
bool Lines(std::istream& in, std::ostream& out, std::ostream& problems,
           const contract::Catalog& catalog);

}  // namespace gateway::explain
