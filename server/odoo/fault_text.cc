#include "odoo/fault_text.h"

#include <algorithm>

namespace gateway::odoo {
namespace {

using enum base::Reason;

// A table of templates; UNSPECIFIED stands for words around another message, which is its
// `{value}`.
struct TextRow {
  base::Reason reason;
  std::string_view constraint;
  std::string_view text;
};

constexpr TextRow kTextRows[] = {
#include "odoo/fault_text.inc"
};

// What such a hole takes may name any record.
bool HasFreeHole(std::string_view form) {
  return form.find("{*}") != std::string_view::npos ||
         form.find("{value}") != std::string_view::npos;
}

std::optional<TextMeaning> FirstMeaning(std::string_view text) {
  Captures names;
  text = Trim(text);
  const auto* row =
      std::find_if(std::begin(kTextRows), std::end(kTextRows),
                   [&](const TextRow& candidate) { return Matches(candidate.text, text, names); });
  if (row == std::end(kTextRows)) return std::nullopt;
  return TextMeaning{row->reason, row->constraint, names, !HasFreeHole(row->text)};
}

}  // namespace

std::optional<TextMeaning> MeaningOf(std::string_view text) {
  std::optional<TextMeaning> meaning = FirstMeaning(text);
  if (!meaning || meaning->reason != kUnspecified) return meaning;
  // Odoo wraps words once.
  meaning = FirstMeaning(CaptureOf(meaning->names, "value"));
  return meaning && meaning->reason != kUnspecified ? meaning : std::nullopt;
}

}  // namespace gateway::odoo
