// Descriptor sets of any bytes beside what contracts import: mistakes, or a catalog.
#include <google/protobuf/descriptor.pb.h>

#include "input.h"

namespace {

// What every contract imports; the models themselves would cost most of the time.
std::string Imports() {
  google::protobuf::FileDescriptorSet set;
  for (const gateway::contract::File& file : gateway::test::BuiltIn().files()) {
    const bool model = file.name.starts_with("odoo/") && !file.name.starts_with("odoo/contract/") &&
                       !file.name.starts_with("odoo/type/");
    if (!model) set.add_file()->ParseFromString(file.bytes);
  }
  return set.SerializeAsString();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gateway;
  // Protobuf tells every mistake of a set that it cannot parse.
  static const google::protobuf::LogSilencer silent;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  static const std::string imports = Imports();
  const auto compiled = contract::Compile({{"imports", imports}, {"fuzzed", bytes}});
  if (const auto* catalog = std::get_if<contract::Catalog>(&compiled)) {
    contract::Dump(*catalog);
  } else {
    fuzz::Require(!std::get<contract::Mistakes>(compiled).empty(), "mistakes are told");
  }
  return 0;
}
