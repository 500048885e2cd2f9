// Questions to a server's reflection service, over one stream.
//
//   ReflectionClient client(connection);
//   auto response = client.Ask(request);
//
// The service exists as grpc.reflection.v1 and as v1alpha, with the same messages on the wire. v1
// is tried first; a server without it is asked by v1alpha from then on, with the messages of v1.
// Not thread-safe: one question at a time.
#ifndef ODOOGW_REFLECTION_CLIENT_H_
#define ODOOGW_REFLECTION_CLIENT_H_

#include <memory>

#include "grpc/reflection/v1/reflection.pb.h"
#include "odoogw/connection.h"

namespace odoogw {

class ReflectionStream;

class ReflectionClient {
 public:
  explicit ReflectionClient(Connection connection);
  ~ReflectionClient();

  // The answer to one question, which may be an `error_response`. Throws ServerFailure where the
  // stream fails.
  grpc::reflection::v1::ServerReflectionResponse Ask(
      const grpc::reflection::v1::ServerReflectionRequest& request);

 private:
  std::unique_ptr<ReflectionStream> Open(const char* service) const;

  Connection connection_;
  std::unique_ptr<ReflectionStream> stream_;  // Null until the first question.
};

}  // namespace odoogw

#endif  // ODOOGW_REFLECTION_CLIENT_H_
