#include "base/reason.h"

#include <array>
#include <cstddef>

namespace gateway::base {
namespace {

using enum Code;

constexpr std::array<ReasonInfo, kReasonCount> kReasons = {{
    {Reason::kUnspecified, "UNSPECIFIED", kInternal, false, ""},
    {Reason::kRequiredFieldMissing, "REQUIRED_FIELD_MISSING", kInvalidArgument, false,
     "Set the named fields."},
    {Reason::kInvalidReference, "INVALID_REFERENCE", kInvalidArgument, false,
     "Refer to an existing record of the right model."},
    {Reason::kInvalidFieldValue, "INVALID_FIELD_VALUE", kInvalidArgument, false,
     "Correct the named values."},
    {Reason::kUnknownField, "UNKNOWN_FIELD", kInvalidArgument, false,
     "Leave the field out, or install the app or version of Odoo that has it."},
    {Reason::kInvalidDomain, "INVALID_DOMAIN", kInvalidArgument, false,
     "Correct the filter, conditions, order or page token."},
    {Reason::kCheckViolation, "CHECK_VIOLATION", kInvalidArgument, false,
     "Change the values so that the constraint of the database holds."},
    {Reason::kValidationFailed, "VALIDATION_FAILED", kInvalidArgument, false,
     "Change the values as Odoo's message says."},
    {Reason::kMethodSignatureMismatch, "METHOD_SIGNATURE_MISMATCH", kInvalidArgument, false,
     "The contract does not fit this Odoo: run `odoo-gateway --dump-catalog` and compare the "
     "method."},
    {Reason::kMalformedRequest, "MALFORMED_REQUEST", kInvalidArgument, false,
     "Send a message of the type that the method's contract names."},
    {Reason::kUniqueViolation, "UNIQUE_VIOLATION", kAlreadyExists, false,
     "Use the record that has this value already, or another value."},
    {Reason::kRecordNotFound, "RECORD_NOT_FOUND", kNotFound, false,
     "Check the id; the record may have been deleted."},
    {Reason::kModelAccessDenied, "MODEL_ACCESS_DENIED", kPermissionDenied, false,
     "Give the integration user a group in Odoo that may do this with the model."},
    {Reason::kRecordAccessDenied, "RECORD_ACCESS_DENIED", kPermissionDenied, false,
     "A record rule in Odoo keeps the integration user from this record: check company and "
     "groups."},
    {Reason::kFieldAccessDenied, "FIELD_ACCESS_DENIED", kPermissionDenied, false,
     "Leave the field out, or give the integration user one of the groups that may use it."},
    {Reason::kMethodNotAllowed, "METHOD_NOT_ALLOWED", kPermissionDenied, false,
     "The method is private in Odoo; use a public one in the contract."},
    {Reason::kBusinessRule, "BUSINESS_RULE", kFailedPrecondition, false,
     "Bring the record into a state that allows this."},
    {Reason::kRecordInUse, "RECORD_IN_USE", kFailedPrecondition, false,
     "Remove what refers to the record first, or archive it instead."},
    {Reason::kActionNotDone, "ACTION_NOT_DONE", kFailedPrecondition, false,
     "Odoo ran the action but the record is not in the expected state: finish it in Odoo."},
    {Reason::kIntegrationUserRejected, "INTEGRATION_USER_REJECTED", kFailedPrecondition, false,
     "Check the login and the password or API key that the gateway was given."},
    {Reason::kDatabaseNotFound, "DATABASE_NOT_FOUND", kFailedPrecondition, false,
     "Check the name of the database that the gateway was given."},
    {Reason::kEndpointNotFound, "ENDPOINT_NOT_FOUND", kFailedPrecondition, false,
     "Check the URL and the protocol that the gateway was given."},
    {Reason::kModelNotFound, "MODEL_NOT_FOUND", kUnimplemented, false,
     "Install the app that brings the model into Odoo."},
    {Reason::kMethodNotFound, "METHOD_NOT_FOUND", kUnimplemented, false,
     "Call a method that exists; `odoogw list` shows what is served."},
    {Reason::kConcurrentUpdate, "CONCURRENT_UPDATE", kAborted, true,
     "Nothing was written: repeat the call."},
    {Reason::kOutcomeUnknown, "OUTCOME_UNKNOWN", kUnknown, false,
     "Look whether it happened before you repeat it."},
    {Reason::kTimeout, "TIMEOUT", kDeadlineExceeded, true,
     "Repeat with more time, or ask for less."},
    {Reason::kUpstreamUnavailable, "UPSTREAM_UNAVAILABLE", kUnavailable, true,
     "Nothing was executed: repeat later."},
    {Reason::kSessionExpired, "SESSION_EXPIRED", kUnavailable, true,
     "Nothing was executed: repeat."},
    {Reason::kRateLimited, "RATE_LIMITED", kResourceExhausted, true,
     "Repeat after the retry delay."},
    {Reason::kOverloaded, "OVERLOADED", kResourceExhausted, true,
     "Repeat after the retry delay, with fewer calls at once."},
    {Reason::kPayloadTooLarge, "PAYLOAD_TOO_LARGE", kResourceExhausted, false,
     "Send or ask for less at once."},
    {Reason::kMalformedResponse, "MALFORMED_RESPONSE", kInternal, false,
     "Check what stands between the gateway and Odoo; the gateway's log has the details."},
    {Reason::kServerError, "SERVER_ERROR", kInternal, false,
     "Look into Odoo's log: it failed in a way that says nothing about the request."},
    {Reason::kCancelled, "CANCELLED", kCancelled, false, "Nothing was written."},
    {Reason::kCallerNotAuthenticated, "CALLER_NOT_AUTHENTICATED", kUnauthenticated, false,
     "Send a bearer token or a client certificate that the gateway knows."},
    {Reason::kCallerNotAllowed, "CALLER_NOT_ALLOWED", kPermissionDenied, false,
     "Leave out what the caller's policy does not allow, or let the operator add it there."},
}};

constexpr std::array<std::string_view, 17> kCodeNames = {
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
};

}  // namespace

const ReasonInfo& InfoOf(Reason reason) { return kReasons[static_cast<std::size_t>(reason)]; }

std::optional<Reason> ReasonNamed(std::string_view name) {
  for (const ReasonInfo& info : kReasons) {
    if (info.name == name) return info.reason;
  }
  return std::nullopt;
}

std::string_view CodeName(Code code) { return kCodeNames[static_cast<std::size_t>(code)]; }

}  // namespace gateway::base
