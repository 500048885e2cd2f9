// The Odoos behind the gateway, by name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contract/catalog.h"
#include "engine/instance.h"

namespace gateway::engine {

// One Odoo and what is served of it. Both outlive the calls.
struct Backend {
  // In the configuration.
  std::string name;
  const contract::Catalog& catalog;
  Instance& instance;
};

// At least one; does not change. Any thread.
class Backends {
 public:
  explicit Backends(std::vector<Backend> all) : all_(std::move(all)) {}

  const std::vector<Backend>& all() const { return all_; }
  // Null where there is none.
  const Backend* Find(std::string_view name) const;
  // Where calls go that name none: `default`, or the only one. Null: they have to name one.
  const Backend* Default() const;

 private:
  const std::vector<Backend> all_;
};

}  // namespace gateway::engine
