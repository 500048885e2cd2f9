#include "odoogw/unary_call.h"

#include <future>

#include "absl/strings/str_cat.h"
#include "google/rpc/code.pb.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/support/byte_buffer.h"
#include "odoogw/odoo_notes.h"
#include "odoogw/status_details.h"

namespace odoogw {
namespace {

using google::protobuf::MethodDescriptor;

std::string PathOf(const MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return {&slice, 1};
}

std::string ToBytes(const grpc::ByteBuffer& buffer) {
  grpc::Slice slice;
  const grpc::Status status = buffer.DumpToSingleSlice(&slice);
  if (!status.ok()) throw ServerFailure(status);
  return {slice.begin(), slice.end()};
}

bool AnswerIsLost(const google::rpc::Status& status) {
  const bool cut_off =
      status.code() == google::rpc::DEADLINE_EXCEEDED || status.code() == google::rpc::UNAVAILABLE;
  return cut_off && ReasonOf(status).empty();
}

}  // namespace

std::string CallUnary(const Connection& connection, const MethodDescriptor& method,
                      const std::string& request) {
  if (method.client_streaming() || method.server_streaming()) {
    throw UsageFailure(absl::StrCat(method.full_name(), " streams; only unary methods are called"));
  }
  grpc::ClientContext context;
  connection.Prepare(context);
  const grpc::ByteBuffer request_buffer = ToBuffer(request);
  grpc::ByteBuffer response_buffer;
  std::promise<grpc::Status> done;
  grpc::GenericStub(connection.channel)
      .UnaryCall(&context, PathOf(method), {}, &request_buffer, &response_buffer,
                 [&done](grpc::Status status) { done.set_value(std::move(status)); });
  const grpc::Status status = done.get_future().get();
  if (!status.ok()) throw CallFailure(method, status);
  return ToBytes(response_buffer);
}

Failure CallFailure(const MethodDescriptor& method, const grpc::Status& status) {
  Failure failure = ServerFailure(status);
  if (OnlyReads(method) || !AnswerIsLost(failure.status())) return failure;
  google::rpc::Status unknown = failure.status();
  absl::StrAppend(unknown.mutable_message(),
                  "\nno answer came from the gateway, so a write may or may not have happened");
  return {ExitCode::kOutcomeUnknown, std::move(unknown)};
}

}  // namespace odoogw
