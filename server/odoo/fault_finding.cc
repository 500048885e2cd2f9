#include "odoo/fault_finding.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "odoo/fault_broken.h"
#include "odoo/fault_postgres.h"
#include "odoo/fault_rules.h"
#include "odoo/fault_text.h"
#include "odoo/fault_traceback.h"

namespace gateway::odoo {
namespace {

using base::Reason;
using enum Reason;

template <std::size_t kSize>
bool IsOneOf(Reason reason, const std::array<Reason, kSize>& reasons) {
  return std::find(reasons.begin(), reasons.end(), reason) != reasons.end();
}

// About the gateway's set-up or the way to Odoo, not about a model.
constexpr std::array kWithoutModel = {
    kIntegrationUserRejected, kDatabaseNotFound, kEndpointNotFound, kTimeout,
    kUpstreamUnavailable,     kSessionExpired,   kRateLimited,      kPayloadTooLarge,
    kMalformedResponse,
};
// The model that Odoo names is the one at fault, wherever the request may lead.
constexpr std::array kNamesModel = {kModelAccessDenied, kRecordAccessDenied, kFieldAccessDenied};
// Odoo's words mention fields by their technical names, if at all.
constexpr std::array kMentionsFields = {kFieldAccessDenied, kBusinessRule, kValidationFailed,
                                        kUniqueViolation};

std::string_view ShortName(std::string_view exception) {
  return exception.substr(exception.rfind('.') + 1);
}

Evidence EvidenceOf(const Fault& fault, const std::vector<Raised>& chain) {
  Evidence evidence{fault.exception, fault.message, {}};
  const auto raised = std::find_if(chain.rbegin(), chain.rend(), [&](const Raised& candidate) {
    return ShortName(candidate.exception) == ShortName(fault.exception);
  });
  if (raised != chain.rend() && !raised->file.empty()) {
    evidence.origin.append(raised->file).append(":").append(raised->function);
  }
  return evidence;
}

// The database's error that the reported exception is or stems from.
std::optional<SqlError> SqlErrorOf(const Fault& fault, const std::vector<Raised>& chain) {
  if (auto error = ReadSqlError({fault.exception, fault.message, {}, {}})) return error;
  for (auto raised = chain.rbegin(); raised != chain.rend(); ++raised) {
    if (auto error = ReadSqlError(*raised)) return error;
  }
  return std::nullopt;
}

// A broken constraint explains whatever Odoo made of it; other errors only where they are what was
// reported.
bool Explains(const SqlError& error, const Fault& fault) {
  return !error.constraint.empty() || !error.column.empty() ||
         fault.exception.starts_with("psycopg2.") || fault.exception.ends_with("RegistryError");
}

// `sale.order` and `state` of `sale.order.state`.
std::pair<std::string_view, std::string_view> SplitModelField(std::string_view text) {
  const std::size_t dot = text.rfind('.');
  if (dot == std::string_view::npos) return {};
  return {text.substr(0, dot), text.substr(dot + 1)};
}

Paths PathsOfIds(std::string_view model, std::string_view ids, const FaultContext& context) {
  constexpr int kMost = 100;
  Paths paths;
  for (int count = 0; count < kMost && !ids.empty(); ++count) {
    const std::string_view id = ids.substr(0, ids.find(','));
    ids.remove_prefix(std::min(ids.size(), id.size() + 1));
    if (ids.starts_with(' ')) ids.remove_prefix(1);
    for (std::string& path : PathsReferringTo(model, id, context)) paths.push_back(std::move(path));
  }
  return paths;
}

Paths PathsOfNames(const Ruling& ruling, std::string_view model, std::string_view field,
                   const FaultContext& context) {
  const std::string_view value = CaptureOf(ruling.names, "value");
  const std::string_view property = CaptureOf(ruling.names, "property");
  // Odoo's own failure is no field's fault.
  if (ruling.reason == kServerError) return {};
  if (!ruling.argument.empty()) return {std::string(ruling.argument)};
  if (!property.empty()) return {std::string(field).append(".").append(property)};
  if (field.empty() && ruling.reason == kInvalidReference && value.empty()) {
    return PathsOfIds(model, CaptureOf(ruling.names, "ids"), context);
  }
  if (field.empty()) return PathsOfValue(value, context);
  return ruling.reason == kRequiredFieldMissing ? PathsWithout(field, model, context)
                                                : PathsWith(field, model, context);
}

Finding FindRuling(const Ruling& ruling, const FaultContext& context) {
  auto [model, field] = SplitModelField(CaptureOf(ruling.names, "model_field"));
  if (model.empty()) {
    model = CaptureOf(ruling.names, "model");
    field = CaptureOf(ruling.names, "field");
  }
  Finding finding;
  finding.reason = ruling.reason;
  finding.model = model;
  finding.paths = PathsOfNames(ruling, model, field, context);
  return finding;
}

constexpr std::array kBrokenConstraints = {kRequiredFieldMissing, kInvalidReference,
                                           kUniqueViolation, kCheckViolation};

// What words alone tell; nothing where they are those of some module that the table lacks.
std::optional<Finding> FindText(std::string_view text, const FaultContext& context) {
  if (const auto error = ReadSqlText(text)) return FindingOfSql(*error, context);
  const std::optional<TextMeaning> meaning = MeaningOf(text);
  if (!meaning) return std::nullopt;
  if (IsOneOf(meaning->reason, kBrokenConstraints)) return FindingOfWords(*meaning, context);
  if (meaning->reason == kRecordNotFound) {
    return FindRuling(RuleOn({"odoo.exceptions.MissingError", text, {}}, context), context);
  }
  // Of filters and orders, only a wrong order is told in Odoo's words.
  const std::string_view argument = meaning->reason == kInvalidDomain ? "order" : "";
  return FindRuling({meaning->reason, meaning->names, argument}, context);
}

// `sale.order.line` of `.../models/sale_order_line.py:write`: code of a model stands in a file of
// its name. Empty where the request has no record of it.
std::string ModelOfOrigin(std::string_view origin, const FaultContext& context) {
  const std::string_view file = origin.substr(0, origin.rfind(".py:"));
  std::string model = ModelOfTable(file.substr(file.rfind('/') + 1), context);
  return HoldsRecordsOf(model, context) ? model : std::string();
}

// Odoo names the table, the missing record or nothing; the caller thinks in the records of its
// request.
std::string ModelAtFault(const Finding& finding, const FaultContext& context) {
  std::string own(context.model);
  if (IsOneOf(finding.reason, kWithoutModel)) return {};
  if (IsOneOf(finding.reason, kNamesModel)) return finding.model.empty() ? own : finding.model;
  if (finding.reason == kRecordInUse) return own;
  const std::string_view holder =
      finding.paths.empty() ? std::string_view() : ModelAt(finding.paths.front(), context);
  if (!holder.empty()) return std::string(holder);
  const bool plausible = !finding.paths.empty() || HoldsRecordsOf(finding.model, context);
  return plausible && !finding.model.empty() ? finding.model : own;
}

Finding FindAny(const Fault& fault, const Evidence& evidence, const std::vector<Raised>& chain,
                const FaultContext& context) {
  // A traceback tells more than words do, and in one language. Python's own exceptions are not in
  // Odoo's words.
  const bool odoo_speaks = fault.exception.empty() || fault.exception.starts_with("odoo.");
  if (chain.empty() && odoo_speaks) {
    if (auto finding = FindText(fault.message, context)) return *std::move(finding);
  }
  const std::optional<SqlError> error = SqlErrorOf(fault, chain);
  const Ruling ruling = RuleOn(evidence, context);
  if (ruling.reason != kUnspecified) {
    Finding finding = FindRuling(ruling, context);
    if (error) finding.sqlstate = error->sqlstate;
    return finding;
  }
  if (error && Explains(*error, fault)) return FindingOfSql(*error, context);
  return FindRuling(RuleOnClass(evidence, context), context);
}

}  // namespace

Finding FindingOf(const Fault& fault, const FaultContext& context) {
  const std::vector<Raised> chain = ReadTraceback(fault.debug);
  const Evidence evidence = EvidenceOf(fault, chain);
  Finding finding = FindAny(fault, evidence, chain, context);
  if (finding.model.empty()) finding.model = ModelOfOrigin(evidence.origin, context);
  if (finding.paths.empty() && IsOneOf(finding.reason, kMentionsFields)) {
    finding.paths = PathsMentioned(fault.message, context);
  }
  finding.model = ModelAtFault(finding, context);
  return finding;
}

}  // namespace gateway::odoo
