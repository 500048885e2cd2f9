// sale.order.line: what follows from the product, amounts, and what a locked order forbids.
#include <algorithm>

#include "base/python.h"
#include "base/text.h"
#include "models/behaviours.h"
#include "models/sale.h"
#include "models/values.h"
#include "orm/convert.h"
#include "orm/records.h"
#include "rpc/fault.h"

namespace sandbox {
namespace {

class SaleOrderLine : public Behaviour {
 public:
  SaleOrderLine() : Behaviour("sale.order.line") {}

  void PrepareCreate(const Env&, Json& vals) const override {
    // Sections and notes count nothing.
    if (vals.contains("display_type") && python::Truth(vals["display_type"])) {
      vals["product_uom_qty"] = 0.0;
    }
  }

  void Complete(const Env& env, Values& values) const override {
    const auto product = values.find("product_id");
    const bool has_product = product != values.end() && product->second.is_number_integer();
    if (has_product) CompleteFromProduct(env, values, product->second.get<int64_t>());
    CompleteFromOrder(env, values);
    SetDefault(values, "price_unit", 0.0);
    SetDefault(values, "discount", 0.0);
    SetDefault(values, "customer_lead", 0.0);
    SetDefault(values, LineTaxField(env), Json::array());
    if (!has_product) SetDefault(values, "name", false);
  }

  void BeforeWrite(const Env& env, const Ids& ids, Values& values) const override {
    for (const int64_t id : ids) {
      CheckProductChange(env, id, values);
      CheckLocked(env, id, values);
    }
    if (ids.size() != 1) return;
    // An emptied unit is computed again from the product.
    RestoreUom(env, ids[0], values);
    RestorePrice(env, ids[0], values);
  }

  void AfterChange(const Env& env, int64_t id, bool) const override {
    CheckLineCompany(env, id);
    const double quantity = RawNumber(env, model(env), id, "product_uom_qty");
    const double price = RawNumber(env, model(env), id, "price_unit");
    const double discount = RawNumber(env, model(env), id, "discount");
    const double reduced = price * (1.0 - discount / 100.0);
    const double subtotal = RoundDecimals(quantity * reduced, 2);
    const double tax = TaxOf(env, id, subtotal);
    Set(env, id, "price_subtotal", subtotal);
    Set(env, id, "price_tax", tax);
    Set(env, id, "price_total", RoundDecimals(subtotal + tax, 2));
    Set(env, id, "price_reduce_taxexcl", quantity == 0.0 ? 0.0 : subtotal / quantity);
    const int64_t order = RawId(env, model(env), id, "order_id");
    if (order != 0) RecomputeOrder(env, order);
  }

  void BeforeUnlink(const Env& env, const Ids& ids) const override {
    for (const int64_t id : ids) {
      const bool counts = RawText(env, model(env), id, "display_type").empty();
      if (counts && OrderState(env, id) == "sale") throw UserError(env.Text("order_line_unlink"));
    }
  }

  Ids ParentsOf(const Env& env, const Ids& ids) const override {
    Ids orders;
    for (const int64_t id : ids) orders.push_back(RawId(env, model(env), id, "order_id"));
    return orders;
  }

  void RefreshParents(const Env& env, const Ids& orders) const override {
    for (const int64_t order : orders) {
      if (env.store().Exists("sale.order", order)) RecomputeOrder(env, order);
    }
  }

  std::optional<Json> Computed(const Env& env, int64_t id,
                               const std::string& field) const override {
    if (field == "state") return OrderValue(env, id, "state");
    if (field == "order_partner_id") return OrderValue(env, id, "partner_id");
    if (field == "currency_id") return OrderValue(env, id, "currency_id");
    if (field == "salesman_id") return OrderValue(env, id, "user_id");
    if (field == "company_id") return OrderValue(env, id, "company_id");
    if (field == "untaxed_amount_to_invoice") return 0.0;
    return std::nullopt;
  }

  // "S00001 - Desk (Customer)"
  std::string DisplayName(const Env& env, int64_t id) const override {
    const int64_t order = RawId(env, model(env), id, "order_id");
    if (order == 0) return RawText(env, model(env), id, "name");
    const int64_t partner = RawId(env, env.model("sale.order"), order, "partner_id");
    const std::string first_line = Split(RawText(env, model(env), id, "name"), '\n')[0];
    return sandbox::DisplayName(env, env.model("sale.order"), order) + " - " + first_line + " (" +
           sandbox::DisplayName(env, env.model("res.partner"), partner) + ")";
  }

 private:
  static void Set(const Env& env, int64_t id, const std::string& field, const Json& value) {
    if (env.model("sale.order.line").Has(field)) {
      env.store().Set("sale.order.line", id, field, value);
    }
  }

  static void CompleteFromProduct(const Env& env, Values& values, int64_t product) {
    const Model& products = env.model("product.product");
    if (!env.store().Exists(products.name, product)) return;
    std::string name = sandbox::DisplayName(env, products, product);
    const std::string description = RawText(env, products, product, "description_sale");
    if (!description.empty()) name += "\n" + description;
    SetDefault(values, "name", name);
    SetDefault(values, "price_unit", RawNumber(env, products, product, "list_price"));
    SetDefault(values, LineUomField(env), RawValue(env, products, product, "uom_id"));
    SetDefault(values, LineTaxField(env), RawValue(env, products, product, "taxes_id"));
  }

  static void CompleteFromOrder(const Env& env, Values& values) {
    const auto order = values.find("order_id");
    if (order == values.end() || !order->second.is_number_integer()) return;
    const Model& orders = env.model("sale.order");
    const int64_t id = order->second.get<int64_t>();
    if (!env.store().Exists(orders.name, id)) return;
    SetDefault(values, "company_id", RawValue(env, orders, id, "company_id"));
    SetDefault(values, "currency_id", RawValue(env, orders, id, "currency_id"));
    SetDefault(values, "order_partner_id", RawValue(env, orders, id, "partner_id"));
  }

  Json OrderValue(const Env& env, int64_t id, const std::string& field) const {
    const Values& own = *env.store().Find("sale.order.line", id);
    const auto order = own.find("order_id");
    if (order == own.end() || !order->second.is_number_integer()) return false;
    return RawValue(env, env.model("sale.order"), order->second.get<int64_t>(), field);
  }

  std::string OrderState(const Env& env, int64_t id) const {
    return python::Str(OrderValue(env, id, "state"));
  }

  void CheckProductChange(const Env& env, int64_t id, const Values& values) const {
    const auto product = values.find("product_id");
    if (product == values.end() || OrderState(env, id) != "sale") return;
    if (product->second != RawValue(env, model(env), id, "product_id")) {
      throw UserError(env.Text("order_line_product"));
    }
  }

  void CheckLocked(const Env& env, int64_t id, const Values& values) const {
    if (!python::Truth(OrderValue(env, id, "locked"))) return;
    std::vector<std::string> labels;
    for (const Json& name : model(env).traits.value("locked_fields", Json::array())) {
      if (values.contains(name.get<std::string>())) {
        labels.push_back(env.Term(model(env).Find(name.get<std::string>())->label));
      }
    }
    if (labels.empty()) return;
    throw UserError(env.Text("order_line_locked", {{"fields", Join(labels, "\n")}}));
  }

  void RestoreUom(const Env& env, int64_t id, Values& values) const {
    const auto uom = values.find(LineUomField(env));
    if (uom == values.end() || uom->second != false) return;
    const int64_t product = RawId(env, model(env), id, "product_id");
    if (product != 0) uom->second = RawValue(env, env.model("product.product"), product, "uom_id");
  }

  // Another quantity of a quotation has the product's price again: price lists may say so.
  void RestorePrice(const Env& env, int64_t id, Values& values) const {
    const bool other_quantity =
        values.contains("product_uom_qty") && !values.contains("price_unit");
    const int64_t product = RawId(env, model(env), id, "product_id");
    if (!other_quantity || product == 0 || OrderState(env, id) != "draft") return;
    values["price_unit"] = RawNumber(env, env.model("product.product"), product, "list_price");
  }

  double TaxOf(const Env& env, int64_t id, double subtotal) const {
    const Model& taxes = env.model("account.tax");
    double sum = 0.0;
    for (const int64_t tax : RelatedIds(env, model(env), id, *model(env).Find(LineTaxField(env)))) {
      CheckExists(env, taxes, tax);
      sum += subtotal * RawNumber(env, taxes, tax, "amount") / 100.0;
    }
    return RoundDecimals(sum, 2);
  }
};

}  // namespace

std::unique_ptr<Behaviour> MakeSaleOrderLine() { return std::make_unique<SaleOrderLine>(); }

}  // namespace sandbox
