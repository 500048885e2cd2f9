// Texts in parsed JSON.
#pragma once

#include <simdjson.h>

#include <string_view>

namespace gateway::odoo {

// Empty if the member is absent or of another type. The view is valid as long as the document.
inline std::string_view TextAt(simdjson::dom::element object, std::string_view key) {
  std::string_view text;
  return object[key].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

}  // namespace gateway::odoo
