// The one way in which a command ends without success.
//
//   throw UsageFailure("no service \"Foo\"");
//
// main() turns it into a report and an exit code. A value type.
#ifndef ODOOGW_FAILURE_H_
#define ODOOGW_FAILURE_H_

#include <exception>
#include <string>

#include "google/rpc/status.pb.h"
#include "grpcpp/support/status.h"
#include "odoogw/exit_code.h"

namespace odoogw {

// An error status and the exit code that it stands for.
class Failure : public std::exception {
 public:
  Failure(ExitCode exit_code, google::rpc::Status status)
      : exit_code_(exit_code), status_(std::move(status)) {}

  ExitCode exit_code() const { return exit_code_; }
  const google::rpc::Status& status() const { return status_; }
  const char* what() const noexcept override { return status_.message().c_str(); }

 private:
  ExitCode exit_code_;
  google::rpc::Status status_;
};

// The user asked for something that does not exist or cannot be understood; no method was called.
Failure UsageFailure(const std::string& message);

// What the server answered, or the gRPC library in its place. Details that cannot be read are left
// out.
Failure ServerFailure(const grpc::Status& status);

}  // namespace odoogw

#endif  // ODOOGW_FAILURE_H_
