// The checks of the gateway's own port: who can reach it, and what they see of each other.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/result.h"
#include "check/finding.h"

namespace gateway::check {

struct EdgeFacts {
  // `host:port` of gRPC.
  std::string listen;
  // Whether other machines can reach that.
  bool exposed = false;
  bool tls = false;
  // Of the certificate, whose file it is; nothing where it cannot be used, and why.
  std::string certificate_file = {};
  std::optional<std::chrono::system_clock::time_point> expires = {};
  std::optional<base::Failure> failure = {};
  // Whether only configured callers may call.
  bool callers = false;
  // When it was looked.
  std::chrono::system_clock::time_point now = {};
};

Findings JudgeEdge(const EdgeFacts& facts);

}  // namespace gateway::check
