#include "status/status.h"

#include <algorithm>
#include <cstddef>

#include "status/details.h"
#include "status/text.h"

namespace gateway::status {
namespace {

using base::Failure;
using google::rpc::Status;

// All trailers as HTTP/2 counts them: peers refuse 8192 bytes and more, proxies add some of their
// own.
constexpr std::size_t kTrailerBytes = 7500;
// Names of the three trailers, 32 bytes for each as HTTP/2 counts, the code, and what the rpc room
// adds.
constexpr std::size_t kTrailerNames = 300;
constexpr std::size_t kDetailsBytes = 6000;
constexpr std::size_t kMessageBytes = 1000;
// ErrorInfo.metadata["violations"] = "123456".
constexpr std::size_t kViolationCountBytes = 48;
// Any and Status around ErrorInfo.
constexpr std::size_t kErrorInfoBytes = 64;

bool EndsSentence(std::string_view text) {
  return text.empty() || std::string_view(".!?:").find(text.back()) != std::string_view::npos;
}

std::string Message(const Failure& failure) {
  const std::string_view advice = InfoOf(failure.reason).advice;
  if (failure.message.empty()) return std::string(advice);
  if (failure.message.find(advice) != std::string::npos) {
    return HeaderLine(failure.message, kMessageBytes);
  }
  const std::size_t limit = kMessageBytes - PercentEncodedSize(advice) - 2;
  std::string message = HeaderLine(failure.message, limit);
  message += EndsSentence(message) ? " " : ". ";
  return message.append(advice);
}

// Bytes that base64 may turn into no more than the message leaves of the trailers.
std::size_t DetailsBudget(const std::string& message) {
  const std::size_t left = kTrailerBytes - kTrailerNames - PercentEncodedSize(message);
  return std::min(kDetailsBytes, left / 4 * 3);
}

std::size_t Left(std::size_t budget, const Status& status) {
  const std::size_t used = status.ByteSizeLong();
  return used < budget ? budget - used : 0;
}

std::size_t ReservedFor(const google::rpc::ErrorInfo& info) {
  return info.ByteSizeLong() + kErrorInfoBytes + kViolationCountBytes;
}

void AddViolations(const Failure& failure, std::size_t bytes, google::rpc::ErrorInfo* info,
                   Status* status) {
  const ViolationDetails first = FirstViolations(failure, bytes);
  const auto count = static_cast<std::size_t>(first.violations.violations_size());
  if (count < failure.violations.size()) {
    // Where more were found than kept, the failure has the number already.
    info->mutable_metadata()->insert({"violations", std::to_string(failure.violations.size())});
  }
  if (count == 0) return;
  status->add_details()->PackFrom(first.bad_request);
  status->add_details()->PackFrom(first.violations);
}

void AddDebugInfo(const Failure& failure, std::size_t bytes, Status* status) {
  const google::rpc::DebugInfo info = DebugInfoOf(failure.debug, bytes);
  if (info.stack_entries_size() > 0) status->add_details()->PackFrom(info);
}

}  // namespace

Answer Render(const Failure& failure, std::string_view request_id, const Options& options) {
  Answer answer{.code = failure.StatusCode(), .message = Message(failure), .details = {}};
  const std::size_t budget = DetailsBudget(answer.message);
  google::rpc::ErrorInfo info = ErrorInfoOf(failure);
  Status status;
  status.set_code(static_cast<int>(answer.code));
  status.set_message(answer.message);
  // Callers look for ErrorInfo first, and it is complete only when the violations are counted.
  google::protobuf::Any* first = status.add_details();
  AddFixedDetails(failure, request_id, &status);
  const std::size_t left = Left(budget, status);
  AddViolations(failure, left - std::min(left, ReservedFor(info)), &info, &status);
  first->PackFrom(info);
  if (options.debug) AddDebugInfo(failure, Left(budget, status), &status);
  answer.details = status.SerializeAsString();
  return answer;
}

std::string StatusDetails(const Failure& failure, std::string_view request_id) {
  return Render(failure, request_id).details;
}

}  // namespace gateway::status
