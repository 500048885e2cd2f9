// Private to this room: one request on its way to a plan.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plan/plan.h"

namespace gateway::plan {

// A request taken apart, by role. Views point into Plan::request.
struct Envelope {
  std::int64_t id = 0;
  std::vector<std::int64_t> ids;
  std::vector<std::string_view> values;
  std::optional<std::string_view> filter;
  std::vector<std::string_view> conditions;
  std::vector<std::string_view> order_by;
  std::int64_t page_size = 0;
  std::string_view page_token;
  bool count_total = false;
  std::optional<std::string_view> read_mask;
  std::optional<std::string_view> options;
  bool validate_only = false;
  int choice = 0;
};

// External ids on their way into the plan. Requests have room for millions: what is kept of them is
// limited while they are read.
class ReferenceList {
 public:
  ReferenceList(Plan& plan, codec::Problems& problems) : plan_(plan), problems_(problems) {}

  // `path()` is where it stands; asked only where that is kept.
  template <class Path>
  void Add(std::string_view external_id, std::string_view model, const Path& path) {
    ExternalReference* reference = Noted(external_id, model);
    if (reference == nullptr) {
      if (!std::exchange(full_, true)) RefuseMore(path());
    } else if (reference->paths.size() < kMostPaths) {
      reference->paths.push_back(path());
    }
  }

 private:
  // Of one external id and model.
  static constexpr std::size_t kMostPaths = 50;

  // Null where there are too many already.
  ExternalReference* Noted(std::string_view external_id, std::string_view model);
  void RefuseMore(std::string path);

  Plan& plan_;
  codec::Problems& problems_;
  // Places in Plan::references, by external id and model.
  std::map<std::string_view, std::map<std::string, std::size_t, std::less<>>> known_;
  bool full_ = false;
};

// Records named by their ids on their way into the plan, limited like external ids.
class NamedList {
 public:
  NamedList(Plan& plan, codec::Problems& problems) : plan_(plan), problems_(problems) {}

  // `path()` as in ReferenceList.
  template <class Path>
  void Add(std::int64_t id, std::string_view model, const Path& path) {
    NamedRecords::Record* record = Noted(id, model);
    if (record == nullptr) {
      if (!std::exchange(full_, true)) RefuseMore(path());
    } else if (record->paths.size() < kMaxPaths) {
      record->paths.push_back(path());
    }
  }

 private:
  // Of one record.
  static constexpr std::size_t kMaxPaths = 5;

  // Null where there are too many already.
  NamedRecords::Record* Noted(std::int64_t id, std::string_view model);
  void RefuseMore(std::string path);

  struct Places {
    // In Plan::named, and by id in its records.
    std::size_t model = 0;
    std::map<std::int64_t, std::size_t> records;
  };
  Plan& plan_;
  codec::Problems& problems_;
  std::map<std::string, Places, std::less<>> known_;
  std::size_t count_ = 0;
  bool full_ = false;
};

struct Planning {
  const contract::Catalog& catalog;
  const contract::Method& method;
  const codec::Target& target;
  Plan& plan;
  codec::Problems& problems;
  const contract::Permit* permit = nullptr;
  Envelope envelope = {};
  ReferenceList references{plan, problems};
  NamedList named{plan, problems};
  // In all values together.
  std::size_t rows = 0;
};

// The request's own fields. False where its bytes are not that message.
bool ReadEnvelope(Planning& planning);

// The request's `id`.
std::int64_t ReadId(Planning& planning);

// odoo.type.v1.CallOptions, into the plan.
void ReadOptions(Planning& planning);

// What a read answers: what the request's mask names, or the default.
codec::ReadSpec ToRead(Planning& planning);
// What a write answers of `record` besides the id: what the request's mask names.
codec::ReadSpec ToReadBack(const contract::Record& record, Planning& planning);

// Checks values at the current path, and notes in the plan what Odoo has to be asked about before:
// external ids, and rows of the record.
void CheckValues(std::string_view values, codec::WriteMode mode, Planning& planning);

// External ids in conditions, into the plan.
void CollectReferences(const Domain& domain, Planning& planning);

Search MakeSearch(Planning& planning);
Count MakeCount(Planning& planning);
Call MakeCall(Planning& planning);

}  // namespace gateway::plan
