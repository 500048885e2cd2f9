#include "odoogw/json.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/type_resolver_util.h"
#include "google/rpc/code.pb.h"
#include "odoogw/failure.h"
#include "odoogw/json_diagnosis.h"

namespace odoogw {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;

constexpr char kUrlPrefix[] = "type.googleapis.com";

Failure UnreadableAnswer(const Descriptor& type, const std::string& why) {
  google::rpc::Status status;
  status.set_code(google::rpc::INTERNAL);
  status.set_message(
      absl::StrCat("the server's answer cannot be shown as ", type.full_name(), ": ", why));
  return {ExitCode::kOther, std::move(status)};
}

// Unlike SerializeAsString, with map entries sorted by key.
std::string SerializeInOrder(const Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream output(&stream);
  output.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&output);
  output.Trim();
  return bytes;
}

google::protobuf::util::JsonPrintOptions PrintOptions(JsonLayout layout) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = layout == JsonLayout::kPretty;
  options.preserve_proto_field_names = true;
  return options;
}

}  // namespace

JsonCodec::JsonCodec(const google::protobuf::DescriptorPool& pool)
    : resolver_(google::protobuf::util::NewTypeResolverForDescriptorPool(kUrlPrefix, &pool)),
      factory_(&pool) {}

std::string JsonCodec::Encode(const Descriptor& type, const std::string& json) const {
  std::string bytes;
  const auto status =
      google::protobuf::util::JsonToBinaryString(resolver_.get(), TypeUrl(type), json, &bytes);
  if (!status.ok()) {
    throw Failure(ExitCode::kUsage,
                  DiagnoseJson(*resolver_, type, json, status.message().ToString()));
  }
  return bytes;
}

std::string JsonCodec::Decode(const Descriptor& type, const std::string& bytes, JsonLayout layout) {
  const std::unique_ptr<Message> message(factory_.GetPrototype(&type)->New());
  if (!message->ParseFromString(bytes)) throw UnreadableAnswer(type, "malformed bytes");
  std::string json;
  const auto status = google::protobuf::util::BinaryToJsonString(
      resolver_.get(), TypeUrl(type), SerializeInOrder(*message), &json, PrintOptions(layout));
  if (!status.ok()) throw UnreadableAnswer(type, status.message().ToString());
  return layout == JsonLayout::kPretty ? WidenIndentation(json) : json + "\n";
}

std::string TypeUrl(const Descriptor& type) {
  return absl::StrCat(kUrlPrefix, "/", type.full_name());
}

std::string WidenIndentation(const std::string& json) {
  std::vector<std::string> lines = absl::StrSplit(json, '\n');
  for (std::string& line : lines) {
    const std::size_t indent = line.find_first_not_of(' ');
    if (indent != std::string::npos) line.insert(0, indent, ' ');
  }
  return absl::StrJoin(lines, "\n");
}

}  // namespace odoogw
