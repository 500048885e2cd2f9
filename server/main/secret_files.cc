#include "main/secret_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <string>

namespace gateway {
namespace {

using Paths = std::vector<std::string>;

constexpr unsigned kPermissions = 07777;

void Add(const std::string& path, Paths& paths) {
  if (std::ranges::find(paths, path) == paths.end()) paths.push_back(path);
}

std::optional<unsigned> ModeOf(const std::string& path) {
  struct stat info {};
  // Follows links: a mounted Secret is one.
  if (stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return info.st_mode & kPermissions;
}

}  // namespace

std::vector<check::SecretFile> SecretFilesOf(const config::Config& config) {
  Paths paths;
  if (config.tls.enabled()) Add(config.tls.key_file, paths);
  for (const config::Instance& instance : config.instances) {
    if (!config.instance.empty() && config.instance != instance.name) continue;
    for (const std::string& path : instance.secret_files) Add(path, paths);
  }
  std::vector<check::SecretFile> files;
  for (const std::string& path : paths) {
    if (const auto mode = ModeOf(path)) files.push_back({path, *mode});
  }
  return files;
}

}  // namespace gateway
