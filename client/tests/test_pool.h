// Descriptors of the tests' contract as a gateway has them: with comments.
#ifndef ODOOGW_TESTS_TEST_POOL_H_
#define ODOOGW_TESTS_TEST_POOL_H_

#include <string>

#include "google/protobuf/descriptor.h"

namespace odoogw {

// The files of the tests and all that they import. Lives as long as the process.
const google::protobuf::DescriptorPool& TestPool();

// A message type of the package odoogw_test.contacts.v1.
const google::protobuf::Descriptor& TestType(const std::string& name);

// A file of a pool as it is served by reflection.
std::string SerializeFile(const google::protobuf::FileDescriptor& file);

}  // namespace odoogw

#endif  // ODOOGW_TESTS_TEST_POOL_H_
