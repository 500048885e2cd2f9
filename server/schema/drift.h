// Where the contracts and the connected database say different things of a model's fields.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>

#include "contract/catalog.h"
#include "schema/schema.h"

namespace gateway::schema {

// Fields by their names in Odoo.
struct Drift {
  // The contract expects them in this version; the database lacks them, or hides them from the
  // integration user.
  std::set<std::string> missing;
  // Of another type, or referring to another model, than the contract says: `integer instead of
  // char`. The gateway neither reads nor writes them.
  std::map<std::string, std::string> retyped;
  // Keys of selections that one side alone has.
  std::map<std::string, std::set<std::string>> keys_of_odoo;
  std::map<std::string, std::set<std::string>> keys_of_contract;

  // Fields that callers have to do without.
  std::size_t unusable() const { return missing.size() + retyped.size(); }
};

// By model; of those that the schema has, whether or not anything differs. `version` is Odoo's.
std::map<std::string, Drift> DriftOf(const contract::Catalog& catalog, int version,
                                     const Schema& schema);

}  // namespace gateway::schema
