#include "test_pool.h"

#include <fstream>

#include "google/protobuf/descriptor.pb.h"

namespace odoogw {
namespace {

using google::protobuf::DescriptorPool;

const DescriptorPool* LoadPool() {
  std::ifstream file(ODOOGW_TEST_DESCRIPTOR_SET, std::ios::binary);
  google::protobuf::FileDescriptorSet set;
  set.ParseFromIstream(&file);
  auto* pool = new DescriptorPool;
  for (const auto& proto : set.file()) pool->BuildFile(proto);
  return pool;
}

}  // namespace

const DescriptorPool& TestPool() {
  static const DescriptorPool* const kPool = LoadPool();
  return *kPool;
}

const google::protobuf::Descriptor& TestType(const std::string& name) {
  return *TestPool().FindMessageTypeByName("odoogw_test.contacts.v1." + name);
}

std::string SerializeFile(const google::protobuf::FileDescriptor& file) {
  google::protobuf::FileDescriptorProto proto;
  file.CopyTo(&proto);
  file.CopySourceCodeInfoTo(&proto);
  return proto.SerializeAsString();
}

}  // namespace odoogw
