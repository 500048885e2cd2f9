// What Odoo's words mean where no class and no traceback come with them: XML-RPC's fault 2,
// messages of `load`.
#pragma once

#include <optional>
#include <string_view>

#include "base/reason.h"
#include "odoo/fault_template.h"

namespace gateway::odoo {

struct TextMeaning {
  base::Reason reason = base::Reason::kUnspecified;
  // The declared constraint whose message this is; empty for other messages.
  std::string_view constraint;
  // `model`, `field`, `constraint`, `linked` (a table beside the model's own), as far as the words
  // hold them.
  Captures names;
  // The message is the same for all records: it holds no text beyond names of models and fields.
  bool fixed = false;
};

// Reads English and the languages of the generated table; nothing for words that it lacks.
std::optional<TextMeaning> MeaningOf(std::string_view text);

}  // namespace gateway::odoo
