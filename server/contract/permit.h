// What one caller may name in a request of one method, beyond the method itself. Planning asks;
// room `access` answers.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace gateway::contract {

class Permit {
 public:
  virtual ~Permit() = default;

  // `path` leads from a record of `model` to a field of it or of its rows, in names of the contract
  // and, for what it does not list, of Odoo: `name`, `order_line.product_id`. Rows may be read
  // where any of their fields may. `id` always may.
  virtual bool MayRead(std::string_view model, std::string_view path) const = 0;
  // Every field of `model`, so also those that Odoo looks into by a choice of its own.
  virtual bool MayReadAll(std::string_view model) const = 0;
  // Every field of every model, in all companies: Odoo's messages then name nothing that the caller
  // could not read.
  virtual bool MayReadEverything() const = 0;
  // From the values of the request.
  virtual bool MayWrite(std::string_view path) const = 0;
  // The same for a field that no contract lists and that is not the database's own (`x_...`): a
  // rule has to name it. Odoo's own views are all that keeps people from changing many of these.
  virtual bool MayWriteUnlisted(std::string_view path) const = 0;
  // Ids in Odoo; empty: no limit. A call that names none runs in the first.
  virtual const std::vector<std::int64_t>& companies() const = 0;
};

}  // namespace gateway::contract
