#include "models/behaviour.h"

#include "base/python.h"
#include "models/behaviours.h"
#include "orm/records.h"
#include "orm/rules.h"

namespace sandbox {
namespace {

using Factory = std::unique_ptr<Behaviour> (*)();

const std::map<std::string, Factory, std::less<>>& Factories() {
  static const std::map<std::string, Factory, std::less<>> factories{
      {"res.partner", MakePartner},
      {"res.partner.category", MakeCategory},
      {"res.country.state", MakeCountryState},
      {"res.users", MakeUser},
      {"product.product", MakeProduct},
      {"product.template", MakeProductTemplate},
      {"sale.order", MakeSaleOrder},
      {"sale.order.line", MakeSaleOrderLine},
      {"account.move", MakeAccountMove},
      {"account.move.line", MakeAccountMoveLine},
      {"account.payment.register", MakePaymentRegister},
      {"stock.move", MakeStockMove},
  };
  return factories;
}

}  // namespace

Behaviours::Behaviours(const Schema& schema) {
  for (const auto& [name, model] : schema.models()) {
    const auto factory = Factories().find(name);
    all_[name] =
        factory == Factories().end() ? std::make_unique<Behaviour>(name) : factory->second();
  }
}

const Behaviour& BehaviourOf(const Env& env, const Model& model) {
  return env.behaviours().Of(model.name);
}

std::string Behaviour::DisplayName(const Env& env, int64_t id) const {
  const Model& own = model(env);
  if (!own.display_name.is_null()) return python::Str(Evaluate(env, own, id, own.display_name));
  if (!own.Has("name")) return own.name + "," + std::to_string(id);
  return RawText(env, own, id, "name");
}

}  // namespace sandbox
