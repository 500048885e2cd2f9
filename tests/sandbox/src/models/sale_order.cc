// sale.order: number, customer's defaults, amounts, and the rules of its states.
#include <algorithm>

#include "base/clock.h"
#include "base/python.h"
#include "models/behaviours.h"
#include "models/sale.h"
#include "models/values.h"
#include "orm/convert.h"
#include "orm/records.h"
#include "rpc/fault.h"

namespace sandbox {
namespace {

constexpr int kQuotationDays = 30;

std::string NextName(const Env& env) {
  char name[16];
  std::snprintf(name, sizeof name, "S%05lld",
                static_cast<long long>(env.store().NextNumber("sale.order")));
  return name;
}

// The contact of a customer for one purpose, else the customer.
int64_t AddressOf(const Env& env, int64_t partner, const std::string& type) {
  const Model& partners = env.model("res.partner");
  for (const int64_t child : env.store().Referring("res.partner", "parent_id", partner)) {
    if (RawText(env, partners, child, "type") == type) return child;
  }
  return partner;
}

class SaleOrder : public Behaviour {
 public:
  SaleOrder() : Behaviour("sale.order") {}

  void PrepareImport(const Env& env, Json& vals) const override {
    if (!vals.contains("name")) vals["name"] = NextName(env);
  }

  void Complete(const Env& env, Values& values) const override {
    CheckCompanyAllowed(env, values);
    const auto name = values.find("name");
    if (name == values.end() || name->second == "New") values["name"] = NextName(env);
    SetDefault(values, "company_id", env.company());
    CompleteFromPartner(env, values);
    SetDefault(values, "user_id", env.uid());
    SetDefault(values, "validity_date", DateAfterToday(kQuotationDays));
    SetDefault(values, "warehouse_id", FirstId(env, "stock.warehouse"));
    SetDefault(values, "team_id", FirstId(env, "crm.team"));
    SetDefault(values, "currency_id", CompanyCurrency(env, values));
    SetDefault(values, "currency_rate", 1.0);
  }

  void BeforeWrite(const Env& env, const Ids& ids, Values& values) const override {
    for (const int64_t id : ids) {
      const bool confirmed = RawText(env, model(env), id, "state") == "sale";
      if (confirmed && values.contains("pricelist_id")) {
        throw UserError(env.Text("order_pricelist_confirmed"));
      }
    }
  }

  void AfterChange(const Env& env, int64_t id, bool) const override {
    CheckOrderCompany(env, id);
    RecomputeOrder(env, id);
  }

  void BeforeUnlink(const Env& env, const Ids& ids) const override {
    for (const int64_t id : ids) {
      const std::string state = RawText(env, model(env), id, "state");
      if (state != "draft" && state != "cancel")
        throw UserError(env.Text("order_unlink_confirmed"));
    }
  }

  std::optional<Json> Computed(const Env& env, int64_t id,
                               const std::string& field) const override {
    if (field == "tax_country_id") {
      return RawId(env, env.model("res.company"), env.company(), "country_id");
    }
    if (field == "amount_undiscounted") return RawValue(env, model(env), id, "amount_untaxed");
    if (field == "type_name") {
      return RawText(env, model(env), id, "state") == "sale" ? "Sales Order" : "Quotation";
    }
    return std::nullopt;
  }

  void AdjustCopy(const Env&, int64_t, Json& vals) const override {
    vals["state"] = "draft";
    vals["locked"] = false;
    vals["date_order"] = NowDatetime();
    for (const char* field :
         {"name", "validity_date", "amount_total", "amount_tax", "amount_untaxed",
          "client_order_ref", "signature", "invoice_status"}) {
      vals.erase(field);
    }
  }

 private:
  static void CheckCompanyAllowed(const Env& env, const Values& values) {
    const auto company = values.find("company_id");
    if (company == values.end() || env.superuser()) return;
    const Ids companies = env.companies();
    const bool allowed =
        !company->second.is_number_integer() ||
        std::ranges::find(companies, company->second.get<int64_t>()) != companies.end();
    if (!allowed) throw AccessError(env.Text("company_denied"));
  }

  static void CompleteFromPartner(const Env& env, Values& values) {
    const auto partner = values.find("partner_id");
    if (partner == values.end() || partner->second == false) return;
    const Json given = partner->second;
    if (!given.is_number_integer()) {  // the database will refuse it
      SetDefault(values, "partner_invoice_id", given);
      SetDefault(values, "partner_shipping_id", given);
      return;
    }
    const int64_t id = given.get<int64_t>();
    SetDefault(values, "partner_invoice_id", AddressOf(env, id, "invoice"));
    SetDefault(values, "partner_shipping_id", AddressOf(env, id, "delivery"));
    SetDefault(values, "payment_term_id",
               RawValue(env, env.model("res.partner"), id, "property_payment_term_id"));
  }

  static Json CompanyCurrency(const Env& env, const Values& values) {
    const Json company = values.at("company_id");
    if (!company.is_number_integer()) return false;
    return RawId(env, env.model("res.company"), company.get<int64_t>(), "currency_id");
  }
};

// "S00001" belongs to company "A" and "Customer" (partner_id: 'X') belongs to another company.
std::string CompanyConflicts(const Env& env, const Model& model, int64_t id) {
  std::string conflicts;
  const int64_t company = RawId(env, model, id, "company_id");
  for (const Json& name : model.traits.value("check_company", Json::array())) {
    const Field* field = model.Find(name.get<std::string>());
    const int64_t other = field ? RawId(env, model, id, field->name) : 0;
    const Model* comodel = field ? env.schema().Find(field->relation) : nullptr;
    if (other == 0 || !comodel || !env.store().Exists(comodel->name, other)) continue;
    const int64_t other_company = RawId(env, *comodel, other, "company_id");
    if (other_company == 0 || other_company == company) continue;
    conflicts += "\n" + env.Text("company_conflict_line",
                                 {{"record", DisplayName(env, model, id)},
                                  {"company", DisplayName(env, env.model("res.company"), company)},
                                  {"label", env.Term(field->label)},
                                  {"field", field->name},
                                  {"other", python::Repr(DisplayName(env, *comodel, other))}});
  }
  return conflicts;
}

void CheckCompany(const Env& env, const Model& model, int64_t id) {
  const std::string conflicts = CompanyConflicts(env, model, id);
  if (conflicts.empty()) return;
  throw UserError(env.Text("company_conflict", {{"lines", conflicts}}));
}

}  // namespace

std::unique_ptr<Behaviour> MakeSaleOrder() { return std::make_unique<SaleOrder>(); }

void RecomputeOrder(const Env& env, int64_t order) {
  const Model& orders = env.model("sale.order");
  const Model& lines = env.model("sale.order.line");
  double untaxed = 0.0, tax = 0.0;
  for (const int64_t line : env.store().Referring("sale.order.line", "order_id", order)) {
    untaxed += RawNumber(env, lines, line, "price_subtotal");
    tax += RawNumber(env, lines, line, "price_tax");
  }
  const Json amounts = {{"amount_untaxed", RoundDecimals(untaxed, 2)},
                        {"amount_tax", RoundDecimals(tax, 2)},
                        {"amount_total", RoundDecimals(untaxed + tax, 2)}};
  for (const auto& [field, amount] : amounts.items()) {
    if (RawValue(env, orders, order, field) != amount) {
      env.store().Set("sale.order", order, field, amount);
    }
  }
}

void CheckOrderCompany(const Env& env, int64_t order) {
  CheckCompany(env, env.model("sale.order"), order);
}

void CheckLineCompany(const Env& env, int64_t line) {
  const Model& lines = env.model("sale.order.line");
  if (!env.Is18()) return CheckCompany(env, lines, line);
  // 18 has words of its own for products of another company.
  const Model& products = env.model("product.product");
  const int64_t product = RawId(env, lines, line, "product_id");
  const int64_t company = RawId(env, lines, line, "company_id");
  const int64_t other = product == 0 ? 0 : RawId(env, products, product, "company_id");
  if (other == 0 || other == company) return;
  const Model& companies = env.model("res.company");
  throw UserError(
      env.Text("order_product_company", {{"product_company", DisplayName(env, companies, other)},
                                         {"quote_company", DisplayName(env, companies, company)},
                                         {"bad_products", DisplayName(env, products, product)}}));
}

}  // namespace sandbox
