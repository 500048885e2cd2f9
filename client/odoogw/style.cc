#include "odoogw/style.h"

#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace odoogw {
namespace {

// ANSI "select graphic rendition" parameters, in the order of Tone.
constexpr const char* kParameters[] = {"1;31", "2", "36", "32"};

bool EnvironmentAllowsColor() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return (no_color == nullptr || *no_color == '\0') &&
         (term == nullptr || std::strcmp(term, "dumb") != 0);
}

}  // namespace

std::string Style::Paint(Tone tone, const std::string& text) const {
  if (!colors_ || text.empty()) return text;
  return absl::StrCat("\x1b[", kParameters[static_cast<int>(tone)], "m", text, "\x1b[0m");
}

bool UseColor(ColorMode mode, bool is_terminal) {
  if (mode != ColorMode::kAuto) return mode == ColorMode::kAlways;
  return is_terminal && EnvironmentAllowsColor();
}

}  // namespace odoogw
