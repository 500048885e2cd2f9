#include "models/behaviour.h"

#include <map>
#include <memory>

#include "models/behaviours.h"
#include "orm/records.h"

namespace sandbox {
namespace {

using Behaviours = std::map<std::string, std::unique_ptr<Behaviour>, std::less<>>;

Behaviours MakeAll() {
  Behaviours all;
  all["res.partner"] = MakePartner();
  all["res.partner.category"] = MakeCategory();
  all["res.country.state"] = MakeCountryState();
  all["res.users"] = MakeUser();
  all["product.product"] = MakeProduct();
  all["product.template"] = MakeProductTemplate();
  all["sale.order"] = MakeSaleOrder();
  all["sale.order.line"] = MakeSaleOrderLine();
  return all;
}

}  // namespace

std::string Behaviour::DisplayName(const Env& env, int64_t id) const {
  const Model& own = model(env);
  if (!own.Has("name")) return own.name + "," + std::to_string(id);
  return RawText(env, own, id, "name");
}

const Behaviour& BehaviourOf(const std::string& model) {
  static const Behaviours all = MakeAll();
  const auto found = all.find(model);
  if (found != all.end()) return *found->second;
  // Plain models share the default behaviour; each keeps its own name.
  static thread_local Behaviours plain;
  std::unique_ptr<Behaviour>& behaviour = plain[model];
  if (!behaviour) behaviour = std::make_unique<Behaviour>(model);
  return *behaviour;
}

}  // namespace sandbox
