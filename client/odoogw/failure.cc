#include "odoogw/failure.h"

#include "google/rpc/code.pb.h"

namespace odoogw {

Failure UsageFailure(const std::string& message) {
  google::rpc::Status status;
  status.set_code(google::rpc::INVALID_ARGUMENT);
  status.set_message(message);
  return {ExitCode::kUsage, std::move(status)};
}

Failure ServerFailure(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) details.Clear();
  details.set_code(status.error_code());
  details.set_message(status.error_message());
  return {ExitCodeFor(details), std::move(details)};
}

}  // namespace odoogw
