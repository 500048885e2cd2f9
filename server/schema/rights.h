// What the integration user may do with the models that contracts serve, in Odoo's terms.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "contract/catalog.h"

namespace gateway::schema {

using base::Right;
// By Right.
using Rights = std::bitset<base::kRightCount>;

// By model.
using Needs = std::map<std::string, Rights, std::less<>>;
// What a method cannot do without: on its record; on its wizard, and on what the wizard makes.
Needs NeedsOf(const contract::Method& method);
// Of all its methods together.
Needs NeedsOf(const contract::Catalog& catalog);

// What is known of one model; a right that is not known is not granted either.
struct Access {
  Rights known;
  Rights granted;
};
using AccessByModel = std::map<std::string, Access, std::less<>>;

}  // namespace gateway::schema
