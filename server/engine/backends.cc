#include "engine/backends.h"

#include <algorithm>

namespace gateway::engine {

const Backend* Backends::Find(std::string_view name) const {
  const auto found = std::ranges::find(all_, name, &Backend::name);
  return found == all_.end() ? nullptr : &*found;
}

const Backend* Backends::Default() const {
  return all_.size() == 1 ? &all_.front() : Find("default");
}

}  // namespace gateway::engine
