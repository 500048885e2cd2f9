// Descriptor sets as the configuration names them -> what each instance serves.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/config.h"
#include "contract/catalog.h"
#include "contract/compiler.h"

namespace gateway {

struct Catalogs {
  // Of all instances together: what reflection tells, and what metrics have series for.
  std::shared_ptr<const contract::Catalog> all;
  // By instance; the same one where none has contracts of its own.
  std::map<std::string, std::shared_ptr<const contract::Catalog>, std::less<>> by_instance;

  const contract::Catalog& Of(std::string_view instance) const {
    return *by_instance.find(instance)->second;
  }
  // Those of the instances, each once.
  std::vector<const contract::Catalog*> Distinct() const;
};

// The built-in contracts, those for all, and those of each instance. A service has one shape: sets
// of two instances that differ about it are a mistake.
std::variant<Catalogs, contract::Mistakes> LoadCatalogs(const config::Config& config);

}  // namespace gateway
