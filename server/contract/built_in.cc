#include "contract/compiler.h"

extern "C" const char gateway_contracts_begin[];
extern "C" const char gateway_contracts_end[];

namespace gateway::contract {

std::string_view BuiltInDescriptorSet() {
  return {gateway_contracts_begin,
          static_cast<std::size_t>(gateway_contracts_end - gateway_contracts_begin)};
}

}  // namespace gateway::contract
