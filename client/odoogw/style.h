// Colours of terminal output.
//
//   Style style(UseColor(ColorMode::kAuto, isatty(STDERR_FILENO)));
//   std::cerr << style.Paint(Tone::kError, "error:");
//
// Value types without state; safe from any thread.
#ifndef ODOOGW_STYLE_H_
#define ODOOGW_STYLE_H_

#include <string>

namespace odoogw {

enum class ColorMode { kAuto, kAlways, kNever };

// What a piece of text is, from which its colour follows.
enum class Tone { kError, kLabel, kName, kComment };

class Style {
 public:
  explicit Style(bool colors) : colors_(colors) {}

  // `text` in the colour of `tone`, or as it is without colours.
  std::string Paint(Tone tone, const std::string& text) const;

 private:
  bool colors_;
};

// kAuto: on a terminal, unless the environment says NO_COLOR (https://no-color.org) or TERM=dumb.
bool UseColor(ColorMode mode, bool is_terminal);

}  // namespace odoogw

#endif  // ODOOGW_STYLE_H_
