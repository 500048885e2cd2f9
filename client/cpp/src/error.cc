#include "odoo_gateway/error.h"

#include <algorithm>
#include <string_view>

#include "details.h"

namespace odoo_gateway {
namespace {

namespace v1 = odoo::error::v1;

constexpr std::string_view kDomain = "odoo-gateway";
// Longer ones than any gateway asks for would overflow.
constexpr std::int64_t kMaxDelaySeconds = std::int64_t{24} * 60 * 60;

// google.rpc.ErrorInfo { reason = 1; domain = 2; map<string, string> metadata = 3; }
void ReadErrorInfo(const std::string& bytes, OdooError& error) {
  const Fields info(bytes);
  if (info.Text(2) != kDomain) return;
  error.reason_name = info.Text(1);
  if (!v1::Reason_Parse("REASON_" + error.reason_name, &error.reason)) {
    error.reason = v1::REASON_UNSPECIFIED;
  }
  info.ForEach(3, [&error](const std::string& bytes) {
    const Fields entry(bytes);
    error.metadata[entry.Text(1)] = entry.Text(2);
  });
}

void ReadViolations(const std::string& bytes, OdooError& error) {
  v1::Violations violations;
  if (!violations.ParseFromString(bytes)) return;
  error.violations.assign(violations.violations().begin(), violations.violations().end());
}

// google.rpc.RetryInfo { google.protobuf.Duration { seconds = 1; nanos = 2; } retry_delay = 1; }
void ReadRetryInfo(const std::string& bytes, OdooError& error) {
  const Fields delay(Fields(bytes).Text(1));
  const auto seconds = std::clamp<std::int64_t>(delay.Integer(1), 0, kMaxDelaySeconds);
  const auto nanos = std::clamp<std::int64_t>(delay.Integer(2), 0, 999'999'999);
  error.retry_delay = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::seconds(seconds) + std::chrono::nanoseconds(nanos));
}

// google.rpc.LocalizedMessage { locale = 1; message = 2; }
void ReadLocalizedMessage(const std::string& bytes, OdooError& error) {
  const Fields message(bytes);
  error.odoo_locale = message.Text(1);
  error.odoo_message = message.Text(2);
}

// google.rpc.ResourceInfo { resource_type = 1; resource_name = 2; }
void ReadResourceInfo(const std::string& bytes, OdooError& error) {
  const Fields resource(bytes);
  error.resource_type = resource.Text(1);
  error.resource_name = resource.Text(2);
}

// google.rpc.RequestInfo { request_id = 1; }
void ReadRequestInfo(const std::string& bytes, OdooError& error) {
  error.request_id = Fields(bytes).Text(1);
}

struct Reader {
  std::string_view type;
  void (*read)(const std::string& bytes, OdooError& error);
};

constexpr Reader kReaders[] = {
    {"google.rpc.ErrorInfo", ReadErrorInfo},
    {"odoo.error.v1.Violations", ReadViolations},
    {"google.rpc.RetryInfo", ReadRetryInfo},
    {"google.rpc.LocalizedMessage", ReadLocalizedMessage},
    {"google.rpc.ResourceInfo", ReadResourceInfo},
    {"google.rpc.RequestInfo", ReadRequestInfo},
};

// google.protobuf.Any { type_url = 1; value = 2; }
void ReadDetail(const std::string& bytes, OdooError& error) {
  const Fields any(bytes);
  const std::string url = any.Text(1);
  const std::string_view type = std::string_view(url).substr(url.rfind('/') + 1);
  for (const Reader& reader : kReaders) {
    if (reader.type == type) reader.read(any.Text(2), error);
  }
}

// Codes that gRPC itself or something on the way answers when a call may have been delivered.
bool MayComeLate(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::CANCELLED:
    case grpc::StatusCode::UNKNOWN:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
    case grpc::StatusCode::INTERNAL:
    case grpc::StatusCode::UNAVAILABLE:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::optional<OdooError> OdooError::From(const grpc::Status& status) {
  if (status.ok()) return std::nullopt;
  OdooError error;
  error.code = status.error_code();
  error.message = status.error_message();
  // google.rpc.Status { code = 1; message = 2; repeated google.protobuf.Any details = 3; }
  const std::string bytes = status.error_details();
  Fields(bytes).ForEach(3, [&error](const std::string& detail) { ReadDetail(detail, error); });
  return error;
}

bool OdooError::maybe_written() const {
  if (reason_name.empty()) return MayComeLate(code);
  return reason == v1::REASON_OUTCOME_UNKNOWN || reason == v1::REASON_ACTION_NOT_DONE ||
         reason == v1::REASON_UNSPECIFIED;
}

}  // namespace odoo_gateway
