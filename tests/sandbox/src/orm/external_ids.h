// ir.model.data: external ids of records.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "orm/env.h"

namespace sandbox {

struct ExternalId {
  std::string name;  // "base.be"
  bool noupdate = false;
};

// The record behind "module.name"; a name without module is `__import__`'s.
struct ExternalRecord {
  int64_t row;  // of ir.model.data
  std::string model;
  int64_t id;
  bool noupdate;
};

std::pair<std::string, std::string> SplitExternalId(const std::string& external_id);
std::optional<ExternalRecord> FindExternal(const Env& env, const std::string& external_id);
std::vector<ExternalId> ExternalIdsOf(const Env& env, const std::string& model, int64_t id);
void AddExternal(const Env& env, const std::string& external_id, const std::string& model,
                 int64_t id, bool noupdate);

}  // namespace sandbox
