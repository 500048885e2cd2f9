#include "rpc/reflection.h"

#include <google/protobuf/descriptor.h>
#include <grpcpp/support/status.h>

#include <algorithm>
#include <set>
#include <vector>

#include "grpc/reflection/v1/reflection.pb.h"

namespace gateway::rpc {
namespace {

namespace pb = google::protobuf;
namespace reflection = grpc::reflection::v1;

class Reflector {
 public:
  Reflector(const contract::Catalog& catalog, const reflection::ServerReflectionRequest& request)
      : catalog_(catalog), request_(request) {
    response_.set_valid_host(request.host());
    *response_.mutable_original_request() = request;
  }

  std::string Answer() {
    using Request = reflection::ServerReflectionRequest;
    switch (request_.message_request_case()) {
      case Request::kListServices:
        ListServices();
        break;
      case Request::kFileByFilename:
        AddFile(catalog_.pool().FindFileByName(request_.file_by_filename()));
        break;
      case Request::kFileContainingSymbol:
        AddFile(catalog_.pool().FindFileContainingSymbol(request_.file_containing_symbol()));
        break;
      case Request::kFileContainingExtension:
        AddExtension();
        break;
      case Request::kAllExtensionNumbersOfType:
        ListExtensions();
        break;
      default:
        Fail(grpc::StatusCode::INVALID_ARGUMENT, "The request asks for nothing.");
    }
    return response_.SerializeAsString();
  }

 private:
  void ListServices() {
    auto* services = response_.mutable_list_services_response();
    for (const std::string& name : catalog_.services()) services->add_service()->set_name(name);
  }

  void AddExtension() {
    const auto& wanted = request_.file_containing_extension();
    const pb::Descriptor* type = catalog_.pool().FindMessageTypeByName(wanted.containing_type());
    const pb::FieldDescriptor* extension =
        type == nullptr ? nullptr
                        : catalog_.pool().FindExtensionByNumber(type, wanted.extension_number());
    AddFile(extension == nullptr ? nullptr : extension->file());
  }

  void ListExtensions() {
    const pb::Descriptor* type =
        catalog_.pool().FindMessageTypeByName(request_.all_extension_numbers_of_type());
    if (type == nullptr) return NotFound();
    auto* numbers = response_.mutable_all_extension_numbers_response();
    numbers->set_base_type_name(type->full_name());
    std::vector<const pb::FieldDescriptor*> extensions;
    catalog_.pool().FindAllExtensions(type, &extensions);
    for (const pb::FieldDescriptor* extension : extensions)
      numbers->add_extension_number(extension->number());
  }

  // The file and all it imports, so that one answer is enough to build it.
  void AddFile(const pb::FileDescriptor* file) {
    if (file == nullptr) return NotFound();
    Add(*file);
  }

  void Add(const pb::FileDescriptor& file) {
    if (!added_.insert(&file).second) return;
    const auto& files = catalog_.files();
    const auto found = std::find_if(files.begin(), files.end(), [&file](const contract::File& own) {
      return own.name == file.name();
    });
    if (found != files.end())
      response_.mutable_file_descriptor_response()->add_file_descriptor_proto(found->bytes);
    for (int i = 0; i < file.dependency_count(); ++i) Add(*file.dependency(i));
  }

  void NotFound() { Fail(grpc::StatusCode::NOT_FOUND, "No served contract holds it."); }

  void Fail(grpc::StatusCode code, const char* message) {
    response_.mutable_error_response()->set_error_code(code);
    response_.mutable_error_response()->set_error_message(message);
  }

  const contract::Catalog& catalog_;
  const reflection::ServerReflectionRequest& request_;
  reflection::ServerReflectionResponse response_;
  std::set<const pb::FileDescriptor*> added_;
};

}  // namespace

std::string Reflect(const contract::Catalog& catalog, const std::string& request) {
  reflection::ServerReflectionRequest parsed;
  // What cannot be parsed asks for nothing, and is answered so.
  if (!parsed.ParseFromString(request)) parsed.Clear();
  return Reflector(catalog, parsed).Answer();
}

}  // namespace gateway::rpc
