#include "odoo/fault_traceback.h"

#include <algorithm>
#include <cstddef>

#include "odoo/fault.h"

namespace gateway::odoo {
namespace {

// Chains are short; a longer one is no traceback of Odoo.
constexpr std::size_t kMaxChain = 32;

bool IsDottedNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.';
}

// The lines at both ends of a text. What is between them in a very long one is the text of a single
// exception, or no traceback of Odoo.
class Lines {
 public:
  explicit Lines(std::string_view text)
      : rest_(text), end_of_head_(text.size() - std::min(text.size(), kPart)) {}

  bool empty() const { return rest_.empty(); }

  std::string_view Take() {
    const std::string_view line = rest_.substr(0, rest_.find('\n'));
    rest_.remove_prefix(std::min(rest_.size(), line.size() + 1));
    if (rest_.size() > kPart && rest_.size() <= end_of_head_) SkipToTail();
    return line.substr(0, kPart);
  }

 private:
  static constexpr std::size_t kPart = 64 << 10;

  void SkipToTail() {
    rest_.remove_prefix(rest_.size() - kPart);
    rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size() - 1) + 1);
  }

  std::string_view rest_;
  // What is left behind the first part.
  std::size_t end_of_head_;
};

// `  File "/opt/odoo/odoo/models.py", line 12, in write`
bool ReadFrame(std::string_view line, Raised& raised) {
  constexpr std::string_view kHead = "  File \"";
  constexpr std::string_view kName = ", in ";
  if (!line.starts_with(kHead)) return false;
  line.remove_prefix(kHead.size());
  const std::size_t quote = line.find('"');
  const std::size_t name = line.rfind(kName);
  if (quote == std::string_view::npos || name == std::string_view::npos) return false;
  raised.file = line.substr(0, quote);
  raised.function = line.substr(name + kName.size());
  return true;
}

// `ValueError: text` or a bare `AssertionError`.
bool ReadException(std::string_view line, Raised& raised) {
  const auto* end = std::find_if_not(line.begin(), line.end(), IsDottedNameByte);
  const auto size = static_cast<std::size_t>(end - line.begin());
  if (size == 0) return false;
  const std::string_view rest = line.substr(size);
  if (!rest.empty() && !rest.starts_with(':')) return false;
  raised.exception = line.substr(0, size);
  return true;
}

bool EndsException(std::string_view line) {
  return line.starts_with("Traceback (most recent call last)") ||
         line.starts_with("The above exception was the direct cause") ||
         line.starts_with("During handling of the above exception");
}

// The text of an exception runs over lines, up to the next exception of the chain.
std::string_view TakeText(std::string_view first_line, std::size_t name_size, Lines& rest) {
  const char* begin = first_line.data() + std::min(first_line.size(), name_size + 2);
  const char* end = first_line.data() + first_line.size();
  for (Lines ahead = rest; !ahead.empty(); rest = ahead) {
    const std::string_view line = ahead.Take();
    if (EndsException(line)) break;
    end = line.data() + line.size();
  }
  return {begin, std::min(kMostWords, static_cast<std::size_t>(std::max(begin, end) - begin))};
}

}  // namespace

std::vector<Raised> ReadTraceback(std::string_view debug) {
  std::vector<Raised> chain;
  Raised next;
  Lines lines(debug);
  while (!lines.empty() && chain.size() < kMaxChain) {
    const std::string_view line = lines.Take();
    if (ReadFrame(line, next) || !ReadException(line, next)) continue;
    next.text = TakeText(line, next.exception.size(), lines);
    chain.push_back(next);
    next = {};
  }
  return chain;
}

std::string WithModule(std::string_view exception) {
  const bool is_builtin = exception.find('.') == std::string_view::npos;
  return (is_builtin ? "builtins." : "") + std::string(exception);
}

}  // namespace gateway::odoo
