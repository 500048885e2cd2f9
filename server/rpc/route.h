// Which Odoo a call goes to.
#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include <string>
#include <string_view>

#include "access/access.h"
#include "base/result.h"
#include "engine/backends.h"

namespace gateway::rpc {

// Among the instances that a caller may use; it is told of no others. Lives as long as a call needs
// to enter.
class Choice {
 public:
  // `caller` null: all of them.
  Choice(const engine::Backends& backends, const access::Caller* caller)
      : backends_(backends), caller_(caller) {}

  // The instance that metadata `x-odoo-instance` names, otherwise the caller's first, otherwise the
  // default one.
  base::Result<const engine::Backend*> Route(const grpc::CallbackServerContext& context) const;

  // What `backend` serves at `path`; the failure says who else does.
  base::Result<const contract::Method*> Serve(const engine::Backend& backend,
                                              const std::string& path) const;

 private:
  bool Allows(const engine::Backend& backend) const;
  // Null: the call has to name one.
  const engine::Backend* Default() const;
  base::Failure Refuse(base::Reason reason, std::string problem) const;
  // "default, shop_eu"; where a path is given, of those that serve it.
  std::string Names(std::string_view path = {}) const;

  const engine::Backends& backends_;
  const access::Caller* const caller_;
};

}  // namespace gateway::rpc
