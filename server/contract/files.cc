// Descriptor sets -> one pool. Of a file that two sets hold, the first wins if it holds all that
// the second does.
#include <algorithm>
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

bool Same(const pb::FieldDescriptorProto& a, const pb::FieldDescriptorProto& b) {
  return a.name() == b.name() && a.number() == b.number() && a.type() == b.type() &&
         a.label() == b.label() && a.type_name() == b.type_name();
}
bool Same(const pb::EnumValueDescriptorProto& a, const pb::EnumValueDescriptorProto& b) {
  return a.name() == b.name() && a.number() == b.number();
}
bool Same(const pb::MethodDescriptorProto& a, const pb::MethodDescriptorProto& b) {
  return a.name() == b.name() && a.input_type() == b.input_type() &&
         a.output_type() == b.output_type();
}

// Every item of `theirs` has one in `ours` that stands for it.
template <class Items, class Stands>
bool AllIn(const Items& ours, const Items& theirs, const Stands& stands) {
  return std::all_of(theirs.begin(), theirs.end(), [&](const auto& item) {
    return std::any_of(ours.begin(), ours.end(),
                       [&](const auto& own) { return stands(own, item); });
  });
}

constexpr auto kSame = [](const auto& a, const auto& b) { return Same(a, b); };

bool Covers(const pb::EnumDescriptorProto& ours, const pb::EnumDescriptorProto& theirs) {
  return ours.name() == theirs.name() && AllIn(ours.value(), theirs.value(), kSame);
}
bool Covers(const pb::ServiceDescriptorProto& ours, const pb::ServiceDescriptorProto& theirs) {
  return ours.name() == theirs.name() && AllIn(ours.method(), theirs.method(), kSame);
}
bool Covers(const pb::DescriptorProto& ours, const pb::DescriptorProto& theirs) {
  const auto covers = [](const auto& a, const auto& b) { return Covers(a, b); };
  return ours.name() == theirs.name() && AllIn(ours.field(), theirs.field(), kSame) &&
         AllIn(ours.enum_type(), theirs.enum_type(), covers) &&
         AllIn(ours.nested_type(), theirs.nested_type(), covers);
}

// Whether whoever was built against `theirs` also finds all of it in `ours`: an older copy of the
// same file is no conflict.
bool Covers(const pb::FileDescriptorProto& ours, const pb::FileDescriptorProto& theirs) {
  const auto covers = [](const auto& a, const auto& b) { return Covers(a, b); };
  return ours.package() == theirs.package() &&
         AllIn(ours.message_type(), theirs.message_type(), covers) &&
         AllIn(ours.enum_type(), theirs.enum_type(), covers) &&
         AllIn(ours.service(), theirs.service(), covers) &&
         AllIn(ours.extension(), theirs.extension(), kSame);
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
    // protobuf's own files are compatible in both directions, and every tool brings its own version
    // of them.
    const bool protobufs_own = name.rfind("google/protobuf/", 0) == 0;
    if (!protobufs_own && !Covers(known->second.proto, file)) {
      build_.Note(source, "holds another " + name + " than " + known->second.source +
                              ": build it against that one, or rename the file");
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
