// A gRPC server in the test's own process, with the contract of the tests.
//
//   TestServer server(Reflection::kV1);
//   server.Fail({grpc::StatusCode::NOT_FOUND, "no such partner"});
#ifndef ODOOGW_TESTS_TEST_SERVER_H_
#define ODOOGW_TESTS_TEST_SERVER_H_

#include <memory>
#include <string>

#include "grpcpp/server.h"
#include "grpcpp/support/status.h"

namespace odoogw {

// kV1: with comments, as the gateway; gRPC's own v1alpha is there as well. kV1Alpha: gRPC's own
// only.
enum class Reflection { kV1, kV1Alpha };

class TestServer {
 public:
  explicit TestServer(Reflection reflection);
  ~TestServer();

  const std::string& address() const { return address_; }

  // CreatePartner answers this from now on.
  void Fail(grpc::Status status);
  // GetPartner and CreatePartner answer only when the caller has given up.
  void Hang();
  // Value of the metadata key "x-caller" in the last call of CreatePartner.
  std::string LastCaller() const;
  // Number of questions to the v1 reflection service.
  int ReflectionQuestions() const;

 private:
  struct Services;

  std::unique_ptr<Services> services_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

}  // namespace odoogw

#endif  // ODOOGW_TESTS_TEST_SERVER_H_
