// gRPC server reflection over the served contracts, linked in or loaded at start. The library's own
// plugin knows linked-in files only.
#pragma once

#include <string>

#include "contract/catalog.h"

namespace gateway::rpc {

// Answers one request of the stream; both are serialized messages of grpc.reflection.v1 (v1alpha
// has the same bytes). Any thread.
std::string Reflect(const contract::Catalog& catalog, const std::string& request);

}  // namespace gateway::rpc
