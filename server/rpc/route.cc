#include "rpc/route.h"

#include <iterator>

namespace gateway::rpc {
namespace {

using base::Fail;
using base::Reason;

constexpr const char* kInstance = "x-odoo-instance";

// Names of instances are short; what is longer is not repeated.
constexpr std::size_t kMaxShown = 63;

}  // namespace

bool Choice::Allows(const engine::Backend& backend) const {
  return caller_ == nullptr || caller_->MayUse(backend.name);
}

const engine::Backend* Choice::Default() const {
  if (caller_ == nullptr || caller_->instances().empty()) return backends_.Default();
  return backends_.Find(caller_->instances().front());
}

std::string Choice::Names(std::string_view path) const {
  std::string names;
  for (const engine::Backend& backend : backends_.all()) {
    const bool serves = path.empty() || backend.catalog.Find(path) != nullptr;
    if (serves && Allows(backend)) names += (names.empty() ? "" : ", ") + backend.name;
  }
  return names;
}

base::Failure Choice::Refuse(Reason reason, std::string problem) const {
  const std::string names = Names();
  base::Failure failure = Fail(
      reason, std::move(problem) + " Set the metadata x-odoo-instance to one of: " + names + ".");
  failure.metadata.emplace_back("instances", names);
  return failure;
}

base::Result<const engine::Backend*> Choice::Route(
    const grpc::CallbackServerContext& context) const {
  const auto [first, last] = context.client_metadata().equal_range(kInstance);
  if (first == last) {
    const engine::Backend* backend = Default();
    if (backend != nullptr) return backend;
    return Refuse(Reason::kMalformedRequest, "The call names no instance of Odoo.");
  }
  if (std::next(first) != last)
    return Refuse(Reason::kMalformedRequest, "The call names more than one instance of Odoo.");
  const std::string_view name(first->second.data(), first->second.size());
  const engine::Backend* backend = backends_.Find(name);
  if (backend != nullptr && Allows(*backend)) return backend;
  const bool shown = !name.empty() && name.size() <= kMaxShown;
  const std::string which = shown ? "instance " + std::string(name) : "such instance";
  // Who may use some alone is not told which others there are.
  const bool bound = caller_ != nullptr && !caller_->instances().empty();
  return bound ? Refuse(Reason::kCallerNotAllowed, "The caller's policy has no " + which + ".")
               : Refuse(Reason::kMalformedRequest, "There is no " + which + ".");
}

base::Result<const contract::Method*> Choice::Serve(const engine::Backend& backend,
                                                    const std::string& path) const {
  if (const contract::Method* method = backend.catalog.Find(path)) return method;
  const std::string others = Names(path);
  if (others.empty())
    return Fail(Reason::kMethodNotFound, "The gateway serves no method " + path + ".");
  base::Failure failure =
      Fail(Reason::kMethodNotFound,
           "The instance " + backend.name + " does not serve " + path +
               ". Set the metadata x-odoo-instance to one that does: " + others + ".");
  failure.metadata.emplace_back("instances", others);
  return failure;
}

}  // namespace gateway::rpc
