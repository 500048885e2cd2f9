#include "config/merge.h"

#include <algorithm>
#include <ranges>
#include <utility>

namespace gateway::config {
namespace {

// The same object in each source that has it, strongest first.
using Layers = std::vector<const Object*>;

const Given* Strongest(const Setting& setting, const Layers& layers) {
  for (const Object* layer : layers) {
    const auto found = std::ranges::find(layer->given, &setting, &Given::setting);
    if (found != layer->given.end()) return &*found;
  }
  return nullptr;
}

Layers InnerOf(const Layers& layers, const Object& wanted) {
  Layers found;
  for (const Object* layer : layers) {
    for (const Object& inner : layer->inner) {
      if (inner.section == wanted.section && inner.name == wanted.name) found.push_back(&inner);
    }
  }
  return found;
}

// The weakest source with an origin is the file, which has lines.
Origin OriginOf(const Layers& layers) {
  for (const Object* layer : layers | std::views::reverse) {
    if (!layer->origin.name.empty()) return layer->origin;
  }
  return {};
}

Object MergeLayers(const Section& section, const std::string& name, const Layers& layers) {
  Object merged{&section, name, OriginOf(layers)};
  for (const Setting& setting : section.settings) {
    if (const Given* given = Strongest(setting, layers)) {
      merged.given.push_back(*given);
    } else if (!setting.fallback.empty()) {
      merged.given.push_back({&setting, {std::string(setting.fallback)}, {std::string(kDefault)}});
    }
  }
  // In the order of the file.
  for (const Object* layer : layers | std::views::reverse) {
    for (const Object& inner : layer->inner) {
      const bool known = std::ranges::any_of(merged.inner, [&inner](const Object& other) {
        return other.section == inner.section && other.name == inner.name;
      });
      if (!known)
        merged.inner.push_back(MergeLayers(*inner.section, inner.name, InnerOf(layers, inner)));
    }
  }
  return merged;
}

bool Has(const Object& object, const Section& section) {
  return std::ranges::find(object.inner, &section, &Object::section) != object.inner.end();
}

}  // namespace

Object Merge(std::span<const Object> sources) {
  Layers layers;
  for (const Object& source : sources) layers.push_back(&source);
  Object top = MergeLayers(Top(), "", layers);
  // What is there even if nobody mentions it: sections that are not repeated, and one instance.
  for (const Section& section : Top().sections) {
    const bool always = section.repeat == Repeat::kOnce || !section.flags_name.empty();
    if (always && !Has(top, section))
      top.inner.push_back(MergeLayers(section, std::string(section.flags_name), {}));
  }
  return top;
}

}  // namespace gateway::config
