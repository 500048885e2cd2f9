// JSON to protobuf bytes and back, by the descriptors of a pool.
//
//   JsonCodec codec(pool);
//   std::string bytes = codec.Encode(*method.input_type(), R"({"values": {"name": "Ada"}})");
//   std::string text = codec.Decode(*method.output_type(), bytes, JsonLayout::kPretty);
//
// The mapping is protobuf's own. The pool must outlive the codec. Thread-compatible.
#ifndef ODOOGW_JSON_H_
#define ODOOGW_JSON_H_

#include <memory>
#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/util/type_resolver.h"

namespace odoogw {

enum class JsonLayout { kPretty, kCompact };

class JsonCodec {
 public:
  explicit JsonCodec(const google::protobuf::DescriptorPool& pool);

  // The wire bytes of a message of type `type`. Field names are accepted as in the contract and in
  // lowerCamelCase. Throws a usage failure that names all fields at fault (see json_diagnosis.h).
  std::string Encode(const google::protobuf::Descriptor& type, const std::string& json) const;

  // The JSON of wire bytes, with the field names of the contract, in the order of field numbers and
  // map keys, so that equal messages give equal text. Throws Failure where the bytes are no message
  // of type `type`.
  std::string Decode(const google::protobuf::Descriptor& type, const std::string& bytes,
                     JsonLayout layout);

 private:
  std::unique_ptr<google::protobuf::util::TypeResolver> resolver_;
  google::protobuf::DynamicMessageFactory factory_;
};

// The URL by which a codec's type resolver knows a message type.
std::string TypeUrl(const google::protobuf::Descriptor& type);

// JSON as json_util lays it out (indented by one space a level) with two spaces a level.
std::string WidenIndentation(const std::string& json);

}  // namespace odoogw

#endif  // ODOOGW_JSON_H_
