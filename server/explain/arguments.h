// Arguments of Odoo's methods by their names, however they were passed.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string_view>

#include "explain/request.h"

namespace gateway::explain {

using simdjson::dom::element;

class Arguments {
 public:
  explicit Arguments(const ModelCall& call) : call_(call) {}

  // By name or, for known methods, by position. `ids` comes first where a method is not known.
  std::optional<element> Find(std::string_view name) const;

 private:
  const ModelCall& call_;
};

std::optional<element> MemberOf(element object, std::string_view name);
std::string_view TextOf(element value);
std::string_view TextAt(element object, std::string_view name);

}  // namespace gateway::explain
