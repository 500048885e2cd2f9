// Where in a request a walk is, and what it found wrong there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gateway::codec {

// Collects violations with their paths. Paths are only built when something is wrong.
class Problems {
 public:
  // Enters a field, or an element of a repeated one, until the scope ends. The name must outlive
  // it.
  class Scope {
   public:
    Scope(Problems& problems, std::string_view name, int index = -1) : problems_(problems) {
      problems_.path_.push_back({name, index});
    }
    ~Scope() { problems_.path_.pop_back(); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Problems& problems_;
  };

  // At the current path.
  void Add(base::Reason reason, std::string message);
  // Below the current path.
  void AddBelow(std::string_view name, base::Reason reason, std::string message);
  void AddAt(std::string path, base::Reason reason, std::string message);
  // The bytes are no message of the expected type: nothing else can be said.
  void Malformed() { malformed_ = true; }

  bool empty() const { return violations_.empty() && !malformed_; }
  // `values.order_line.rows[2].product_id`.
  std::string Path() const;

  // One failure of everything found; its reason is that of the first. Only where not empty().
  base::Failure ToFailure() &&;

 private:
  struct Step {
    std::string_view name;
    int index;
  };
  // Whether there are as many as are kept; one more is counted then.
  bool Drops();

  std::vector<Step> path_;
  std::vector<base::Violation> violations_;
  // Found beyond the limit of what is kept.
  std::size_t dropped_ = 0;
  bool malformed_ = false;
};

}  // namespace gateway::codec
