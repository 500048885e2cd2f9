#include "schema/schema.h"

namespace gateway::schema {

const Field* Model::Find(std::string_view field) const {
  const auto found = fields.find(field);
  return found == fields.end() ? nullptr : &found->second;
}

const Model* Schema::Find(std::string_view model) const {
  const auto found = models_.find(model);
  return found == models_.end() ? nullptr : &found->second;
}

const Field* Schema::Find(std::string_view model, std::string_view field) const {
  const Model* known = Find(model);
  return known == nullptr ? nullptr : known->Find(field);
}

std::optional<Absence> Schema::WhyAbsent(std::string_view model) const {
  const auto found = absent_.find(model);
  if (found == absent_.end()) return std::nullopt;
  return found->second;
}

}  // namespace gateway::schema
