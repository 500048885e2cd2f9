#include "odoogw/reflection_database.h"

#include "google/protobuf/descriptor.pb.h"
#include "google/rpc/code.pb.h"

namespace odoogw {
namespace {

using google::protobuf::FileDescriptorProto;

Failure RefusedListing(const grpc::reflection::v1::ErrorResponse& error) {
  return ServerFailure({static_cast<grpc::StatusCode>(error.error_code()), error.error_message()});
}

}  // namespace

std::vector<std::string> ReflectionDatabase::ListServices() {
  Request request;
  request.set_list_services("*");
  const Response response = ask_(request);
  if (response.has_error_response()) throw RefusedListing(response.error_response());
  std::vector<std::string> names;
  for (const auto& service : response.list_services_response().service()) {
    names.push_back(service.name());
  }
  return names;
}

void ReflectionDatabase::CheckStream() const {
  if (failure_) throw *failure_;
}

bool ReflectionDatabase::FindFileByName(const std::string& name, FileDescriptorProto* output) {
  if (files_.FindFileByName(name, output)) return true;
  Request request;
  request.set_file_by_filename(name);
  Fetch(request);
  return files_.FindFileByName(name, output);
}

bool ReflectionDatabase::FindFileContainingSymbol(const std::string& symbol,
                                                  FileDescriptorProto* output) {
  if (files_.FindFileContainingSymbol(symbol, output)) return true;
  Request request;
  request.set_file_containing_symbol(symbol);
  Fetch(request);
  return files_.FindFileContainingSymbol(symbol, output);
}

bool ReflectionDatabase::FindFileContainingExtension(const std::string& extendee, int number,
                                                     FileDescriptorProto* output) {
  if (files_.FindFileContainingExtension(extendee, number, output)) return true;
  Request request;
  request.mutable_file_containing_extension()->set_containing_type(extendee);
  request.mutable_file_containing_extension()->set_extension_number(number);
  Fetch(request);
  return files_.FindFileContainingExtension(extendee, number, output);
}

void ReflectionDatabase::Fetch(const Request& request) {
  if (failure_) return;
  try {
    const Response response = ask_(request);
    for (const std::string& file : response.file_descriptor_response().file_descriptor_proto()) {
      AddFile(file);
    }
  } catch (const Failure& failure) {
    failure_ = failure;
  }
}

void ReflectionDatabase::AddFile(const std::string& serialized) {
  FileDescriptorProto file;
  FileDescriptorProto known;
  if (!file.ParseFromString(serialized) || files_.FindFileByName(file.name(), &known)) return;
  files_.Add(file);
}

}  // namespace odoogw
