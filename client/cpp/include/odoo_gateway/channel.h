// A gRPC channel to an odoo-gateway, with what its contracts allow to be retried.
//
//   auto channel = odoo_gateway::CreateChannel("127.0.0.1:50051");
//   auto partners = odoo::contacts::v1::PartnerService::NewStub(channel);
//
// A channel is thread-safe and meant to be shared: one per process is enough.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "grpcpp/channel.h"

namespace odoo_gateway {

struct ChannelOptions {
  // False: no encryption, for a gateway on the same machine or behind a sidecar.
  bool tls = false;
  // PEM. Empty: those of the system.
  std::string root_certificates = {};
  // PEM, both or neither: who the caller is, for a gateway or proxy that asks.
  std::string certificate_chain = {};
  std::string private_key = {};
  // Bearer token that says who the caller is, sent with every call. Needs tls: gRPC sends none in
  // the clear, each call fails with INVALID_ARGUMENT instead.
  std::string token = {};
  // Of answers; the gateway itself has a limit of 64 MiB for what Odoo answers.
  int max_answer_bytes = 64 << 20;
  // gRPC service config as JSON. Empty: DefaultServiceConfig().
  std::string service_config = {};
  // Put before gRPC's own in the user-agent header.
  std::string user_agent = {};
};

// `target` as gRPC takes it: `127.0.0.1:50051`, `dns:///odoo-gateway.erp.svc:50051`. Connects when
// first used. Where the name has several addresses, calls go to them in turn.
std::shared_ptr<grpc::Channel> CreateChannel(const std::string& target,
                                             const ChannelOptions& options = {});

// What CreateChannel uses. Methods that only read are retried where the gateway or Odoo cannot be
// reached. All are retried after CONCURRENT_UPDATE (ABORTED), where Odoo rolled back. Nothing else
// is: a write whose answer was lost may have happened. Contracts of your own are not in it: extend
// a copy (client/service_config.json) for their reads.
std::string_view DefaultServiceConfig();

}  // namespace odoo_gateway
