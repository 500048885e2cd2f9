// A descriptor database that fetches what it lacks from a server's reflection service, one file at
// most once.
//
//   ReflectionDatabase database([&](const auto& request) { return client.Ask(request); });
//   google::protobuf::DescriptorPool pool(&database);
//
// A pool must not be left by an exception, so a failure of the stream looks like a missing symbol
// to it; ask CheckStream() after a look-up that found nothing. Not thread-safe by itself; a
// DescriptorPool on top serializes its use.
#ifndef ODOOGW_REFLECTION_DATABASE_H_
#define ODOOGW_REFLECTION_DATABASE_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "google/protobuf/descriptor_database.h"
#include "grpc/reflection/v1/reflection.pb.h"
#include "odoogw/failure.h"

namespace odoogw {

class ReflectionDatabase : public google::protobuf::DescriptorDatabase {
 public:
  using Request = grpc::reflection::v1::ServerReflectionRequest;
  using Response = grpc::reflection::v1::ServerReflectionResponse;
  // Asks the server; throws Failure where that is impossible.
  using Ask = std::function<Response(const Request&)>;

  explicit ReflectionDatabase(Ask ask) : ask_(std::move(ask)) {}

  // Full names of the services, as the server lists them. Throws Failure.
  std::vector<std::string> ListServices();

  // Throws the failure that a look-up met, if one did.
  void CheckStream() const;

  bool FindFileByName(const std::string& name,
                      google::protobuf::FileDescriptorProto* output) override;
  bool FindFileContainingSymbol(const std::string& symbol,
                                google::protobuf::FileDescriptorProto* output) override;
  bool FindFileContainingExtension(const std::string& extendee, int number,
                                   google::protobuf::FileDescriptorProto* output) override;

 private:
  void Fetch(const Request& request);
  void AddFile(const std::string& serialized);

  Ask ask_;
  google::protobuf::SimpleDescriptorDatabase files_;
  std::optional<Failure> failure_;
};

}  // namespace odoogw

#endif  // ODOOGW_REFLECTION_DATABASE_H_
