#include "check/file_checks.h"

#include <cstdio>
#include <string_view>

namespace gateway::check {
namespace {

constexpr unsigned kReadByOthers = 0004;

std::string ModeText(unsigned mode) {
  char text[16];
  std::snprintf(text, sizeof(text), "%04o", mode);
  return text;
}

// A word of a shell's command line.
std::string Quoted(std::string_view word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+@%:,=";
  if (word.find_first_not_of(kPlain) == std::string_view::npos) return std::string(word);
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

Finding Judge(const SecretFile& file) {
  if ((file.mode & kReadByOthers) == 0)
    return {"secret_file", file.path, Status::kOk, "Only its owner and group can read it.", {}};
  return {
      "secret_file", file.path, Status::kWarning,
      "Every user of this machine can read it: its mode is " + ModeText(file.mode) + ".",
      "Run `chmod 600 " + Quoted(file.path) +
          "`, or 640 if the gateway reads it as a member of the file's group. In Kubernetes, set "
          "`defaultMode: 0440` on the volume and `fsGroup` on the pod."};
}

}  // namespace

Findings JudgeSecretFiles(const std::vector<SecretFile>& files) {
  Findings findings;
  for (const SecretFile& file : files) findings.push_back(Judge(file));
  return findings;
}

}  // namespace gateway::check
