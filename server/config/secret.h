// A password or key. Cannot be printed: every place that uses it says so by Reveal().
#pragma once

#include <ostream>
#include <string>
#include <utility>

namespace gateway::config {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  bool empty() const { return value_.empty(); }
  const std::string& Reveal() const { return value_; }

 private:
  std::string value_;
};

std::ostream& operator<<(std::ostream&, const Secret&) = delete;

}  // namespace gateway::config
