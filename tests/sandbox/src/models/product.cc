// product.product and product.template: a variant lends everything it has not itself from its
// template; creating either creates both.
#include "base/python.h"
#include "models/behaviours.h"
#include "models/values.h"
#include "orm/constraints.h"
#include "orm/crud.h"
#include "orm/records.h"
#include "orm/rules.h"

namespace sandbox {
namespace {

std::string NameWithCode(const Env& env, const Model& model, int64_t id) {
  const std::string code = RawText(env, model, id, "default_code");
  const std::string name = RawText(env, model, id, "name");
  return code.empty() ? name : "[" + code + "] " + name;
}

void CompleteTemplate(const Env& env, Values& values) {
  if (!values.contains("uom_id")) values["uom_id"] = FirstId(env, "uom.uom");
  if (env.model("product.template").Has("uom_po_id") && !values.contains("uom_po_id")) {
    values["uom_po_id"] = values["uom_id"];
  }
  if (!values.contains("taxes_id")) values["taxes_id"] = Json::array({FirstId(env, "account.tax")});
}

class Product : public Behaviour {
 public:
  Product() : Behaviour("product.product") {}

  void Complete(const Env& env, Values& values) const override {
    Values shared = TakeShared(env, values);
    if (values.contains("product_tmpl_id")) return;
    CompleteTemplate(env, shared);
    const int64_t id = env.store().NextId("product.template");
    env.store().Insert("product.template", id, std::move(shared));
    CompleteByRules(env, env.model("product.template"), id);
    CheckRow(env, env.model("product.template"), id);
    values["product_tmpl_id"] = id;
  }

  void BeforeWrite(const Env& env, const Ids& ids, Values& values) const override {
    const Values shared = TakeShared(env, values);
    for (const int64_t id : ids) {
      const int64_t parent = RawId(env, model(env), id, "product_tmpl_id");
      for (const auto& [name, value] : shared) {
        env.store().Set("product.template", parent, name, value);
      }
    }
  }

  std::optional<Json> Computed(const Env& env, int64_t id,
                               const std::string& field) const override {
    if (field == "lst_price") return RawValue(env, model(env), id, "list_price");
    if (field == "code") return RawValue(env, model(env), id, "default_code");
    if (field == "partner_ref") return DisplayName(env, id);
    const Values& own = *env.store().Find("product.product", id);
    if (own.contains(field) || !env.model("product.template").Has(field)) return std::nullopt;
    const auto parent = own.find("product_tmpl_id");
    if (parent == own.end() || !parent->second.is_number_integer()) return std::nullopt;
    return RawValue(env, env.model("product.template"), parent->second.get<int64_t>(), field);
  }

  std::string DisplayName(const Env& env, int64_t id) const override {
    return NameWithCode(env, model(env), id);
  }

 private:
  // Cuts out what belongs to the template.
  Values TakeShared(const Env& env, Values& values) const {
    Values shared;
    for (auto value = values.begin(); value != values.end();) {
      const bool own = model(env).TraitHas("own_fields", value->first);
      if (!own) shared.insert(*value);
      value = own ? std::next(value) : values.erase(value);
    }
    return shared;
  }
};

class ProductTemplate : public Behaviour {
 public:
  ProductTemplate() : Behaviour("product.template") {}

  void Complete(const Env& env, Values& values) const override { CompleteTemplate(env, values); }

  void AfterChange(const Env& env, int64_t id, bool created) const override {
    if (!created || !env.store().Referring("product.product", "product_tmpl_id", id).empty())
      return;
    const int64_t variant = env.store().NextId("product.product");
    env.store().Insert("product.product", variant, {{"product_tmpl_id", id}, {"active", true}});
  }

  std::optional<Json> Computed(const Env& env, int64_t id,
                               const std::string& field) const override {
    if (field == "product_variant_id") {
      const Ids variants = env.store().Referring("product.product", "product_tmpl_id", id);
      return variants.empty() ? Json(false) : Json(variants.front());
    }
    if (field == "currency_id") {
      return RawId(env, env.model("res.company"), env.company(), "currency_id");
    }
    return std::nullopt;
  }

  std::string DisplayName(const Env& env, int64_t id) const override {
    return NameWithCode(env, model(env), id);
  }
};

}  // namespace

std::unique_ptr<Behaviour> MakeProduct() { return std::make_unique<Product>(); }
std::unique_ptr<Behaviour> MakeProductTemplate() { return std::make_unique<ProductTemplate>(); }

}  // namespace sandbox
