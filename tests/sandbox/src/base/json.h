// The one JSON type of the sandbox. Objects keep the order of their keys, because Odoo's texts
// quote Python dicts in the order in which the caller wrote them.
#pragma once

#include <nlohmann/json.hpp>

namespace sandbox {

using Json = nlohmann::ordered_json;

}  // namespace sandbox
