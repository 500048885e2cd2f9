#include "odoo/fault.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "odoo/fault_finding.h"
#include "odoo/fault_template.h"
#include "odoo/fault_words.h"

namespace gateway::odoo {
namespace {

// For a sentence; the violations have them all.
std::string Join(const Paths& paths) {
  constexpr std::size_t kMost = 5;
  std::string text;
  for (std::size_t at = 0; at < std::min(paths.size(), kMost); ++at) {
    text.append(at == 0 ? "" : ", ").append(paths[at]);
  }
  if (paths.size() > kMost) text.append(" and others");
  return text;
}

// Python prints what was raised last at the end. Whole lines: half a secret would not be known as
// one.
std::string Tail(const std::string& debug) {
  constexpr std::size_t kMost = 65536;
  if (debug.size() <= kMost) return debug;
  const std::size_t end = debug.find('\n', debug.size() - kMost);
  return end == std::string::npos ? std::string() : debug.substr(end + 1);
}

void AddMetadata(std::string_view key, std::string_view value, base::Failure& failure) {
  if (IsName(value)) failure.metadata.emplace_back(key, value);
}

std::string SentenceOf(const Finding& finding, const FaultContext& context) {
  const std::string fields = Join(finding.paths);
  return SentenceFor(finding.reason, {finding.model, context.method, finding.constraint, fields});
}

void AddDetails(const Finding& finding, const FaultContext& context, base::Failure& failure) {
  for (const std::string& path : finding.paths) {
    failure.violations.push_back({path, finding.reason, ViolationFor(finding.reason, path)});
  }
  AddMetadata("model", finding.model, failure);
  AddMetadata("constraint", finding.constraint, failure);
  AddMetadata("sqlstate", finding.sqlstate, failure);
  if (finding.reason == base::Reason::kRecordNotFound) {
    failure.resource = base::Resource{finding.model, context.ids};
  }
}

}  // namespace

base::Failure FailureOfFinding(const Finding& finding, const Fault& fault,
                               const FaultContext& context) {
  base::Failure failure = base::Fail(finding.reason, SentenceOf(finding, context));
  AddDetails(finding, context, failure);
  AddMetadata("odoo_exception", fault.exception, failure);
  AddMetadata("odoo_fault_code", fault.fault_code, failure);
  failure.odoo_message = PublicWords(fault.exception, fault.message);
  failure.odoo_lang = context.lang;
  failure.debug = Tail(fault.debug);
  return failure;
}

base::Failure Classify(Fault fault, const FaultContext& context) {
  if (fault.message.size() > kMostWords) fault.message.resize(kMostWords);
  return FailureOfFinding(FindingOf(fault, context), fault, context);
}

bool IsRaisedByOdoo(const base::Failure& failure) {
  return std::any_of(failure.metadata.begin(), failure.metadata.end(), [](const auto& entry) {
    return entry.first == "odoo_exception" || entry.first == "odoo_fault_code";
  });
}

base::Failure RejectedLogin() {
  const base::Reason reason = base::Reason::kIntegrationUserRejected;
  return base::Fail(reason, SentenceFor(reason, {}));
}

}  // namespace gateway::odoo
