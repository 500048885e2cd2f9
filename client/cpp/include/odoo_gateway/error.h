// What an odoo-gateway says about a failed call, in types.
//
//   grpc::Status status = partners->CreatePartner(&context, request, &response);
//   if (const auto error = odoo_gateway::OdooError::From(status)) {
//     if (error->reason == odoo::error::v1::REASON_REQUIRED_FIELD_MISSING) {
//       for (const auto& violation : error->violations) Mark(violation.path());
//     }
//   }
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "grpcpp/support/status.h"
#include "odoo/error/v1/error.pb.h"

namespace odoo_gateway {

struct OdooError {
  // Nothing for a status that is OK. Details that cannot be read are left out.
  static std::optional<OdooError> From(const grpc::Status& status);

  grpc::StatusCode code = grpc::StatusCode::UNKNOWN;
  // For a person, in English: what is wrong and what to do next.
  std::string message;

  // REASON_UNSPECIFIED where the error is not the gateway's own (a lost connection, a proxy), or
  // where its reason is newer than these stubs; `reason_name` has it then.
  odoo::error::v1::Reason reason = odoo::error::v1::REASON_UNSPECIFIED;
  // Without the prefix: "REQUIRED_FIELD_MISSING".
  std::string reason_name;
  // `model`, `operation`, `odoo_exception`, `constraint`, ...
  std::map<std::string, std::string> metadata;
  // Fields at fault, by their path in the request message.
  std::vector<odoo::error::v1::Violation> violations;
  // How long to wait before the same call is made again; nothing: it is no use, or not safe.
  std::optional<std::chrono::milliseconds> retry_delay;

  // Odoo's own words and their language.
  std::string odoo_message;
  std::string odoo_locale;
  // The record that the error is about, for example "sale.order" and "sale.order,42".
  std::string resource_type;
  std::string resource_name;
  // As in the gateway's log.
  std::string request_id;

  // True where a write may have happened although the call failed: look before it is repeated.
  // Always false for what the gateway says was not executed. Meaningless for methods that only
  // read.
  bool maybe_written() const;
};

}  // namespace odoo_gateway
