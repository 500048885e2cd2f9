// Private to this room: one request on its way to a plan.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
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

struct Planning {
  const contract::Catalog& catalog;
  const contract::Method& method;
  const codec::Target& target;
  Plan& plan;
  codec::Problems& problems;
  const contract::Permit* permit = nullptr;
  Envelope envelope = {};
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
void CollectReferences(const Domain& domain, Plan& plan);

Search MakeSearch(Planning& planning);
Count MakeCount(Planning& planning);
Call MakeCall(Planning& planning);

}  // namespace gateway::plan
