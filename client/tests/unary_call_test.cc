#include "odoogw/unary_call.h"

#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "test_pool.h"

namespace odoogw {
namespace {

const google::protobuf::MethodDescriptor& Method(const std::string& name) {
  return *TestPool().FindMethodByName("odoogw_test.contacts.v1.PartnerService." + name);
}

// As the gateway sends it: with ErrorInfo.
grpc::Status FromGateway(grpc::StatusCode code, const std::string& reason) {
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  google::rpc::Status status;
  status.set_code(code);
  status.add_details()->PackFrom(info);
  return {code, "", status.SerializeAsString()};
}

TEST(CallFailure, TakesTheGatewayByItsWord) {
  const grpc::Status status = FromGateway(grpc::StatusCode::UNAVAILABLE, "UPSTREAM_UNAVAILABLE");
  EXPECT_EQ(CallFailure(Method("CreatePartner"), status).exit_code(), ExitCode::kTryLater);
}

TEST(CallFailure, KnowsThatALostWriteMayHaveHappened) {
  for (const auto code : {grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::DEADLINE_EXCEEDED}) {
    EXPECT_EQ(CallFailure(Method("CreatePartner"), {code, ""}).exit_code(),
              ExitCode::kOutcomeUnknown);
    EXPECT_EQ(CallFailure(Method("GetPartner"), {code, ""}).exit_code(), ExitCode::kTryLater);
  }
}

TEST(CallFailure, LeavesOtherCodesAlone) {
  const grpc::Status status(grpc::StatusCode::UNIMPLEMENTED, "no");
  const Failure failure = CallFailure(Method("CreatePartner"), status);
  EXPECT_EQ(failure.exit_code(), ExitCode::kOther);
  EXPECT_STREQ(failure.what(), "no");
}

}  // namespace
}  // namespace odoogw
