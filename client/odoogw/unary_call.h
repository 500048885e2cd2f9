// One unary call of a method that is known by its descriptor only.
//
//   std::string answer = CallUnary(connection, method, request_bytes);
//
// Blocks until the answer or the connection's deadline. Safe from any thread.
#ifndef ODOOGW_UNARY_CALL_H_
#define ODOOGW_UNARY_CALL_H_

#include <string>

#include "google/protobuf/descriptor.h"
#include "odoogw/connection.h"
#include "odoogw/failure.h"

namespace odoogw {

// Sends wire bytes of the request, returns those of the response. Throws Failure (see CallFailure),
// a usage failure for a streaming method.
std::string CallUnary(const Connection& connection,
                      const google::protobuf::MethodDescriptor& method, const std::string& request);

// The failure for the status of a call of `method`. Where the gateway itself did not answer (no
// ErrorInfo) and the contract does not say that the method only reads, a lost connection or a
// passed deadline means that the outcome is unknown.
Failure CallFailure(const google::protobuf::MethodDescriptor& method, const grpc::Status& status);

}  // namespace odoogw

#endif  // ODOOGW_UNARY_CALL_H_
