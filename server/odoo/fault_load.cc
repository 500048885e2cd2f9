#include "odoo/fault_load.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "odoo/fault_finding.h"
#include "odoo/fault_traceback.h"
#include "odoo/json_text.h"

namespace gateway::odoo {
namespace {

using base::Reason;
using enum Reason;
using simdjson::dom::element;

struct LoadMessage {
  std::string_view text;
  // Column of the cell or of the table.
  std::string_view field;
  // Label of the field: only messages about cells have one.
  bool about_cell = false;
  // A window with the records to choose from: only references have one.
  bool offers_records = false;
  std::int64_t row = 0;
};

LoadMessage ReadMessage(element object) {
  LoadMessage message;
  message.text = TextAt(object, "message");
  message.field = TextAt(object, "field");
  message.about_cell = !TextAt(object, "field_name").empty();
  simdjson::dom::object window;
  message.offers_records = object["moreinfo"].get(window) == simdjson::SUCCESS;
  if (object["rows"]["from"].get(message.row) != simdjson::SUCCESS) message.row = 0;
  return message;
}

// The errors; warnings close a long list or change nothing.
std::vector<LoadMessage> ReadErrors(element result) {
  std::vector<LoadMessage> errors;
  simdjson::dom::array messages;
  if (result["messages"].get(messages) != simdjson::SUCCESS) return errors;
  for (element message : messages) {
    if (TextAt(message, "type") == "error") errors.push_back(ReadMessage(message));
  }
  return errors;
}

// What of the request belongs to one row of a batch; all of it where it is no batch.
FaultContext ContextOfRow(const FaultContext& context, std::int64_t row) {
  const std::string prefix = "[" + std::to_string(row) + "].";
  const auto is_other = [&](std::string_view path) {
    return path.starts_with('[') && !path.starts_with(prefix);
  };
  FaultContext own = context;
  std::erase_if(own.fields, is_other);
  std::erase_if(own.values, [&](const RequestValue& value) { return is_other(value.path); });
  return own;
}

// `Unknown error during import: <class 'ValueError'>: Invalid field ...`, or words alone. Odoo 18
// puts the words of a constraint in quotes.
Fault FaultOf(std::string_view text) {
  constexpr std::string_view kHead = "<class '";
  constexpr std::string_view kTail = "'>: ";
  Fault fault;
  const std::size_t head = text.find(kHead);
  const std::size_t tail = text.find(kTail);
  if (head < tail && tail != std::string_view::npos) {
    const std::size_t begin = head + kHead.size();
    fault.exception = WithModule(text.substr(begin, tail - begin));
    text.remove_prefix(tail + kTail.size());
  } else if (text.size() > 2 && text.starts_with('\'') && text.ends_with('\'')) {
    text = text.substr(1, text.size() - 2);
  }
  fault.message = text.substr(0, kMostWords);
  return fault;
}

Finding FindingOfCell(const LoadMessage& message, const FaultContext& context) {
  Finding finding;
  finding.reason = message.offers_records ? kInvalidReference : kInvalidFieldValue;
  finding.model = context.model;
  finding.paths = PathsWith(message.field, context.model, context);
  return finding;
}

Finding FindingOfMessage(const LoadMessage& message, const FaultContext& context) {
  if (message.about_cell) return FindingOfCell(message, context);
  Finding finding = FindingOf(FaultOf(message.text), context);
  if (finding.paths.empty() && !message.field.empty()) {
    finding.paths = PathsWith(message.field, context.model, context);
  }
  return finding;
}

bool HasViolationAt(const base::Failure& failure, const std::string& path) {
  return std::any_of(failure.violations.begin(), failure.violations.end(),
                     [&](const base::Violation& violation) { return violation.path == path; });
}

// A field whose value was refused is missing thereafter, which is no news.
void AddTo(base::Failure& failure, const base::Failure& more) {
  constexpr std::size_t kMostWords = 2048;
  for (const base::Violation& violation : more.violations) {
    if (!HasViolationAt(failure, violation.path)) failure.violations.push_back(violation);
  }
  if (failure.odoo_message.size() + more.odoo_message.size() < kMostWords) {
    failure.odoo_message.append("\n").append(more.odoo_message);
  }
}

// A missing right makes the values beside it pointless.
bool Outranks(const base::Failure& next, const base::Failure& first) {
  const auto denies = [](const base::Failure& failure) {
    return failure.StatusCode() == base::Code::kPermissionDenied;
  };
  return denies(next) && !denies(first);
}

}  // namespace

std::optional<base::Failure> FailureOfLoad(element result, const FaultContext& context) {
  std::optional<base::Failure> failure;
  for (const LoadMessage& message : ReadErrors(result)) {
    const FaultContext row = ContextOfRow(context, message.row);
    const Finding finding = FindingOfMessage(message, row);
    base::Failure next = FailureOfFinding(finding, FaultOf(message.text), row);
    if (!failure || Outranks(next, *failure)) {
      failure = std::move(next);
    } else {
      AddTo(*failure, next);
    }
  }
  return failure;
}

}  // namespace gateway::odoo
