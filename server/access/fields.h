// A set of fields, as rules list them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace gateway::access {

// `order_line` stands for the rows and all their fields, `order_line.product_id` for one of these.
class Fields {
 public:
  static Fields All();

  // Empty: all.
  void Add(const std::vector<std::string>& names);

  bool all() const { return all_; }
  bool Has(std::string_view path) const;
  // The path itself is listed, not all fields or the rows that it is in.
  bool Names(std::string_view path) const { return listed_.contains(path); }

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Paths = std::unordered_set<std::string, Hash, std::equal_to<>>;

  bool all_ = false;
  Paths listed_;
  // What listed paths lead through.
  Paths above_;
};

}  // namespace gateway::access
