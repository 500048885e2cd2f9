// Private to this room: the names of fields in rules beside the contracts.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "contract/catalog.h"

namespace gateway::access {

class FieldNames {
 public:
  // Of the models that the rule is about. `catalogs` outlive it.
  FieldNames(const config::AllowRule& rule, std::span<const contract::Catalog* const> catalogs);

  // What is wrong with a path of the rule; empty: nothing. A name that no contract has may be a
  // field of the database itself, which is not known yet.
  std::string MistakeIn(std::string_view path) const;

 private:
  // Also wizards, whose values are fields that are written.
  std::vector<const contract::Record*> records_;
};

}  // namespace gateway::access
