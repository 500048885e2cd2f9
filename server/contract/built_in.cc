#include "contract/compiler.h"

extern "C" const char gateway_contracts_begin[];
extern "C" const char gateway_contracts_end[];

namespace gateway::contract {

std::string_view BuiltInDescriptorSet() { return {gateway_contracts_begin, gateway_contracts_end}; }

}  // namespace gateway::contract
