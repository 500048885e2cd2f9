// Why something failed: the closed list behind odoo.error.v1.Reason, with what each means for a
// caller.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace gateway::base {

// Canonical status codes, numbered as in gRPC, which this room does not know.
enum class Code : std::uint8_t {
  kOk = 0,
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};

// Numbered as odoo.error.v1.Reason; a test compares both.
enum class Reason : std::uint8_t {
  kUnspecified = 0,
  kRequiredFieldMissing = 1,
  kInvalidReference = 2,
  kInvalidFieldValue = 3,
  kUnknownField = 4,
  kInvalidDomain = 5,
  kCheckViolation = 6,
  kValidationFailed = 7,
  kMethodSignatureMismatch = 8,
  kMalformedRequest = 9,
  kUniqueViolation = 10,
  kRecordNotFound = 11,
  kModelAccessDenied = 12,
  kRecordAccessDenied = 13,
  kFieldAccessDenied = 14,
  kMethodNotAllowed = 15,
  kBusinessRule = 16,
  kRecordInUse = 17,
  kActionNotDone = 18,
  kIntegrationUserRejected = 19,
  kDatabaseNotFound = 20,
  kEndpointNotFound = 21,
  kModelNotFound = 22,
  kMethodNotFound = 23,
  kConcurrentUpdate = 24,
  kOutcomeUnknown = 25,
  kTimeout = 26,
  kUpstreamUnavailable = 27,
  kSessionExpired = 28,
  kRateLimited = 29,
  kOverloaded = 30,
  kPayloadTooLarge = 31,
  kMalformedResponse = 32,
  kServerError = 33,
  kCancelled = 34,
  kCallerNotAuthenticated = 35,
  kCallerNotAllowed = 36,
};

inline constexpr int kReasonCount = 37;

struct ReasonInfo {
  Reason reason;
  // As in ErrorInfo.reason: the proto name without its prefix.
  std::string_view name;
  Code code;
  // The same request may succeed later without a change.
  bool retryable;
  // What to do next, one sentence for a person.
  std::string_view advice;
};

const ReasonInfo& InfoOf(Reason reason);

std::optional<Reason> ReasonNamed(std::string_view name);

// Name of a canonical code as gRPC spells it, for example "INVALID_ARGUMENT".
std::string_view CodeName(Code code);

}  // namespace gateway::base
