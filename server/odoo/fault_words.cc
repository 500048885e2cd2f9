#include "odoo/fault_words.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "odoo/fault_postgres.h"

namespace gateway::odoo {
namespace {

using base::Reason;
using enum Reason;

constexpr std::size_t kMaxWords = 2048;

struct Sentence {
  Reason reason;
  // What happened. `{model}`, `{method}`, `{constraint}`, `{fields}` are filled in; a part in
  // `[...]` is left out where its hole is empty.
  std::string_view what;
};

constexpr std::array kSentences = {
    Sentence{kRequiredFieldMissing, "Odoo requires a value[ for {fields}][ on {model}]."},
    Sentence{kInvalidReference, "A reference[ in {fields}][ of {model}] leads to no record."},
    Sentence{kInvalidFieldValue, "Odoo cannot take the value[ of {fields}][ on {model}]."},
    Sentence{kUnknownField, "This Odoo has no field[ {fields}][ on {model}]."},
    Sentence{kInvalidDomain, "Odoo cannot search[ {model}] by this filter or order[: {fields}]."},
    Sentence{kCheckViolation,
             "The values[ of {fields}] break a rule of the database[ on {model}]"
             "[ ({constraint})]."},
    Sentence{kValidationFailed, "Odoo refuses these values[ of {fields}][ on {model}]."},
    Sentence{kMethodSignatureMismatch,
             "Odoo's method[ {method}][ of {model}] takes other "
             "arguments."},
    Sentence{kUniqueViolation,
             "A record[ of {model}] with the same value[ of {fields}] exists"
             "[ ({constraint})]."},
    Sentence{kRecordNotFound, "Odoo has no such record[ of {model}]."},
    Sentence{kModelAccessDenied, "The integration user has no right[ to {method}][ on {model}]."},
    Sentence{kRecordAccessDenied, "A record rule[ on {model}] keeps the integration user out."},
    Sentence{kFieldAccessDenied, "The integration user may not use[ {fields} of][ {model}]."},
    Sentence{kMethodNotAllowed,
             "Odoo does not let anyone call[ {method}][ of {model}] from "
             "outside."},
    Sentence{kBusinessRule, "Odoo refuses[ {method}][ on {model}] in the present state."},
    Sentence{kRecordInUse, "Other records need this record[ of {model}][ ({constraint})]."},
    Sentence{kIntegrationUserRejected, "Odoo refuses the integration user."},
    Sentence{kDatabaseNotFound, "Odoo has no such database."},
    Sentence{kEndpointNotFound, "There is no Odoo at this URL for this protocol."},
    Sentence{kModelNotFound, "This Odoo has no model[ {model}]."},
    Sentence{kMethodNotFound, "This Odoo has no method[ {method}][ on {model}]."},
    Sentence{kConcurrentUpdate, "Another transaction changed the same records[ of {model}]."},
    Sentence{kTimeout, "No answer came in time."},
    Sentence{kUpstreamUnavailable, "Odoo, its database or the proxy in front cannot answer."},
    Sentence{kSessionExpired, "Odoo's session is over."},
    Sentence{kRateLimited, "Odoo or the proxy in front limits the rate of calls."},
    Sentence{kPayloadTooLarge, "The request is too large for Odoo or the proxy in front."},
    Sentence{kMalformedResponse, "The answer is none of Odoo's protocol."},
    Sentence{kServerError, "Odoo failed unexpectedly[ in {method}][ of {model}]."},
};

struct Hint {
  Reason reason;
  std::string_view hint;
};

constexpr std::array kHints = {
    Hint{kRequiredFieldMissing, "set a value"},
    Hint{kInvalidReference, "refer to an existing record"},
    Hint{kInvalidFieldValue, "use a value of the field's type and range"},
    Hint{kUnknownField, "leave the field out: this Odoo does not have it"},
    Hint{kInvalidDomain, "correct the condition"},
    Hint{kCheckViolation, "use a value that the database's rule allows"},
    Hint{kValidationFailed, "use a value that Odoo's message allows"},
    Hint{kUniqueViolation, "use another value, or the record that has this one"},
    Hint{kFieldAccessDenied, "leave the field out, or give the integration user the right group"},
    Hint{kBusinessRule, "leave the field as it is, or change the record's state first"},
};

std::string_view ValueOf(std::string_view hole, const Named& named) {
  if (hole == "model") return named.model;
  if (hole == "method") return named.method;
  if (hole == "constraint") return named.constraint;
  return named.fields;
}

// Appends one part; without its brackets if the value of its hole is known, else nothing.
void AppendPart(std::string_view part, const Named& named, std::string& out) {
  const std::size_t open = part.find('{');
  const std::size_t close = part.find('}');
  const std::string_view value = ValueOf(part.substr(open + 1, close - open - 1), named);
  if (value.empty()) return;
  out.append(part.substr(0, open)).append(value).append(part.substr(close + 1));
}

std::string Fill(std::string_view what, const Named& named) {
  std::string out;
  while (!what.empty()) {
    const std::size_t open = std::min(what.size(), what.find('['));
    out.append(what.substr(0, open));
    what.remove_prefix(open);
    if (what.empty()) break;
    const std::size_t close = what.find(']');
    AppendPart(what.substr(1, close - 1), named, out);
    what.remove_prefix(close + 1);
  }
  return out;
}

// Lines that begin or hold what only the log may see.
bool IsInternal(std::string_view line) {
  constexpr std::array<std::string_view, 11> kMarks = {
      "Traceback (most recent",
      "File \"",
      ".py\"",
      ")=(",
      "Failing row contains",
      "violates ",
      "INSERT INTO ",
      "SELECT ",
      "UPDATE \"",
      "DELETE FROM ",
      "/usr/",
  };
  return std::any_of(kMarks.begin(), kMarks.end(), [&](std::string_view mark) {
    return line.find(mark) != std::string_view::npos;
  });
}

// At most `size` bytes, and no half character.
std::string_view CutAtCharacter(std::string_view text, std::size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return text.substr(0, size);
}

}  // namespace

std::string SentenceFor(Reason reason, const Named& named) {
  const auto* row = std::find_if(kSentences.begin(), kSentences.end(),
                                 [&](const Sentence& known) { return known.reason == reason; });
  const std::string_view advice = base::InfoOf(reason).advice;
  if (row == kSentences.end()) return std::string(advice);
  return Fill(row->what, named).append(" ").append(advice);
}

std::string ViolationFor(Reason reason, std::string_view field) {
  const auto* row = std::find_if(kHints.begin(), kHints.end(),
                                 [&](const Hint& known) { return known.reason == reason; });
  const std::string_view hint = row == kHints.end() ? "see Odoo's message" : row->hint;
  return std::string(field).append(": ").append(hint);
}

std::string PublicWords(std::string_view exception, std::string_view message) {
  if (exception.starts_with("psycopg2.")) return {};
  std::string words;
  message = WithoutSqlDetail(CutAtCharacter(message, 4 * kMaxWords));
  while (!message.empty()) {
    const std::string_view line = message.substr(0, message.find('\n'));
    message.remove_prefix(std::min(message.size(), line.size() + 1));
    if (!IsInternal(line)) words.append(line).append("\n");
  }
  words.resize(CutAtCharacter(words, kMaxWords).size());
  while (!words.empty() && words.back() == '\n') words.pop_back();
  return words;
}

}  // namespace gateway::odoo
