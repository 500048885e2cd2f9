// First step of `load`: the flat rows of a caller as nested records.
#pragma once

#include <string>
#include <vector>

#include "orm/env.h"

namespace sandbox::load {

// "order_line/product_id/.id" -> {"order_line", "product_id", ".id"}
using Path = std::vector<std::string>;

// A record as told by the caller. Relational columns hold a list of such records.
struct Record {
  std::vector<std::pair<std::string, Json>> cells;
  std::vector<std::pair<std::string, std::vector<Record>>> relations;

  // The cell of a column, null where there is none.
  Json Cell(const std::string& name) const;
};

struct Extracted {
  Record record;
  size_t from = 0, to = 0;  // its rows
};

// What stands for the record itself in a column's path.
inline bool IsReference(const std::string& name) {
  return name.empty() || name == "id" || name == ".id";
}

// Throws what Odoo throws for columns that are none: ValueError, TypeError.
std::vector<Path> ParseColumns(const Model& model, const Schema& schema, const Json& columns);

std::vector<Extracted> ExtractRecords(const Model& model, const Schema& schema,
                                      const std::vector<Path>& paths, const Json& rows);

}  // namespace sandbox::load
