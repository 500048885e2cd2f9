#include "odoogw/reflection_database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/protobuf/descriptor.pb.h"
#include "test_pool.h"

namespace odoogw {
namespace {

using google::protobuf::FileDescriptorProto;
using Request = ReflectionDatabase::Request;
using Response = ReflectionDatabase::Response;

constexpr char kFile[] = "odoogw_test/crm/v1/partner.proto";
constexpr char kSymbol[] = "odoogw_test.crm.v1.PartnerService";

Response OneFile() {
  Response response;
  response.mutable_file_descriptor_response()->add_file_descriptor_proto(
      SerializeFile(*TestPool().FindFileByName(kFile)));
  return response;
}

TEST(ReflectionDatabase, AsksForAFileOnce) {
  int asked = 0;
  ReflectionDatabase database([&](const Request&) { return ++asked, OneFile(); });
  FileDescriptorProto file;
  EXPECT_TRUE(database.FindFileContainingSymbol(kSymbol, &file));
  EXPECT_TRUE(database.FindFileByName(kFile, &file));
  EXPECT_EQ(file.name(), kFile);
  EXPECT_EQ(asked, 1);
}

TEST(ReflectionDatabase, KeepsTheFirstOfTwoFilesWithOneName) {
  ReflectionDatabase database([](const Request&) { return OneFile(); });
  FileDescriptorProto file;
  EXPECT_FALSE(database.FindFileByName("other.proto", &file));
  EXPECT_FALSE(database.FindFileByName("another.proto", &file));
  EXPECT_TRUE(database.FindFileByName(kFile, &file));
}

TEST(ReflectionDatabase, FindsNothingWhereTheServerSaysSo) {
  ReflectionDatabase database([](const Request&) {
    Response response;
    response.mutable_error_response()->set_error_code(5);
    return response;
  });
  FileDescriptorProto file;
  EXPECT_FALSE(database.FindFileContainingSymbol("x.Y", &file));
  EXPECT_FALSE(database.FindFileContainingExtension("x.Y", 1, &file));
  EXPECT_NO_THROW(database.CheckStream());
  EXPECT_THROW(database.ListServices(), Failure);
}

TEST(ReflectionDatabase, KeepsTheFailureOfTheStreamAndAsksNoMore) {
  int asked = 0;
  ReflectionDatabase database([&](const Request&) -> Response {
    ++asked;
    throw ServerFailure({grpc::StatusCode::UNAVAILABLE, "gone"});
  });
  FileDescriptorProto file;
  EXPECT_FALSE(database.FindFileByName(kFile, &file));
  EXPECT_FALSE(database.FindFileContainingSymbol(kSymbol, &file));
  EXPECT_THAT([&] { database.CheckStream(); }, testing::ThrowsMessage<Failure>("gone"));
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace odoogw
