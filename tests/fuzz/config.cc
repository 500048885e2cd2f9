// Configuration files of any bytes: settings, or problems that say where.
#include "config/config.h"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <string>

#include "input.h"

namespace {

// A file that never reaches a disk.
std::string FileWith(const std::uint8_t* data, std::size_t size) {
  static const int descriptor = memfd_create("gateway.yaml", 0);
  const bool written = ftruncate(descriptor, 0) == 0 &&
                       pwrite(descriptor, data, size, 0) == static_cast<ssize_t>(size);
  gateway::fuzz::Require(written, "the file is written");
  return "/proc/self/fd/" + std::to_string(descriptor);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gateway;
  const std::string path = FileWith(data, size);
  const std::array<const char*, 3> arguments = {"odoo-gateway", "--config", path.c_str()};
  const auto loaded = config::Load(arguments.size(), arguments.data(),
                                   [](const char*) -> const char* { return nullptr; });
  if (loaded) return 0;
  fuzz::Require(!loaded.failure().message.empty(), "a refusal says why");
  fuzz::Require(!loaded.failure().violations.empty(), "and where");
  return 0;
}
