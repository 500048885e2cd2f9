// Which details a failure carries, and what stands in each: one function per google.rpc type. Texts
// are cut to fixed lengths, so that everything but violations and frames fits the trailers together
// (status.cc counts).
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "odoo/error/v1/error.pb.h"

namespace gateway::status {

google::rpc::ErrorInfo ErrorInfoOf(const base::Failure& failure);

// All details that apply, except those that share the space left: ErrorInfo (whose count they
// change), violations, frames.
void AddFixedDetails(const base::Failure& failure, std::string_view request_id,
                     google::rpc::Status* status);

// The first violations, in both forms that name them.
struct ViolationDetails {
  google::rpc::BadRequest bad_request;
  odoo::error::v1::Violations violations;
};
// As many as take at most `bytes` when packed, and never more than 64.
ViolationDetails FirstViolations(const base::Failure& failure, std::size_t bytes);

// The frames of a Python traceback in `debug`, innermost last; outer ones are dropped to stay
// within `bytes` when packed. Nothing but frames: messages of exceptions may hold whole rows.
google::rpc::DebugInfo DebugInfoOf(std::string_view debug, std::size_t bytes);

}  // namespace gateway::status
