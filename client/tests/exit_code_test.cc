#include "odoogw/exit_code.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/rpc/code.pb.h"
#include "google/rpc/error_details.pb.h"

namespace odoogw {
namespace {

google::rpc::Status StatusOf(int code) {
  google::rpc::Status status;
  status.set_code(code);
  return status;
}

TEST(ExitCodeFor, GroupsCodesByWhatToDo) {
  const std::pair<google::rpc::Code, int> cases[] = {
      {google::rpc::OK, 0},
      {google::rpc::INVALID_ARGUMENT, 3},
      {google::rpc::OUT_OF_RANGE, 3},
      {google::rpc::NOT_FOUND, 4},
      {google::rpc::ALREADY_EXISTS, 4},
      {google::rpc::FAILED_PRECONDITION, 4},
      {google::rpc::ABORTED, 4},
      {google::rpc::PERMISSION_DENIED, 5},
      {google::rpc::UNAUTHENTICATED, 5},
      {google::rpc::UNAVAILABLE, 6},
      {google::rpc::RESOURCE_EXHAUSTED, 6},
      {google::rpc::DEADLINE_EXCEEDED, 6},
      {google::rpc::UNKNOWN, 7},
      {google::rpc::CANCELLED, 8},
      {google::rpc::INTERNAL, 8},
      {google::rpc::UNIMPLEMENTED, 8},
      {google::rpc::DATA_LOSS, 8},
  };
  for (const auto& [code, exit_code] : cases) {
    EXPECT_EQ(static_cast<int>(ExitCodeFor(StatusOf(code))), exit_code)
        << google::rpc::Code_Name(code);
  }
  EXPECT_EQ(ExitCodeFor(StatusOf(99)), ExitCode::kOther);
}

TEST(ExitCodeFor, FollowsTheReasonOfAnUnknownOutcome) {
  google::rpc::Status status = StatusOf(google::rpc::DEADLINE_EXCEEDED);
  google::rpc::ErrorInfo info;
  info.set_reason("OUTCOME_UNKNOWN");
  status.add_details()->PackFrom(info);
  EXPECT_EQ(ExitCodeFor(status), ExitCode::kOutcomeUnknown);
}

TEST(ExitCodeHelp, ListsCodesByClass) {
  EXPECT_THAT(ExitCodeHelp(),
              testing::HasSubstr("  3  mend the request (INVALID_ARGUMENT, OUT_OF_RANGE)\n"));
}

}  // namespace
}  // namespace odoogw
