#include "odoogw/reflection_client.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"  // Makes gRPC serialize the messages.
#include "grpcpp/completion_queue.h"
#include "grpcpp/generic/generic_stub.h"
#include "odoogw/failure.h"

namespace odoogw {

using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;

namespace {

constexpr char kV1[] = "grpc.reflection.v1.ServerReflection";
constexpr char kV1Alpha[] = "grpc.reflection.v1alpha.ServerReflection";

// Why a stream that has ended gave no answer. A server that ends it with OK has still not answered.
Failure NoAnswer(const grpc::Status& end) {
  if (end.error_code() == grpc::StatusCode::UNIMPLEMENTED) {
    return ServerFailure({end.error_code(), "the server has no reflection service"});
  }
  if (end.ok()) {
    return ServerFailure({grpc::StatusCode::INTERNAL, "the reflection service did not answer"});
  }
  return ServerFailure(end);
}

}  // namespace

// One bidirectional stream, driven synchronously: each step waits for its own completion. The stub
// is generic because only the method's path differs between the versions of the service.
class ReflectionStream {
 public:
  ReflectionStream(const Connection& connection, const char* service) : stub_(connection.channel) {
    connection.Prepare(context_);
    call_ =
        stub_.PrepareCall(&context_, absl::StrCat("/", service, "/ServerReflectionInfo"), &queue_);
    call_->StartCall(this);
    Wait();
  }

  ~ReflectionStream() {
    context_.TryCancel();
    Finish();
  }

  // False where the stream has ended; Finish then says why.
  bool Exchange(const ServerReflectionRequest& request, ServerReflectionResponse& response) {
    call_->Write(request, this);
    if (!Wait()) return false;
    call_->Read(&response, this);
    return Wait();
  }

  // Ends the stream; the same status again when called again.
  const grpc::Status& Finish() {
    if (!std::exchange(finished_, true)) {
      call_->Finish(&status_, this);
      Wait();
    }
    return status_;
  }

 private:
  bool Wait() {
    void* tag = nullptr;
    bool ok = false;
    return queue_.Next(&tag, &ok) && ok;
  }

  grpc::TemplatedGenericStub<ServerReflectionRequest, ServerReflectionResponse> stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::ClientAsyncReaderWriter<ServerReflectionRequest, ServerReflectionResponse>>
      call_;
  bool finished_ = false;
  grpc::Status status_;
};

ReflectionClient::ReflectionClient(Connection connection) : connection_(std::move(connection)) {}

ReflectionClient::~ReflectionClient() = default;

std::unique_ptr<ReflectionStream> ReflectionClient::Open(const char* service) const {
  return std::make_unique<ReflectionStream>(connection_, service);
}

ServerReflectionResponse ReflectionClient::Ask(const ServerReflectionRequest& request) {
  ServerReflectionResponse response;
  const bool first = stream_ == nullptr;
  if (first) stream_ = Open(kV1);
  if (stream_->Exchange(request, response)) return response;
  if (first && stream_->Finish().error_code() == grpc::StatusCode::UNIMPLEMENTED) {
    stream_ = Open(kV1Alpha);
    if (stream_->Exchange(request, response)) return response;
  }
  throw NoAnswer(stream_->Finish());
}

}  // namespace odoogw
