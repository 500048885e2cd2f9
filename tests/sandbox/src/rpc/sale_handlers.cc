#include "base/clock.h"
#include "base/python.h"
#include "models/stock.h"
#include "orm/crud.h"
#include "orm/read.h"
#include "orm/records.h"
#include "rpc/actions.h"
#include "rpc/fault.h"
#include "rpc/handlers.h"

namespace sandbox {
namespace {

std::string StateOf(const BoundCall& call, int64_t id) {
  return RawText(call.env, call.model, id, "state");
}

Json ConfirmOrder(const BoundCall& call) {
  const Ids ids = RecordsOf(call);
  for (const int64_t id : ids) {
    const std::string state = StateOf(call, id);
    if (state != "draft" && state != "sent") throw UserError(call.env.Text("order_confirm_state"));
  }
  Write(call.env, call.model, ids, {{"state", "sale"}, {"date_order", NowDatetime()}});
  for (const int64_t id : ids) DeliverOrder(call.env, id);
  return true;
}

// 18 asks whether the customer should get a mail instead of cancelling a confirmed order.
Json CancelWizard(const BoundCall& call, int64_t id) {
  Json context = {
      {"default_template_id", false},
      {"default_order_id", id},
      {"mark_so_as_canceled", true},
      {"default_email_layout_xmlid", "mail.mail_notification_layout_with_responsible_signature"},
      {"model_description", call.env.Term("Sales Order")}};
  return {{"name", call.env.Text("order_cancel_title", {{"document", "Sales Order"}})},
          {"view_mode", "form"},
          {"res_model", "sale.order.cancel"},
          {"view_id", false},
          {"type", "ir.actions.act_window"},
          {"context", context},
          {"target", "new"}};
}

Json Cancel(const BoundCall& call) {
  const Ids ids = RecordsOf(call);
  for (const int64_t id : ids) {
    const bool locked = python::Truth(RawValue(call.env, call.model, id, "locked"));
    if (locked) throw UserError(call.env.Text("order_locked_cancel"));
  }
  const bool silent = python::Truth(call.env.context().value("disable_cancel_warning", Json()));
  const bool asks =
      call.env.Is18() && !silent && ids.size() == 1 && StateOf(call, ids[0]) == "sale";
  if (asks) return CancelWizard(call, ids[0]);
  Write(call.env, call.model, ids, {{"state", "cancel"}});
  for (const int64_t id : ids) CancelDeliveries(call.env, id);
  return true;
}

Json Draft(const BoundCall& call) {
  Ids ids;
  for (const int64_t id : RecordsOf(call)) {
    const std::string state = StateOf(call, id);
    if (state == "cancel" || state == "sent") ids.push_back(id);
  }
  if (!ids.empty()) Write(call.env, call.model, ids, {{"state", "draft"}});
  return true;
}

Json Lock(const BoundCall& call) {
  Write(call.env, call.model, RecordsOf(call), {{"locked", true}});
  return kNothing;
}

Json Unlock(const BoundCall& call) {
  Write(call.env, call.model, RecordsOf(call), {{"locked", false}});
  return kNothing;
}

Json Preview(const BoundCall& call) {
  const Ids ids = ParseIds(call.ids);
  if (ids.size() != 1) {
    throw ValueError("Expected singleton: " + call.model.name + python::Tuple(Json(ids)));
  }
  return {{"type", "ir.actions.act_url"},
          {"target", "self"},
          {"url", "/my/orders/" + std::to_string(ids[0])}};
}

}  // namespace

const std::vector<HandlerEntry>& SaleHandlers() {
  static const std::vector<HandlerEntry> handlers{
      {"action_confirm", ConfirmOrder}, {"action_cancel", Cancel},
      {"action_draft", Draft},          {"action_lock", Lock},
      {"action_unlock", Unlock},        {"action_preview_sale_order", Preview},
  };
  return handlers;
}

}  // namespace sandbox
