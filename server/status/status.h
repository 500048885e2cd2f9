// base::Failure -> what a gRPC caller gets: code, message and a google.rpc.Status with details. The
// only builder of errors, used at the edge alone.
//
// Every error holds google.rpc.ErrorInfo (domain `odoo-gateway`) and RequestInfo. Each other detail
// stands there once, where it applies: BadRequest with odoo.error.v1.Violations, RetryInfo,
// ResourceInfo, PreconditionFailure, QuotaFailure, LocalizedMessage.
//
// Any failure gives valid UTF-8 and trailers below 7.5 kB, since more turn a good error into
// INTERNAL on the way: texts are cut, violations dropped from the end and counted in
// ErrorInfo.metadata["violations"].
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace gateway::status {

struct Options {
  // Adds google.rpc.DebugInfo with the frames of Odoo's traceback. For development: shows paths of
  // Odoo's installation.
  bool debug = false;
};

struct Answer {
  base::Code code = base::Code::kInternal;
  // Failure::message and the reason's advice, one line. For the `grpc-message` trailer, still to be
  // percent-encoded.
  std::string message;
  // google.rpc.Status, serialized. For the `grpc-status-details-bin` trailer, still to be
  // base64-encoded.
  std::string details;
};

// Pure, any thread.
Answer Render(const base::Failure& failure, std::string_view request_id,
              const Options& options = {});

// Answer::details alone.
std::string StatusDetails(const base::Failure& failure, std::string_view request_id);

}  // namespace gateway::status
