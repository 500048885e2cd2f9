// Descriptor sets -> one pool. A file that two sets hold must say the same in both.
#include <functional>
#include <set>
#include <unordered_map>

#include <google/protobuf/descriptor.pb.h>

#include "contract/build.h"

namespace gateway::contract {
namespace {

struct Loaded {
  pb::FileDescriptorProto proto;
  std::string source;
};

// What a file says, without comments and without what tools add for themselves (buf marks imports
// in an unknown field).
std::string Meaning(pb::FileDescriptorProto file) {
  file.clear_source_code_info();
  file.mutable_unknown_fields()->Clear();
  std::function<void(pb::DescriptorProto*)> plain = [&plain](pb::DescriptorProto* message) {
    for (auto& field : *message->mutable_field()) field.clear_json_name();
    for (auto& field : *message->mutable_extension()) field.clear_json_name();
    for (auto& nested : *message->mutable_nested_type()) plain(&nested);
  };
  for (auto& message : *file.mutable_message_type()) plain(&message);
  for (auto& field : *file.mutable_extension()) field.clear_json_name();
  if (file.syntax() == "proto2") file.clear_syntax();
  return file.SerializeAsString();
}

class PoolErrors : public pb::DescriptorPool::ErrorCollector {
 public:
  PoolErrors(Build& build, std::string source) : build_(build), source_(std::move(source)) {}

  void AddError(const std::string& file, const std::string& element, const pb::Message*,
                ErrorLocation, const std::string& message) override {
    build_.Note(source_ + ": " + file, element + ": " + message);
  }

 private:
  Build& build_;
  std::string source_;
};

class Loader {
 public:
  explicit Loader(Build& build) : build_(build) {}

  void Add(const DescriptorSet& set) {
    pb::FileDescriptorSet parsed;
    if (!parsed.ParseFromString(set.bytes) || parsed.file_size() == 0) {
      build_.Note(set.source,
                  "is no FileDescriptorSet; make one with `protoc --include_imports "
                  "--include_source_info --descriptor_set_out=FILE` or `buf build -o FILE.binpb`");
      return;
    }
    for (auto& file : *parsed.mutable_file()) Register(std::move(file), set.source);
  }

  void BuildAll() {
    for (const std::string& name : order_) BuildFile(name);
  }

 private:
  void Register(pb::FileDescriptorProto file, const std::string& source) {
    const std::string name = file.name();
    const auto known = files_.find(name);
    if (known == files_.end()) {
      order_.push_back(name);
      files_.emplace(name, Loaded{std::move(file), source});
      return;
    }
    if (Meaning(known->second.proto) != Meaning(file)) {
      build_.Note(source, "holds another version of " + name + " than " + known->second.source +
                              "; build it against the same copy, or rename the file");
    }
  }

  void BuildFile(const std::string& name) {
    if (!begun_.insert(name).second) return;
    const auto found = files_.find(name);
    if (found == files_.end()) return;  // The importing file reports it.
    for (const std::string& import : found->second.proto.dependency()) BuildFile(import);
    PoolErrors errors(build_, found->second.source);
    if (build_.pool->BuildFileCollectingErrors(found->second.proto, &errors) == nullptr) return;
    build_.files.push_back(
        {name,
         found->second.proto.SerializeAsString(),
         {found->second.proto.dependency().begin(), found->second.proto.dependency().end()}});
  }

  Build& build_;
  std::unordered_map<std::string, Loaded> files_;
  std::vector<std::string> order_;
  std::set<std::string> begun_;
};

}  // namespace

void LoadFiles(const std::vector<DescriptorSet>& sets, Build& build) {
  Loader loader(build);
  for (const DescriptorSet& set : sets) loader.Add(set);
  loader.BuildAll();
}

}  // namespace gateway::contract
