// What one look at an Odoo found out: the input of all checks.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "contract/catalog.h"
#include "engine/survey.h"
#include "odoo/session.h"

namespace gateway::check {

// In the order of connecting; each needs those before it.
enum class Step : std::uint8_t { kReach, kVersion, kLogin, kUser, kFields, kRights, kDone };

struct Facts {
  // Without credentials: it stands in the report.
  std::string url;
  const contract::Catalog* catalog = nullptr;
  // As far as the steps before `reached` filled it.
  odoo::Session session;
  // The first step that did not succeed, and why; kDone: all did.
  Step reached = Step::kReach;
  std::optional<base::Failure> failure;
  // Known where `surveyed`.
  engine::Survey survey;
  // When it was looked.
  std::chrono::system_clock::time_point now;

  // Enough is known to serve calls.
  bool connected() const { return reached >= Step::kRights; }
  bool surveyed() const { return reached == Step::kDone; }
};

}  // namespace gateway::check
