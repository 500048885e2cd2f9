#include "odoo/fault.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "odoo/fault_constraint.h"
#include "odoo/fault_paths.h"
#include "odoo/fault_postgres.h"
#include "odoo/fault_rules.h"
#include "odoo/fault_traceback.h"
#include "odoo/fault_words.h"

namespace gateway::odoo {
namespace {

using base::Reason;
using enum Reason;

// What classification found, in Odoo's terms.
struct Finding {
  Reason reason = kServerError;
  std::string model;
  std::string constraint;
  std::string sqlstate;
  Paths paths;
};

std::string_view ShortName(std::string_view exception) {
  return exception.substr(exception.rfind('.') + 1);
}

// The frame that raised the reported exception.
Evidence EvidenceOf(const Fault& fault, const std::vector<Raised>& chain) {
  Evidence evidence{fault.exception, fault.message, {}, {}};
  const auto raised = std::find_if(chain.rbegin(), chain.rend(), [&](const Raised& candidate) {
    return ShortName(candidate.exception) == ShortName(fault.exception);
  });
  if (raised == chain.rend()) return evidence;
  evidence.file = raised->file;
  evidence.function = raised->function;
  return evidence;
}

// The database's error that the reported exception is or stems from.
std::optional<SqlError> SqlErrorOf(const Fault& fault, const std::vector<Raised>& chain) {
  if (auto error = ReadSqlError({fault.exception, fault.message, {}, {}})) return error;
  for (auto raised = chain.rbegin(); raised != chain.rend(); ++raised) {
    if (auto error = ReadSqlError(*raised)) return error;
  }
  if (fault.exception.empty()) return ReadSqlText(fault.message);
  return std::nullopt;
}

// An integrity error explains whatever Odoo made of it; others only where they are what was
// reported.
bool Explains(const SqlError& error, const Fault& fault) {
  return error.sqlstate.starts_with("23") || fault.exception.empty() ||
         fault.exception.starts_with("psycopg2.") || fault.exception.ends_with("RegistryError");
}

Paths PathsOfSql(const SqlError& error, const std::string& model, const FaultContext& context) {
  if (error.reason == kRequiredFieldMissing) return PathsWithout(error.column, model, context);
  Paths paths;
  const Constraint constraint = ConstraintNamed(error.constraint, error.table);
  const auto& columns = error.key.empty() ? constraint.columns : error.key;
  for (const std::string_view column : columns) {
    for (std::string& path : PathsWith(column, model, context)) paths.push_back(std::move(path));
  }
  return paths;
}

Finding FindSql(const SqlError& error, const FaultContext& context) {
  Finding finding;
  finding.reason = error.reason;
  finding.model = ConstraintNamed(error.constraint, error.table).model;
  finding.constraint = error.constraint;
  finding.sqlstate = error.sqlstate;
  if (error.reason != kRecordInUse) finding.paths = PathsOfSql(error, finding.model, context);
  return finding;
}

Finding FindRuling(const Ruling& ruling, const FaultContext& context) {
  Finding finding;
  finding.reason = ruling.reason;
  finding.model = CaptureOf(ruling.names, "model");
  std::string_view field = CaptureOf(ruling.names, "field");
  const std::string_view model_field = CaptureOf(ruling.names, "model_field");
  if (const std::size_t dot = model_field.rfind('.'); dot != std::string_view::npos) {
    finding.model = model_field.substr(0, dot);
    field = model_field.substr(dot + 1);
  }
  if (!field.empty()) finding.paths = PathsWith(field, finding.model, context);
  return finding;
}

Finding Find(const Fault& fault, const FaultContext& context) {
  const std::vector<Raised> chain = ReadTraceback(fault.debug);
  const Evidence evidence = EvidenceOf(fault, chain);
  if (Ruling ruling = RuleOn(evidence, context); ruling.reason != kUnspecified) {
    return FindRuling(ruling, context);
  }
  const std::optional<SqlError> error = SqlErrorOf(fault, chain);
  if (error && Explains(*error, fault)) return FindSql(*error, context);
  Finding finding;
  finding.reason = RuleOnClass(evidence, context);
  return finding;
}

std::string Join(const Paths& paths) {
  std::string text;
  for (const std::string& path : paths) {
    if (!text.empty()) text.append(", ");
    text.append(path);
  }
  return text;
}

void AddMetadata(std::string_view key, std::string_view value, base::Failure& failure) {
  if (!value.empty()) failure.metadata.emplace_back(key, value);
}

base::Failure FailureOf(Finding finding, const Fault& fault, const FaultContext& context) {
  if (finding.model.empty()) finding.model = context.model;
  const std::string fields = Join(finding.paths);
  base::Failure failure = base::Fail(
      finding.reason,
      SentenceFor(finding.reason, {finding.model, context.method, finding.constraint, fields}));
  for (const std::string& path : finding.paths) {
    failure.violations.push_back({path, finding.reason, ViolationFor(finding.reason, path)});
  }
  AddMetadata("model", finding.model, failure);
  AddMetadata("odoo_exception", fault.exception, failure);
  AddMetadata("constraint", finding.constraint, failure);
  AddMetadata("sqlstate", finding.sqlstate, failure);
  failure.odoo_message = PublicWords(fault.exception, fault.message);
  failure.odoo_lang = context.lang;
  failure.debug = fault.debug;
  return failure;
}

}  // namespace

base::Failure Classify(const Fault& fault, const FaultContext& context) {
  return FailureOf(Find(fault, context), fault, context);
}

base::Failure RejectedLogin() {
  return base::Fail(kIntegrationUserRejected, SentenceFor(kIntegrationUserRejected, {}));
}

}  // namespace gateway::odoo
