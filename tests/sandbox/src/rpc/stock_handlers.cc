// Transfers, and the purchase orders that make them.
#include <algorithm>

#include "base/clock.h"
#include "base/python.h"
#include "models/stock.h"
#include "orm/crud.h"
#include "orm/records.h"
#include "rpc/actions.h"
#include "rpc/fault.h"
#include "rpc/handlers.h"

namespace sandbox {
namespace {

Json ConfirmPicking(const BoundCall& call) {
  for (const int64_t picking : RecordsOf(call)) ConfirmTransfer(call.env, picking);
  return true;
}

Json Assign(const BoundCall& call) {
  for (const int64_t picking : RecordsOf(call)) ReserveTransfer(call.env, picking);
  return true;
}

// ---- validate ----

enum class Rest { kNone, kAsk, kBackorder, kDropped };

bool Picked(const Env& env, int64_t move) {
  return python::Truth(RawValue(env, env.model("stock.move"), move, "picked"));
}

// Where nobody picked anything, all that is there is meant.
void PickAll(const Env& env, const Ids& moves) {
  if (std::ranges::any_of(moves, [&](int64_t move) { return Picked(env, move); })) return;
  for (const int64_t move : moves) {
    const bool there = RawNumber(env, env.model("stock.move"), move, "quantity") > 0.0;
    if (there) env.store().Set("stock.move", move, "picked", true);
  }
}

void CheckQuantities(const Env& env, const Ids& moves) {
  for (const int64_t move : moves) {
    const double quantity = RawNumber(env, env.model("stock.move"), move, "quantity");
    if (Picked(env, move) && quantity > 0.0) return;
  }
  throw UserError(env.Text("picking_no_quantities"));
}

bool IsShort(const Env& env, const Ids& moves) {
  const Model& model = env.model("stock.move");
  return std::ranges::any_of(moves, [&](int64_t move) {
    const double quantity = Picked(env, move) ? RawNumber(env, model, move, "quantity") : 0.0;
    return quantity < RawNumber(env, model, move, "product_uom_qty");
  });
}

bool Listed(const Json& list, int64_t id) {
  return list.is_array() && std::ranges::find(list, Json(id)) != list.end();
}

// The operation type may decide; else the context does, and without one Odoo asks.
Rest RestOf(const BoundCall& call, int64_t picking) {
  const int64_t type = RawId(call.env, call.model, picking, "picking_type_id");
  const std::string policy =
      RawText(call.env, call.env.model("stock.picking.type"), type, "create_backorder");
  if (policy == "always") return Rest::kBackorder;
  if (policy == "never") return Rest::kDropped;
  const Json& context = call.env.context();
  if (!python::Truth(context.value("skip_backorder", Json()))) return Rest::kAsk;
  const bool dropped = Listed(context.value("picking_ids_not_to_backorder", Json()), picking);
  return dropped ? Rest::kDropped : Rest::kBackorder;
}

Json BackorderDialog(const Ids& pickings) {
  Json commands = Json::array();
  for (const int64_t picking : pickings) commands.push_back(Json::array({4, picking}));
  return {{"name", "Create Backorder?"},
          {"type", "ir.actions.act_window"},
          {"view_mode", "form"},
          {"res_model", "stock.backorder.confirmation"},
          {"target", "new"},
          {"context",
           {{"button_validate_picking_ids", pickings},
            {"default_show_transfers", false},
            {"default_pick_ids", commands}}}};
}

// 19 lets a finished transfer be.
bool IsSettled(const BoundCall& call, int64_t picking) {
  return !call.env.Is18() && RawText(call.env, call.model, picking, "state") == "done";
}

Rest Prepare(const BoundCall& call, int64_t picking) {
  const Env& env = call.env;
  if (env.store().Referring("stock.move", "picking_id", picking).empty()) {
    throw UserError(env.Text("picking_empty"));
  }
  if (RawText(env, call.model, picking, "state") == "draft") ConfirmTransfer(env, picking);
  const Ids moves = OpenMoves(env, picking);
  PickAll(env, moves);
  CheckQuantities(env, moves);
  return IsShort(env, moves) ? RestOf(call, picking) : Rest::kNone;
}

Json Validate(const BoundCall& call) {
  const size_t mark = call.env.store().Mark();
  std::vector<std::pair<int64_t, Rest>> pickings;
  Ids asked;
  for (const int64_t picking : RecordsOf(call)) {
    if (IsSettled(call, picking)) continue;
    pickings.emplace_back(picking, Prepare(call, picking));
    if (pickings.back().second == Rest::kAsk) asked.push_back(picking);
  }
  if (!asked.empty()) {
    call.env.store().RollbackTo(mark);
    return BackorderDialog(asked);
  }
  for (const auto& [picking, rest] : pickings) {
    FinishTransfer(call.env, picking, rest == Rest::kBackorder);
  }
  return true;
}

// ---- purchase ----

Json ConfirmPurchase(const BoundCall& call) {
  for (const int64_t order : RecordsOf(call)) {
    const std::string state = RawText(call.env, call.model, order, "state");
    if (state != "draft" && state != "sent") continue;
    Write(call.env, call.model, {order}, {{"state", "purchase"}, {"date_approve", NowDatetime()}});
    ReceiveOrder(call.env, order);
  }
  return true;
}

}  // namespace

const std::vector<HandlerEntry>& StockHandlers() {
  static const std::vector<HandlerEntry> handlers{
      {"picking_confirm", ConfirmPicking},
      {"picking_assign", Assign},
      {"button_validate", Validate},
      {"button_confirm", ConfirmPurchase},
  };
  return handlers;
}

}  // namespace sandbox
