// Reading and writing the details of a google.rpc.Status.
//
//   if (auto info = FindDetail<google::rpc::ErrorInfo>(status)) Use(info->reason());
//
// Pure functions; safe from any thread.
#ifndef ODOOGW_STATUS_DETAILS_H_
#define ODOOGW_STATUS_DETAILS_H_

#include <optional>
#include <string>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "odoo/error/v1/error.pb.h"

namespace odoogw {

// The first detail of type `Detail`, or nothing.
template <typename Detail>
std::optional<Detail> FindDetail(const google::rpc::Status& status) {
  for (const auto& any : status.details()) {
    Detail detail;
    if (any.Is<Detail>() && any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

// The reason of a status that carries google.rpc.ErrorInfo; empty without one.
inline std::string ReasonOf(const google::rpc::Status& status) {
  const auto info = FindDetail<google::rpc::ErrorInfo>(status);
  return info ? info->reason() : "";
}

// `reason` as it stands in ErrorInfo, for example "UNKNOWN_FIELD"; a number for one that this
// program does not know.
std::string ReasonName(odoo::error::v1::Reason reason);

}  // namespace odoogw

#endif  // ODOOGW_STATUS_DETAILS_H_
