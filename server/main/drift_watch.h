// Tells when contracts and the connected Odoo begin or cease to differ: once a change, however
// often the fields are looked up. One thread.
#pragma once

#include <map>
#include <string>

#include "observe/event.h"
#include "schema/drift.h"

namespace gateway {

class DriftWatch {
 public:
  using Drifts = std::map<std::string, schema::Drift>;

  // `drifts` as of now. A model that is not among them has no fields to differ.
  void Tell(const Drifts& drifts, observe::Observer& observer);

 private:
  // As the log has them.
  struct Texts {
    std::string missing;
    std::string retyped;
    bool operator==(const Texts&) const = default;
  };
  static Texts TextsOf(const schema::Drift& drift);

  // By model, as told last; a model without an entry fits.
  std::map<std::string, Texts> told_;
};

}  // namespace gateway
