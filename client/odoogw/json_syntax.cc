#include "odoogw/json_syntax.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"

namespace odoogw {
namespace {

std::string PositionOf(std::size_t offset, const std::string& text) {
  const auto here = text.begin() + static_cast<std::ptrdiff_t>(offset);
  const auto line = 1 + std::count(text.begin(), here, '\n');
  const std::size_t newline = offset == 0 ? std::string::npos : text.rfind('\n', offset - 1);
  const std::size_t column = newline == std::string::npos ? offset + 1 : offset - newline;
  return absl::StrCat("line ", line, ", column ", column);
}

// json_util says: what it expected, a line break, the text around the place, a line break, and a
// caret below the place.
SyntaxError LocateIn(const std::string& text, const std::string& refusal) {
  const std::size_t caret_line = refusal.rfind('\n');
  const std::size_t excerpt_line = refusal.find('\n');
  if (excerpt_line == std::string::npos || caret_line == excerpt_line) return {"", refusal};
  const std::string excerpt = refusal.substr(excerpt_line + 1, caret_line - excerpt_line - 1);
  const std::size_t start = text.find(excerpt);
  const std::size_t caret = refusal.size() - caret_line - 2;
  if (start == std::string::npos || start + caret > text.size()) return {"", refusal};
  return {PositionOf(start + caret, text),
          absl::StrCat(refusal.substr(0, excerpt_line), "\n",
                       absl::StrReplaceAll(excerpt, {{"\n", " "}, {"\t", " "}}),
                       refusal.substr(caret_line))};
}

}  // namespace

std::optional<SyntaxError> FindSyntaxError(const std::string& text) {
  google::protobuf::Value value;
  const auto status = google::protobuf::util::JsonStringToMessage(text, &value);
  if (status.ok()) return std::nullopt;
  return LocateIn(text, status.message().ToString());
}

}  // namespace odoogw
