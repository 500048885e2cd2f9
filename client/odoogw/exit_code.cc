#include "odoogw/exit_code.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/rpc/code.pb.h"
#include "odoo/error/v1/error.pb.h"
#include "odoogw/status_details.h"

namespace odoogw {
namespace {

struct Meaning {
  ExitCode exit_code;
  const char* text;
};

constexpr Meaning kMeanings[] = {
    {ExitCode::kOk, "the call succeeded"},
    {ExitCode::kUsage, "wrong arguments or JSON; nothing was called"},
    {ExitCode::kRequest, "mend the request"},
    {ExitCode::kState, "the state of the record or system forbids it"},
    {ExitCode::kRights, "rights are missing"},
    {ExitCode::kTryLater, "try again later"},
    {ExitCode::kOutcomeUnknown, "the answer was lost; a write may or may not have happened"},
    {ExitCode::kOther, "anything else"},
};

struct CodeClass {
  google::rpc::Code code;
  ExitCode exit_code;
};

constexpr CodeClass kCodeClasses[] = {
    {google::rpc::INVALID_ARGUMENT, ExitCode::kRequest},
    {google::rpc::OUT_OF_RANGE, ExitCode::kRequest},
    {google::rpc::NOT_FOUND, ExitCode::kState},
    {google::rpc::ALREADY_EXISTS, ExitCode::kState},
    {google::rpc::FAILED_PRECONDITION, ExitCode::kState},
    {google::rpc::ABORTED, ExitCode::kState},
    {google::rpc::PERMISSION_DENIED, ExitCode::kRights},
    {google::rpc::UNAUTHENTICATED, ExitCode::kRights},
    {google::rpc::UNAVAILABLE, ExitCode::kTryLater},
    {google::rpc::RESOURCE_EXHAUSTED, ExitCode::kTryLater},
    {google::rpc::DEADLINE_EXCEEDED, ExitCode::kTryLater},
    {google::rpc::UNKNOWN, ExitCode::kOutcomeUnknown},
    {google::rpc::CANCELLED, ExitCode::kOther},
    {google::rpc::INTERNAL, ExitCode::kOther},
    {google::rpc::UNIMPLEMENTED, ExitCode::kOther},
    {google::rpc::DATA_LOSS, ExitCode::kOther},
};

std::string CodeNames(ExitCode exit_code) {
  std::vector<std::string> names;
  for (const CodeClass& entry : kCodeClasses) {
    if (entry.exit_code == exit_code) names.push_back(google::rpc::Code_Name(entry.code));
  }
  return names.empty() ? "" : absl::StrCat(" (", absl::StrJoin(names, ", "), ")");
}

}  // namespace

ExitCode ExitCodeFor(const google::rpc::Status& status) {
  if (status.code() == google::rpc::OK) return ExitCode::kOk;
  if (ReasonOf(status) == ReasonName(odoo::error::v1::REASON_OUTCOME_UNKNOWN)) {
    return ExitCode::kOutcomeUnknown;
  }
  const auto* found =
      std::find_if(std::begin(kCodeClasses), std::end(kCodeClasses),
                   [&](const CodeClass& entry) { return entry.code == status.code(); });
  return found == std::end(kCodeClasses) ? ExitCode::kOther : found->exit_code;
}

std::string ExitCodeHelp() {
  std::string help;
  for (const Meaning& meaning : kMeanings) {
    absl::StrAppend(&help, "  ", static_cast<int>(meaning.exit_code), "  ", meaning.text,
                    CodeNames(meaning.exit_code), "\n");
  }
  return help;
}

}  // namespace odoogw
