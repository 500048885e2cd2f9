// Who may do what: rights on models, fields limited to groups, and the company rule.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "orm/schema.h"

namespace sandbox {

class Env;

// "read", "write", "create", "unlink"
using Operation = std::string;

// The rights of the kinds of users (data/<version>/access.json).
class Access {
 public:
  explicit Access(const std::string& version);

  bool Allows(const std::string& profile, const std::string& model, const Operation& op) const;
  bool InGroup(const std::string& profile, const std::string& group) const;
  // The groups that Odoo names when it refuses.
  std::vector<std::string> AllowedGroups(const std::string& model, const Operation& op) const;
  // The models that `op` on `model` reads before its own right is asked.
  std::vector<std::string> ReadsBefore(const std::string& model, const Operation& op) const;
  std::string GroupName(const std::string& group) const;

 private:
  Json data_;
};

bool HasAccess(const Env& env, const Model& model, const Operation& op);

// Throws AccessError.
void CheckModelAccess(const Env& env, const Model& model, const Operation& op);
void CheckFieldAccess(const Env& env, const Model& model, const Field& field, const Operation& op);
bool FieldAllowed(const Env& env, const Field& field);

// The record rules: companies, and a portal user's own partner.
bool RuleAllows(const Env& env, const Model& model, int64_t id);
void CheckRules(const Env& env, const Model& model, const Ids& ids, const Operation& op);

}  // namespace sandbox
