// Reflection over the built-in contracts, as a client asks it.
#include "rpc/reflection.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include "contracts.h"
#include "grpc/reflection/v1/reflection.pb.h"

namespace gateway::rpc {
namespace {

namespace pb = google::protobuf;
namespace reflection = grpc::reflection::v1;
using test::BuiltIn;
using testing::UnorderedElementsAre;

reflection::ServerReflectionResponse Ask(const reflection::ServerReflectionRequest& request) {
  reflection::ServerReflectionResponse response;
  EXPECT_TRUE(response.ParseFromString(Reflect(BuiltIn(), request.SerializeAsString())));
  EXPECT_EQ(response.original_request().SerializeAsString(), request.SerializeAsString());
  EXPECT_EQ(response.valid_host(), request.host());
  return response;
}

reflection::ServerReflectionResponse AskForSymbol(const std::string& symbol) {
  reflection::ServerReflectionRequest request;
  request.set_file_containing_symbol(symbol);
  return Ask(request);
}

// The files of one answer, built into a pool of their own.
void ExpectWhole(const reflection::ServerReflectionResponse& response, const std::string& symbol) {
  std::map<std::string, pb::FileDescriptorProto> files;
  for (const std::string& bytes : response.file_descriptor_response().file_descriptor_proto()) {
    pb::FileDescriptorProto file;
    ASSERT_TRUE(file.ParseFromString(bytes));
    EXPECT_TRUE(files.emplace(file.name(), file).second) << file.name() << " comes twice";
  }
  pb::DescriptorPool pool;
  const std::function<void(const std::string&)> build = [&](const std::string& name) {
    if (pool.FindFileByName(name) != nullptr) return;
    ASSERT_TRUE(files.contains(name)) << name;
    for (const std::string& import : files[name].dependency()) build(import);
    ASSERT_NE(pool.BuildFile(files[name]), nullptr) << name;
  };
  for (const auto& [name, file] : files) build(name);
  EXPECT_NE(pool.FindFileContainingSymbol(symbol), nullptr) << symbol;
}

TEST(Reflection, ListsEveryServiceOnce) {
  reflection::ServerReflectionRequest request;
  request.set_host("here");
  request.set_list_services("");
  std::vector<std::string> names;
  const auto response = Ask(request);
  for (const auto& service : response.list_services_response().service()) {
    names.push_back(service.name());
  }
  EXPECT_EQ(names, BuiltIn().services());
}

TEST(Reflection, AnswersAFileWithAllItsImports) {
  for (const std::string symbol :
       {"odoo.sale.v1.SaleOrderService", "odoo.sale.v1.SaleOrderService.CreateSaleOrder",
        "odoo.contacts.v1.PartnerValues", "odoo.contacts.v1.Partner.name", "odoo.type.v1.Ref",
        "odoo.contract.v1.field", "google.rpc.ErrorInfo", "odoo.error.v1.Violations"}) {
    ExpectWhole(AskForSymbol(symbol), symbol);
  }
  reflection::ServerReflectionRequest request;
  request.set_file_by_filename("odoo/contacts/v1/partner.proto");
  ExpectWhole(Ask(request), "odoo.contacts.v1.PartnerService");
}

TEST(Reflection, KnowsTheExtensions) {
  reflection::ServerReflectionRequest request;
  request.set_all_extension_numbers_of_type("google.protobuf.FieldOptions");
  const auto numbers = Ask(request).all_extension_numbers_response();
  EXPECT_EQ(numbers.base_type_name(), "google.protobuf.FieldOptions");
  EXPECT_THAT(numbers.extension_number(), UnorderedElementsAre(51820));
  auto& extension = *request.mutable_file_containing_extension();
  extension.set_containing_type("google.protobuf.MethodOptions");
  extension.set_extension_number(51820);
  ExpectWhole(Ask(request), "odoo.contract.v1.method");
}

TEST(Reflection, SaysWhatIsNotThere) {
  constexpr int kNotFound = 5;
  constexpr int kInvalidArgument = 3;
  reflection::ServerReflectionRequest file;
  file.set_file_by_filename("no/such.proto");
  reflection::ServerReflectionRequest type;
  type.set_all_extension_numbers_of_type("no.Type");
  reflection::ServerReflectionRequest extension;
  extension.mutable_file_containing_extension()->set_containing_type("odoo.type.v1.Ref");
  extension.mutable_file_containing_extension()->set_extension_number(1);
  for (const auto& request : {file, type, extension}) {
    EXPECT_EQ(Ask(request).error_response().error_code(), kNotFound) << request.DebugString();
  }
  EXPECT_EQ(AskForSymbol("no.Symbol").error_response().error_code(), kNotFound);
  EXPECT_EQ(Ask({}).error_response().error_code(), kInvalidArgument);
}

TEST(Reflection, TakesAnyBytes) {
  reflection::ServerReflectionResponse response;
  ASSERT_TRUE(response.ParseFromString(Reflect(BuiltIn(), "\xff\xff")));
  EXPECT_EQ(response.error_response().error_code(), 3);
}

}  // namespace
}  // namespace gateway::rpc
