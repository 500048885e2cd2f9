#include "models/stock.h"

#include <algorithm>

#include "base/clock.h"
#include "base/python.h"
#include "models/behaviours.h"
#include "orm/crud.h"
#include "orm/records.h"
#include "orm/search.h"

namespace sandbox {
namespace {

constexpr const char* kMove = "stock.move";
constexpr const char* kPicking = "stock.picking";
constexpr const char* kQuant = "stock.quant";
// The sandbox's own value of a move: how much of its quantity quants keep for it.
constexpr const char* kReserved = "_reserved";

// ---- quants ----

bool IsStored(const Env& env, int64_t move) {
  return python::Truth(RawValue(env, env.model(kMove), move, "is_storable"));
}

Ids QuantsOf(const Env& env, int64_t product, int64_t location) {
  Json domain = Json::array();
  domain.push_back({"product_id", "=", product});
  domain.push_back({"location_id", "child_of", location});
  return Search(env.Sudo(), env.model(kQuant), domain);
}

void AddToQuant(const Env& env, int64_t quant, const char* field, double change) {
  const double before = RawNumber(env, env.model(kQuant), quant, field);
  env.store().Set(kQuant, quant, field, before + change);
}

// Changes what lies in a location, below zero where it must.
void AddStock(const Env& env, int64_t product, int64_t location, double change) {
  const Ids quants = QuantsOf(env, product, location);
  if (!quants.empty()) return AddToQuant(env, quants[0], "quantity", change);
  CreateOne(env.Sudo(), env.model(kQuant),
            {{"product_id", product}, {"location_id", location}, {"quantity", change}});
}

double Reserve(const Env& env, int64_t product, int64_t location, double wanted) {
  double reserved = 0.0;
  for (const int64_t quant : QuantsOf(env, product, location)) {
    const double free = RawNumber(env, env.model(kQuant), quant, "available_quantity");
    const double part = std::clamp(wanted - reserved, 0.0, std::max(free, 0.0));
    AddToQuant(env, quant, "reserved_quantity", part);
    reserved += part;
  }
  return reserved;
}

void Release(const Env& env, int64_t move) {
  double kept = RawNumber(env, env.model(kMove), move, kReserved);
  if (kept == 0.0) return;
  const int64_t product = RawId(env, env.model(kMove), move, "product_id");
  const int64_t location = RawId(env, env.model(kMove), move, "location_id");
  for (const int64_t quant : QuantsOf(env, product, location)) {
    const double here = RawNumber(env, env.model(kQuant), quant, "reserved_quantity");
    const double part = std::min(kept, here);
    AddToQuant(env, quant, "reserved_quantity", -part);
    kept -= part;
  }
  env.store().Set(kMove, move, kReserved, 0.0);
}

// ---- moves ----

std::string StateOf(const Env& env, int64_t move) {
  return RawText(env, env.model(kMove), move, "state");
}

double Demand(const Env& env, int64_t move) {
  return RawNumber(env, env.model(kMove), move, "product_uom_qty");
}

double Quantity(const Env& env, int64_t move) {
  return RawNumber(env, env.model(kMove), move, "quantity");
}

// Only stored goods in a place of the company can be missing.
void ReserveMove(const Env& env, int64_t move) {
  const Model& moves = env.model(kMove);
  const double demand = Demand(env, move);
  double found = demand;
  if (IsStored(env, move) && RawText(env, moves, move, "location_usage") == "internal") {
    Release(env, move);
    found = Reserve(env, RawId(env, moves, move, "product_id"),
                    RawId(env, moves, move, "location_id"), demand);
    env.store().Set(kMove, move, kReserved, found);
  }
  env.store().Set(kMove, move, "quantity", found);
  const char* state = found >= demand ? "assigned"
                      : found > 0.0   ? "partially_available"
                                      : "confirmed";
  env.store().Set(kMove, move, "state", state);
}

void CountDelivered(const Env& env, int64_t move) {
  const Model* lines = env.schema().Find("sale.order.line");
  const int64_t line = lines ? RawId(env, env.model(kMove), move, "sale_line_id") : 0;
  if (line == 0) return;
  double delivered = 0.0;
  for (const int64_t other : env.store().Referring(kMove, "sale_line_id", line)) {
    if (StateOf(env, other) == "done") delivered += Quantity(env, other);
  }
  env.store().Set(lines->name, line, "qty_delivered", delivered);
}

void FinishMove(const Env& env, int64_t move) {
  const Model& moves = env.model(kMove);
  Release(env, move);
  if (IsStored(env, move)) {
    const int64_t product = RawId(env, moves, move, "product_id");
    AddStock(env, product, RawId(env, moves, move, "location_id"), -Quantity(env, move));
    AddStock(env, product, RawId(env, moves, move, "location_dest_id"), Quantity(env, move));
  }
  env.store().Set(kMove, move, "state", "done");
  env.store().Set(kMove, move, "date", NowDatetime());
  CountDelivered(env, move);
}

// ---- pickings ----

bool Any(const Env& env, const Ids& moves, std::initializer_list<std::string_view> states) {
  return std::ranges::any_of(moves, [&](int64_t move) {
    return std::ranges::find(states, StateOf(env, move)) != states.end();
  });
}

bool All(const Env& env, const Ids& moves, std::initializer_list<std::string_view> states) {
  return std::ranges::all_of(moves, [&](int64_t move) {
    return std::ranges::find(states, StateOf(env, move)) != states.end();
  });
}

void RefreshState(const Env& env, int64_t picking) {
  const Ids moves = env.store().Referring(kMove, "picking_id", picking);
  const Ids open = OpenMoves(env, picking);
  const bool whole = RawText(env, env.model(kPicking), picking, "move_type") == "one";
  std::string state = "confirmed";
  if (moves.empty() || Any(env, moves, {"draft"})) {
    state = "draft";
  } else if (open.empty()) {
    state = Any(env, moves, {"done"}) ? "done" : "cancel";
  } else if (whole ? All(env, open, {"assigned"})
                   : Any(env, open, {"assigned", "partially_available"})) {
    state = "assigned";
  }
  env.store().Set(kPicking, picking, "state", state);
}

Json ValuesFor(const Env& env, const Model& model, int64_t id,
               std::initializer_list<const char*> fields) {
  Json values = Json::object();
  for (const char* field : fields) {
    if (model.Has(field)) values[field] = RawValue(env, model, id, field);
  }
  return values;
}

// A transfer for the rest of another one.
int64_t BackorderOf(const Env& env, int64_t picking) {
  Json values = ValuesFor(env, env.model(kPicking), picking,
                          {"picking_type_id", "partner_id", "origin", "location_id",
                           "location_dest_id", "move_type", "sale_id"});
  values["backorder_id"] = picking;
  return CreateOne(env.Sudo(), env.model(kPicking), values);
}

// What was not moved goes on in the backorder, as a move of its own where a part was.
void SplitMove(const Env& env, int64_t move, int64_t backorder) {
  const double rest = Demand(env, move) - Quantity(env, move);
  if (Quantity(env, move) == 0.0) {
    Release(env, move);
    env.store().Set(kMove, move, "picking_id", backorder);
    env.store().Set(kMove, move, "state", "draft");
    return;
  }
  Json values = ValuesFor(env, env.model(kMove), move,
                          {"product_id", "product_uom", "location_id", "location_dest_id",
                           "sale_line_id", "purchase_line_id", "origin", "partner_id"});
  values["picking_id"] = backorder;
  values["product_uom_qty"] = rest;
  CreateOne(env.Sudo(), env.model(kMove), values);
  env.store().Set(kMove, move, "product_uom_qty", Quantity(env, move));
}

void SplitOff(const Env& env, int64_t picking, const Ids& short_moves) {
  const int64_t backorder = BackorderOf(env, picking);
  for (const int64_t move : short_moves) SplitMove(env, move, backorder);
  ConfirmTransfer(env, backorder);
}

// ---- orders ----

// The fields in which orders differ.
struct OrderKind {
  const char* lines;
  const char* link;  // of a move, to the line
  const char* quantity;
  const char* operation;
};

constexpr OrderKind kSale{"sale.order.line", "sale_line_id", "product_uom_qty", "outgoing"};
constexpr OrderKind kPurchase{"purchase.order.line", "purchase_line_id", "product_qty", "incoming"};

int64_t OperationType(const Env& env, const Model& orders, int64_t order, const OrderKind& kind) {
  const Model* types = env.schema().Find("stock.picking.type");
  if (!types) return 0;
  if (orders.Has("picking_type_id")) return RawId(env, orders, order, "picking_type_id");
  Json domain = Json::array();
  domain.push_back({"code", "=", kind.operation});
  const int64_t warehouse = RawId(env, orders, order, "warehouse_id");
  if (warehouse != 0) domain.push_back({"warehouse_id", "=", warehouse});
  const Ids found = Search(env.Sudo(), *types, domain);
  return found.empty() ? 0 : found[0];
}

Json GoodsOf(const Env& env, int64_t order, const OrderKind& kind) {
  const Model& lines = env.model(kind.lines);
  const Model& products = env.model("product.product");
  Json rows = Json::array();
  for (const int64_t line : env.store().Referring(lines.name, "order_id", order)) {
    const int64_t product = RawId(env, lines, line, "product_id");
    const double quantity = RawNumber(env, lines, line, kind.quantity);
    if (product == 0 || quantity <= 0.0 || RawText(env, products, product, "type") != "consu")
      continue;
    rows.push_back(
        {0, 0, {{"product_id", product}, {"product_uom_qty", quantity}, {kind.link, line}}});
  }
  return rows;
}

void TransferOrder(const Env& env, const Model& orders, int64_t order, const OrderKind& kind) {
  const int64_t type = OperationType(env, orders, order, kind);
  if (type == 0) return;
  const Json rows = GoodsOf(env, order, kind);
  if (rows.empty()) return;
  const bool sale = orders.Has("partner_shipping_id");
  Json values = {
      {"picking_type_id", type},
      {"partner_id", RawValue(env, orders, order, sale ? "partner_shipping_id" : "partner_id")},
      {"origin", RawValue(env, orders, order, "name")},
      {"user_id", false},
      {"move_ids", rows}};
  if (sale && env.model(kPicking).Has("sale_id")) values["sale_id"] = order;
  ConfirmTransfer(env, CreateOne(env.Sudo(), env.model(kPicking), values));
}

class StockMove : public Behaviour {
 public:
  StockMove() : Behaviour(kMove) {}

  void AfterChange(const Env& env, int64_t id, bool) const override {
    if (StateOf(env, id) == "cancel") Release(env, id);
  }
};

}  // namespace

std::unique_ptr<Behaviour> MakeStockMove() { return std::make_unique<StockMove>(); }

Ids OpenMoves(const Env& env, int64_t picking) {
  Ids moves = env.store().Referring(kMove, "picking_id", picking);
  std::erase_if(moves, [&](int64_t move) {
    return StateOf(env, move) == "done" || StateOf(env, move) == "cancel";
  });
  return moves;
}

void ConfirmTransfer(const Env& env, int64_t picking) {
  for (const int64_t move : OpenMoves(env, picking)) {
    if (StateOf(env, move) == "draft") env.store().Set(kMove, move, "state", "confirmed");
  }
  ReserveTransfer(env, picking);
}

void ReserveTransfer(const Env& env, int64_t picking) {
  for (const int64_t move : OpenMoves(env, picking)) {
    if (StateOf(env, move) != "draft") ReserveMove(env, move);
  }
  RefreshState(env, picking);
}

void FinishTransfer(const Env& env, int64_t picking, bool backorder) {
  Ids short_moves, moved;
  for (const int64_t move : OpenMoves(env, picking)) {
    if (!python::Truth(RawValue(env, env.model(kMove), move, "picked"))) {
      env.store().Set(kMove, move, "quantity", 0.0);
    }
    if (Quantity(env, move) < Demand(env, move)) short_moves.push_back(move);
    if (Quantity(env, move) > 0.0) moved.push_back(move);
  }
  if (backorder && !short_moves.empty()) SplitOff(env, picking, short_moves);
  for (const int64_t move : moved) FinishMove(env, move);
  for (const int64_t move : OpenMoves(env, picking)) {
    Write(env.Sudo(), env.model(kMove), {move}, {{"state", "cancel"}});
  }
  env.store().Set(kPicking, picking, "date_done", NowDatetime());
  RefreshState(env, picking);
}

void DeliverOrder(const Env& env, int64_t order) {
  TransferOrder(env, env.model("sale.order"), order, kSale);
}

void CancelDeliveries(const Env& env, int64_t order) {
  const Env sudo = env.Sudo();
  for (const int64_t picking : env.store().Referring(kPicking, "sale_id", order)) {
    const Ids moves = OpenMoves(env, picking);
    if (moves.empty()) continue;
    Write(sudo, env.model(kMove), moves, {{"state", "cancel"}, {"quantity", 0.0}});
    RefreshState(env, picking);
  }
}

void ReceiveOrder(const Env& env, int64_t order) {
  TransferOrder(env, env.model("purchase.order"), order, kPurchase);
}

}  // namespace sandbox
