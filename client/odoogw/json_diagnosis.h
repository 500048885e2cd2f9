// Says what is wrong with JSON that protobuf refused: everything, not only the first thing, in the
// form of the gateway's own violations.
//
//   google::rpc::Status status = DiagnoseJson(resolver, type, R"({"valuess": {}})", refusal);
//
// protobuf stays the judge: each single value is given to it again, and this file only finds out
// which ones it refuses. Pure functions; safe from any thread.
#ifndef ODOOGW_JSON_DIAGNOSIS_H_
#define ODOOGW_JSON_DIAGNOSIS_H_

#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/type_resolver.h"
#include "google/rpc/status.pb.h"

namespace odoogw {

// INVALID_ARGUMENT with google.rpc.ErrorInfo (domain "odoogw"), odoo.error.v1.Violations and
// google.rpc.BadRequest. The path of a violation is that of the field; for text that is no JSON at
// all, it is a line and column. `refusal` is what protobuf said about the whole; it stands in where
// no single value is at fault.
google::rpc::Status DiagnoseJson(google::protobuf::util::TypeResolver& resolver,
                                 const google::protobuf::Descriptor& type, const std::string& json,
                                 const std::string& refusal);

}  // namespace odoogw

#endif  // ODOOGW_JSON_DIAGNOSIS_H_
