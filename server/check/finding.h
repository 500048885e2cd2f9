// One fact, judged: what `odoo-gateway check` prints.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::check {

// kWarning: the gateway works, but not all of it, or not for ever.
enum class Status : std::uint8_t { kOk, kWarning, kFailed };

// "ok", "warn", "fail".
std::string_view StatusName(Status status);

struct Finding {
  // From a closed list: "connection", "access", ... (see checks.cc).
  std::string_view check;
  // What it is about: a URL, a model, an app.
  std::string subject;
  Status status = Status::kOk;
  std::string message;
  // What to do; empty where status is kOk.
  std::string advice;
};

using Findings = std::vector<Finding>;

bool AllPassed(const Findings& findings);

}  // namespace gateway::check
