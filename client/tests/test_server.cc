#include "test_server.h"

#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "odoogw_test/contacts/v1/partner.grpc.pb.h"
#include "odoogw_test/crm/v1/partner.grpc.pb.h"
#include "test_pool.h"

namespace odoogw {
namespace {

namespace contacts = odoogw_test::contacts::v1;
namespace crm = odoogw_test::crm::v1;
namespace v1 = grpc::reflection::v1;

class PartnerService : public contacts::PartnerService::Service {
 public:
  grpc::Status CreatePartner(grpc::ServerContext* context,
                             const contacts::CreatePartnerRequest* request,
                             contacts::CreatePartnerResponse* response) override {
    const auto caller = context->client_metadata().find("x-caller");
    if (caller != context->client_metadata().end()) {
      last_caller.assign(caller->second.begin(), caller->second.end());
    }
    HangIfAsked(*context);
    contacts::Partner& record = *response->mutable_record();
    record.set_id(42);
    record.set_name(request->values().name());
    *record.mutable_created() = request->values().created();
    *record.mutable_extra_fields() = request->values().extra_fields();
    record.mutable_attachment()->PackFrom(request->values());
    return status;
  }

  grpc::Status GetPartner(grpc::ServerContext* context, const contacts::GetPartnerRequest*,
                          contacts::GetPartnerResponse*) override {
    HangIfAsked(*context);
    return grpc::Status::OK;
  }

  grpc::Status status;
  std::string last_caller;
  std::atomic<bool> hangs = false;

 private:
  void HangIfAsked(const grpc::ServerContext& context) const {
    while (hangs && !context.IsCancelled()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
};

// Serves TestPool(), each file alone: its imports must be asked for.
class ReflectionService : public v1::ServerReflection::Service {
 public:
  grpc::Status ServerReflectionInfo(
      grpc::ServerContext*,
      grpc::ServerReaderWriter<v1::ServerReflectionResponse, v1::ServerReflectionRequest>* stream)
      override {
    v1::ServerReflectionRequest request;
    while (stream->Read(&request)) stream->Write(Answer(request));
    return grpc::Status::OK;
  }

  std::atomic<int> questions = 0;

 private:
  v1::ServerReflectionResponse Answer(const v1::ServerReflectionRequest& request) {
    ++questions;
    if (request.has_list_services()) return Services();
    const auto* file = request.has_file_by_filename()
                           ? TestPool().FindFileByName(request.file_by_filename())
                           : TestPool().FindFileContainingSymbol(request.file_containing_symbol());
    v1::ServerReflectionResponse response;
    if (file == nullptr) {
      response.mutable_error_response()->set_error_code(grpc::StatusCode::NOT_FOUND);
    } else {
      response.mutable_file_descriptor_response()->add_file_descriptor_proto(SerializeFile(*file));
    }
    return response;
  }

  static v1::ServerReflectionResponse Services() {
    v1::ServerReflectionResponse response;
    for (const char* name : {crm::PartnerService::service_full_name(),
                             contacts::PartnerService::service_full_name()}) {
      response.mutable_list_services_response()->add_service()->set_name(name);
    }
    return response;
  }
};

}  // namespace

struct TestServer::Services {
  PartnerService partners;
  crm::PartnerService::Service crm_partners;
  ReflectionService reflection;
};

TestServer::TestServer(Reflection reflection) : services_(std::make_unique<Services>()) {
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&services_->partners);
  builder.RegisterService(&services_->crm_partners);
  if (reflection == Reflection::kV1) builder.RegisterService(&services_->reflection);
  server_ = builder.BuildAndStart();
  address_ = "127.0.0.1:" + std::to_string(port);
}

TestServer::~TestServer() { server_->Shutdown(std::chrono::system_clock::now()); }

void TestServer::Fail(grpc::Status status) { services_->partners.status = std::move(status); }

void TestServer::Hang() { services_->partners.hangs = true; }

std::string TestServer::LastCaller() const { return services_->partners.last_caller; }

int TestServer::ReflectionQuestions() const { return services_->reflection.questions; }

}  // namespace odoogw
