#include "config/object.h"

#include <algorithm>

namespace gateway::config {

const Given* Object::Find(std::string_view key) const {
  const auto found =
      std::ranges::find_if(given, [key](const Given& some) { return some.setting->key == key; });
  return found == given.end() ? nullptr : &*found;
}

Object& Object::At(const Section& wanted, std::string_view wanted_name) {
  for (Object& object : inner) {
    if (object.section == &wanted && object.name == wanted_name) return object;
  }
  return inner.emplace_back(Object{&wanted, std::string(wanted_name)});
}

}  // namespace gateway::config
