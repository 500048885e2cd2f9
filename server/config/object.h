// What is said about settings, unparsed: by one source, or by all of them put together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/settings.h"

namespace gateway::config {

struct Origin {
  // What the operator knows it by: `--listen`, `ODOO_URL`, `gateway.yaml:3: listen`, `default`.
  std::string name;
  // In the file; 0: not from it.
  int line = 0;
};

// The name of the weakest origin.
inline constexpr std::string_view kDefault = "default";

struct Given {
  const Setting* setting;
  // As written; elements of a list where it is one, otherwise one text.
  std::vector<std::string> texts;
  Origin origin;
  // Of the elements; empty where they have none of their own.
  std::vector<Origin> elements = {};

  const Origin& OriginOf(std::size_t element) const {
    return elements.empty() ? origin : elements[element];
  }
};

struct Object {
  const Section* section;
  // Of an instance or a caller, the number of a rule; empty where there is but one.
  std::string name = {};
  Origin origin = {};
  std::vector<Given> given = {};
  std::vector<Object> inner = {};

  // Null where nothing is said.
  const Given* Find(std::string_view key) const;
  // The one of that section and name; made where there is none.
  Object& At(const Section& wanted, std::string_view wanted_name);
};

struct Problem {
  Origin origin;
  base::Reason reason = base::Reason::kInvalidFieldValue;
  std::string message;
};
using Problems = std::vector<Problem>;

}  // namespace gateway::config
