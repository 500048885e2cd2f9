// A failure for people, and for programs.
//
//   error: a sale order needs a customer
//     code          INVALID_ARGUMENT
//     reason        REQUIRED_FIELD_MISSING
//     field         values.partner_id: REQUIRED_FIELD_MISSING
//                   set it, or set values.partner_invoice_id
//     operation     create
//     request id    4f1c
//
// Texts of servers are made printable (base/printable.h). Pure functions; safe from any thread.
#ifndef ODOOGW_ERROR_REPORT_H_
#define ODOOGW_ERROR_REPORT_H_

#include <string>

#include "google/rpc/status.pb.h"
#include "odoogw/failure.h"
#include "odoogw/style.h"

namespace odoogw {

// Every detail of google/rpc/error_details.proto and odoo.error.v1, in the same order whatever the
// order in the status. Details of other types are named. A usage failure has no code line: its
// status did not come from a server.
std::string RenderError(const Failure& failure, const Style& style);

// google.rpc.Status as JSON. Details of types that this program does not know are left out: they
// cannot be shown.
std::string ErrorAsJson(const google::rpc::Status& status);

}  // namespace odoogw

#endif  // ODOOGW_ERROR_REPORT_H_
