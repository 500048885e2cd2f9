#include "base/embedded.h"

#include <stdexcept>

namespace sandbox {

std::string_view Embedded(std::string_view name) {
  for (const EmbeddedFile& file : EmbeddedFiles()) {
    if (file.name == name) return file.content;
  }
  throw std::logic_error("no embedded file " + std::string(name));
}

}  // namespace sandbox
