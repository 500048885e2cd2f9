// Fills an empty world from a seed: users and records as JSON.
//   {"places": true,              // countries, states and currencies first
//    "sequences": {"sale.order": 10},
//    "records": [{"model": "res.country", "id": 20, "xmlid": "base.be", "values": {...}}, ...]}
// Values are in stored form; a many2one may also be an external id of an earlier record
// ("@base.be"), a many2many a list of such. `id` may be left out. "create": true runs the model's
// own create instead, so that computed values arise.
#pragma once

#include "orm/env.h"

namespace sandbox {

void Plant(World& world, const Json& seed);

// The seed of the binary: a small shop.
Json ShopSeed();

}  // namespace sandbox
