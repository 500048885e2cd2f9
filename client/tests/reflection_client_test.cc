#include "odoogw/reflection_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "odoogw/failure.h"

namespace odoogw {
namespace {

namespace v1 = grpc::reflection::v1;

// Ends every stream at once.
class SilentReflection : public v1::ServerReflection::Service {
 public:
  explicit SilentReflection(grpc::StatusCode code) : code_(code) {}

  grpc::Status ServerReflectionInfo(
      grpc::ServerContext*,
      grpc::ServerReaderWriter<v1::ServerReflectionResponse, v1::ServerReflectionRequest>*)
      override {
    return {code_, "bye"};
  }

 private:
  grpc::StatusCode code_;
};

std::string FailureOf(grpc::StatusCode code) {
  SilentReflection service(code);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  ReflectionClient client(Connect("127.0.0.1:" + std::to_string(port), {}, absl::Seconds(10), {}));
  try {
    client.Ask({});
  } catch (const Failure& failure) {
    return failure.what();
  }
  return "answered";
}

TEST(ReflectionClient, ReportsTheStatusOfTheStream) {
  EXPECT_EQ(FailureOf(grpc::StatusCode::PERMISSION_DENIED), "bye");
}

TEST(ReflectionClient, TakesASilentEndForAFailure) {
  EXPECT_EQ(FailureOf(grpc::StatusCode::OK), "the reflection service did not answer");
}

}  // namespace
}  // namespace odoogw
