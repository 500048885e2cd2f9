// The check of files that hold secrets: who can read them.
#pragma once

#include <string>
#include <vector>

#include "check/finding.h"

namespace gateway::check {

struct SecretFile {
  std::string path;
  // Permissions of what the path leads to: 0640.
  unsigned mode = 0;
};

// One finding for each file. Its group may read it: so do containers and services that run as users
// of their own.
Findings JudgeSecretFiles(const std::vector<SecretFile>& files);

}  // namespace gateway::check
