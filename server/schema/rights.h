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

// The four that Odoo's access rights know.
enum class Right : std::uint8_t { kRead, kCreate, kWrite, kUnlink };
inline constexpr std::size_t kRightCount = 4;
// By Right.
using Rights = std::bitset<kRightCount>;

// Odoo's name, for example "unlink".
std::string_view RightName(Right right);

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
