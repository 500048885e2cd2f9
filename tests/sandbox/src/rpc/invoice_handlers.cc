// From orders to draft invoices and bills.
#include <set>

#include "base/python.h"
#include "base/text.h"
#include "models/sale.h"
#include "orm/convert.h"
#include "orm/crud.h"
#include "orm/records.h"
#include "rpc/actions.h"
#include "rpc/fault.h"
#include "rpc/handlers.h"

namespace sandbox {
namespace {

// One line of an invoice, and the line of the order that it invoices.
struct Draft {
  Json values;
  int64_t source;
};

class SaleInvoices {
 public:
  SaleInvoices(const BoundCall& call, int64_t wizard)
      : env_(call.env), wizards_(call.model), wizard_(wizard) {}

  Ids Create() {
    const std::string method = RawText(env_, wizards_, wizard_, "advance_payment_method");
    return method == "delivered" ? Regular() : DownPayments(method == "percentage");
  }

 private:
  const Model& Orders() const { return env_.model("sale.order"); }
  const Model& Lines() const { return env_.model("sale.order.line"); }

  Ids WizardOrders() const {
    return RelatedIds(env_, wizards_, wizard_, *wizards_.Find("sale_order_ids"));
  }

  Ids LinesOf(int64_t order) const {
    return RelatedIds(env_, Orders(), order, *Orders().Find("order_line"));
  }

  // Orders of one customer share an invoice, unless the wizard says otherwise.
  Ids Regular() {
    const bool consolidated =
        python::Truth(RawValue(env_, wizards_, wizard_, "consolidated_billing"));
    std::map<std::string, Ids> groups;
    for (const int64_t order : WizardOrders()) {
      const int64_t partner = RawId(env_, Orders(), order, "partner_invoice_id");
      groups[(consolidated ? "customer " : "order ") +
             std::to_string(consolidated ? partner : order)]
          .push_back(order);
    }
    Ids invoices;
    for (const auto& [key, orders] : groups) {
      std::vector<Draft> drafts;
      for (const int64_t order : orders) AddOpenLines(order, drafts);
      if (!drafts.empty()) invoices.push_back(Invoice(orders, drafts));
    }
    if (invoices.empty()) throw UserError(env_.Text("invoice_nothing"));
    return invoices;
  }

  void AddOpenLines(int64_t order, std::vector<Draft>& drafts) const {
    const bool deducts = python::Truth(RawValue(env_, wizards_, wizard_, "deduct_down_payments"));
    for (const int64_t line : LinesOf(order)) {
      const bool down_payment = python::Truth(RawValue(env_, Lines(), line, "is_downpayment"));
      if (down_payment && !deducts) continue;
      const double quantity = RawNumber(env_, Lines(), line, "qty_to_invoice");
      if (quantity != 0.0) drafts.push_back({LineValues(line, quantity), line});
    }
  }

  Json LineValues(int64_t line, double quantity) const {
    return {{"product_id", RawValue(env_, Lines(), line, "product_id")},
            {"name", RawValue(env_, Lines(), line, "name")},
            {"quantity", quantity},
            {"price_unit", RawValue(env_, Lines(), line, "price_unit")},
            {"discount", RawValue(env_, Lines(), line, "discount")},
            {"product_uom_id", RawValue(env_, Lines(), line, LineUomField(env_))},
            {"tax_ids", {{6, 0, RawValue(env_, Lines(), line, LineTaxField(env_))}}}};
  }

  // A line per set of taxes, so that the whole has its share of each.
  Ids DownPayments(bool percentage) {
    Ids invoices;
    for (const int64_t order : WizardOrders()) {
      const double share = Share(order, percentage);
      std::map<Json, double> bases;
      for (const int64_t line : LinesOf(order)) {
        const double subtotal = RawNumber(env_, Lines(), line, "price_subtotal");
        if (subtotal != 0.0) bases[RawValue(env_, Lines(), line, LineTaxField(env_))] += subtotal;
      }
      std::vector<Draft> drafts;
      for (const auto& [taxes, base] : bases) {
        drafts.push_back(DownPayment(order, taxes, RoundDecimals(base * share, 2)));
      }
      if (drafts.empty()) throw UserError(env_.Text("invoice_nothing"));
      invoices.push_back(Invoice({order}, drafts));
    }
    return invoices;
  }

  double Share(int64_t order, bool percentage) const {
    if (percentage) return RawNumber(env_, wizards_, wizard_, "amount") / 100.0;
    const double total = RawNumber(env_, Orders(), order, "amount_total");
    return total == 0.0 ? 0.0 : RawNumber(env_, wizards_, wizard_, "fixed_amount") / total;
  }

  // The order keeps a line without quantity, which the final invoice deducts.
  Draft DownPayment(int64_t order, const Json& taxes, double price) const {
    const int64_t line = CreateOne(env_.Sudo(), Lines(),
                                   {{"order_id", order},
                                    {"name", "Down Payment"},
                                    {"is_downpayment", true},
                                    {"product_uom_qty", 0.0},
                                    {"price_unit", price},
                                    {LineTaxField(env_), {{6, 0, taxes}}}});
    return {LineValues(line, 1.0), line};
  }

  int64_t Invoice(const Ids& orders, const std::vector<Draft>& drafts) const {
    std::vector<std::string> names;
    for (const int64_t order : orders) names.push_back(RawText(env_, Orders(), order, "name"));
    Json rows = Json::array();
    for (const Draft& draft : drafts) rows.push_back({0, 0, draft.values});
    const int64_t invoice =
        CreateOne(env_.Sudo(), env_.model("account.move"),
                  {{"move_type", "out_invoice"},
                   {"partner_id", RawValue(env_, Orders(), orders[0], "partner_invoice_id")},
                   {"currency_id", RawValue(env_, Orders(), orders[0], "currency_id")},
                   {"invoice_origin", Join(names, ", ")},
                   {"invoice_line_ids", rows}});
    Link(invoice, drafts);
    return invoice;
  }

  // Both sides of the relation, in the order in which the lines were made.
  void Link(int64_t invoice, const std::vector<Draft>& drafts) const {
    const Model& items = env_.model("account.move.line");
    size_t at = 0;
    for (const int64_t item : env_.store().Referring(items.name, "move_id", invoice)) {
      if (RawText(env_, items, item, "display_type") != "product") continue;
      const int64_t source = drafts.at(at++).source;
      env_.store().Set(items.name, item, "sale_line_ids", Ids{source});
      Json linked = RawValue(env_, Lines(), source, "invoice_lines");
      linked.push_back(item);
      env_.store().Set(Lines().name, source, "invoice_lines", linked);
    }
  }

  const Env& env_;
  const Model& wizards_;
  const int64_t wizard_;
};

Json CreateInvoices(const BoundCall& call) {
  Ids invoices;
  for (const int64_t wizard : RecordsOf(call)) {
    for (const int64_t invoice : SaleInvoices(call, wizard).Create()) invoices.push_back(invoice);
  }
  Json window = WindowOf("Invoices", "account.move", invoices);
  if (invoices.size() == 1) {
    // Odoo's own domain is a text then, which says nothing about the invoice.
    window["domain"] = "[('move_type', 'in', ['out_invoice', 'out_refund'])]";
  } else {
    window["res_id"] = 0;
  }
  return window;
}

// ---- bills ----

Json BillRows(const Env& env, int64_t order) {
  const Model& lines = env.model("purchase.order.line");
  const std::string uom = env.Is18() ? "product_uom" : "product_uom_id";
  const std::string taxes = env.Is18() ? "taxes_id" : "tax_ids";
  Json rows = Json::array();
  for (const int64_t line : env.store().Referring(lines.name, "order_id", order)) {
    const double quantity = RawNumber(env, lines, line, "qty_to_invoice");
    if (quantity == 0.0) continue;
    rows.push_back({0,
                    0,
                    {{"product_id", RawValue(env, lines, line, "product_id")},
                     {"name", RawValue(env, lines, line, "name")},
                     {"quantity", quantity},
                     {"price_unit", RawValue(env, lines, line, "price_unit")},
                     {"discount", RawValue(env, lines, line, "discount")},
                     {"product_uom_id", RawValue(env, lines, line, uom)},
                     {"tax_ids", {{6, 0, RawValue(env, lines, line, taxes)}}},
                     {"purchase_line_id", line}}});
  }
  return rows;
}

int64_t Bill(const BoundCall& call, const Ids& orders, const Json& rows) {
  const Env& env = call.env;
  std::vector<std::string> names;
  for (const int64_t order : orders) names.push_back(RawText(env, call.model, order, "name"));
  return CreateOne(env.Sudo(), env.model("account.move"),
                   {{"move_type", "in_invoice"},
                    {"partner_id", RawValue(env, call.model, orders[0], "partner_id")},
                    {"currency_id", RawValue(env, call.model, orders[0], "currency_id")},
                    {"invoice_origin", Join(names, ", ")},
                    {"invoice_line_ids", rows}});
}

// One bill per vendor and currency. 18 refuses where nothing is to be billed; 19 makes an empty
// bill.
Json CreateBills(const BoundCall& call) {
  const Env& env = call.env;
  std::map<std::pair<int64_t, int64_t>, Ids> groups;
  for (const int64_t order : RecordsOf(call)) {
    groups[{RawId(env, call.model, order, "partner_id"),
            RawId(env, call.model, order, "currency_id")}]
        .push_back(order);
  }
  Ids bills;
  for (const auto& [key, orders] : groups) {
    Json rows = Json::array();
    for (const int64_t order : orders) {
      const Json more = BillRows(env, order);
      rows.insert(rows.end(), more.begin(), more.end());
    }
    if (rows.empty() && env.Is18()) throw UserError(env.Text("bill_nothing"));
    bills.push_back(Bill(call, orders, rows));
  }
  return WindowOf("Bills", "account.move", bills);
}

}  // namespace

const std::vector<HandlerEntry>& InvoiceHandlers() {
  static const std::vector<HandlerEntry> handlers{
      {"create_invoices", CreateInvoices},
      {"action_create_invoice", CreateBills},
  };
  return handlers;
}

}  // namespace sandbox
