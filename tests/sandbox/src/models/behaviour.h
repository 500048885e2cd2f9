// What a model does beyond storing its fields. The default is a plain model; business models
// override what they need. Behaviours have no state of their own.
#pragma once

#include <optional>
#include <string>

#include "orm/env.h"

namespace sandbox {

class Behaviour {
 public:
  explicit Behaviour(std::string model) : model_(std::move(model)) {}
  virtual ~Behaviour() = default;

  // Before a create: changes the caller's values (still in the caller's form).
  virtual void PrepareCreate(const Env&, Json& /*vals*/) const {}

  // What a create leaves in the caller's own values: `load` tries again with them.
  virtual void PrepareImport(const Env&, Json& /*vals*/) const {}

  // Fills stored computed fields that the caller left open; `values` is not yet in the store.
  virtual void Complete(const Env&, Values& /*values*/) const {}

  // Refuses or extends a write; nothing is changed yet.
  virtual void BeforeWrite(const Env&, const Ids&, Values& /*values*/) const {}

  // After a create or write, x2many commands included: recomputes, then checks.
  virtual void AfterChange(const Env&, int64_t /*id*/, bool /*created*/) const {}

  virtual void BeforeUnlink(const Env&, const Ids&) const {}

  // The records that add these up; they are refreshed after a write, which may move a row to
  // another parent, and after an unlink. The parents of before, that is.
  virtual Ids ParentsOf(const Env&, const Ids&) const { return {}; }
  virtual void RefreshParents(const Env&, const Ids& /*parents*/) const {}

  // The value of a field that is computed when read; nullopt: the stored value counts.
  virtual std::optional<Json> Computed(const Env&, int64_t /*id*/, const std::string&) const {
    return std::nullopt;
  }

  virtual std::string DisplayName(const Env& env, int64_t id) const;

  // The values that `copy` does not take over, beside one2many and system fields.
  virtual void AdjustCopy(const Env&, int64_t /*id*/, Json& /*vals*/) const {}

 protected:
  const Model& model(const Env& env) const { return env.model(model_); }

 private:
  std::string model_;
};

const Behaviour& BehaviourOf(const std::string& model);

}  // namespace sandbox
