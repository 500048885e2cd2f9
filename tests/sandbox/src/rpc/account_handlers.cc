// Posting, paying and reversing documents of accounting.
#include <algorithm>

#include "base/clock.h"
#include "base/python.h"
#include "models/account.h"
#include "orm/copy.h"
#include "orm/crud.h"
#include "orm/records.h"
#include "rpc/actions.h"
#include "rpc/fault.h"
#include "rpc/handlers.h"

namespace sandbox {
namespace {

const Model& Moves(const Env& env) { return env.model("account.move"); }

std::string KindOf(const Env& env, int64_t move) {
  return RawText(env, Moves(env), move, "move_type");
}

bool IsPurchase(const std::string& kind) { return kind.starts_with("in_"); }

// ---- post ----

void CheckPostable(const Env& env, int64_t move) {
  if (RawText(env, Moves(env), move, "state") != "draft") {
    const Json name = RawValue(env, Moves(env), move, "name");
    throw UserError(
        env.Text("move_not_draft", {{"name", python::Str(name)}, {"id", std::to_string(move)}}));
  }
  if (env.store().Referring("account.move.line", "move_id", move).empty() ||
      (KindOf(env, move) != "entry" &&
       RelatedIds(env, Moves(env), move, *Moves(env).Find("invoice_line_ids")).empty())) {
    throw UserError(env.Text("move_no_lines"));
  }
  const std::string kind = KindOf(env, move);
  if (kind == "entry") return;
  if (RawId(env, Moves(env), move, "partner_id") == 0) {
    throw UserError(env.Text(IsPurchase(kind) ? "move_no_vendor" : "move_no_customer"));
  }
  const bool dated = python::Truth(RawValue(env, Moves(env), move, "invoice_date"));
  if (IsPurchase(kind) && !dated) throw UserError(env.Text("move_bill_date"));
}

std::string NumberOf(const Env& env, int64_t move) {
  const std::string given = RawText(env, Moves(env), move, "name");
  if (!given.empty() && given != "/") return given;
  const int64_t journal = RawId(env, Moves(env), move, "journal_id");
  const std::string code = RawText(env, env.model("account.journal"), journal, "code");
  return NextDocument(env, KindOf(env, move).ends_with("_refund") ? "R" + code : code);
}

// A credit note pays the document that it reverses.
void SettleReversed(const Env& env, int64_t refund) {
  const int64_t reversed = RawId(env, Moves(env), refund, "reversed_entry_id");
  if (reversed == 0) return;
  const double amount = std::min(ResidualOf(env, refund), ResidualOf(env, reversed));
  Settle(env, refund, amount);
  Settle(env, reversed, amount);
}

void PostMove(const Env& env, int64_t move) {
  CheckPostable(env, move);
  const std::string number = NumberOf(env, move);
  Json values = {{"state", "posted"}, {"name", number}, {"posted_before", true}};
  if (KindOf(env, move) == "out_invoice") values["payment_reference"] = number;
  const bool dated = python::Truth(RawValue(env, Moves(env), move, "invoice_date"));
  if (KindOf(env, move) != "entry" && !dated) values["invoice_date"] = Today();
  Write(env, Moves(env), {move}, values);
  SettleReversed(env, move);
}

Json Post(const BoundCall& call) {
  for (const int64_t move : RecordsOf(call)) PostMove(call.env, move);
  return false;
}

// ---- pay ----

class Payments {
 public:
  Payments(const BoundCall& call, int64_t wizard)
      : env_(call.env), wizards_(call.model), wizard_(wizard) {}

  Ids Create() {
    std::vector<Ids> batches;
    for (const int64_t move : WizardMoves()) {
      const bool joined = python::Truth(Wizard("group_payment")) && !batches.empty();
      if (!joined) batches.emplace_back();
      batches.back().push_back(move);
    }
    Ids payments;
    for (const Ids& moves : batches) payments.push_back(Pay(moves, batches.size() == 1));
    return payments;
  }

 private:
  Json Wizard(const std::string& field) const { return RawValue(env_, wizards_, wizard_, field); }

  Ids WizardMoves() const {
    const Model& lines = env_.model("account.move.line");
    Ids moves;
    for (const int64_t line : RelatedIds(env_, wizards_, wizard_, *wizards_.Find("line_ids"))) {
      moves.push_back(RawId(env_, lines, line, "move_id"));
    }
    return moves;
  }

  double Due(const Ids& moves) const {
    double due = 0.0;
    for (const int64_t move : moves) due += ResidualOf(env_, move);
    return due;
  }

  int64_t Pay(const Ids& moves, bool only) const {
    const double amount = only ? Wizard("amount").get<double>() : Due(moves);
    const int64_t payment = Record(moves, amount);
    double rest = Wizard("payment_difference_handling") == "reconcile" ? Due(moves) : amount;
    for (const int64_t move : moves) {
      const double part = std::min(rest, ResidualOf(env_, move));
      rest -= part;
      Match(move, payment, part);
    }
    return payment;
  }

  int64_t Record(const Ids& moves, double amount) const {
    const int64_t journal = RawId(env_, wizards_, wizard_, "journal_id");
    const std::string code = RawText(env_, env_.model("account.journal"), journal, "code");
    return CreateOne(env_, env_.model("account.payment"),
                     {{"name", NextDocument(env_, "P" + code)},
                      {"state", "paid"},
                      {"amount", amount},
                      {"date", Wizard("payment_date")},
                      {"journal_id", journal},
                      {"memo", Wizard("communication")},
                      {"payment_type", Wizard("payment_type")},
                      {"partner_type", Wizard("partner_type")},
                      {"partner_id", Wizard("partner_id")},
                      {"currency_id", Wizard("currency_id")},
                      {"invoice_ids", {{6, 0, moves}}}});
  }

  void Match(int64_t move, int64_t payment, double part) const {
    Settle(env_, move, part);
    Json matched = RawValue(env_, Moves(env_), move, "matched_payment_ids");
    matched.insert(matched.begin(), payment);
    env_.store().Set(Moves(env_).name, move, "matched_payment_ids", matched);
  }

  const Env& env_;
  const Model& wizards_;
  const int64_t wizard_;
};

Json CreatePayments(const BoundCall& call) {
  Ids payments;
  for (const int64_t wizard : RecordsOf(call)) {
    for (const int64_t payment : Payments(call, wizard).Create()) payments.push_back(payment);
  }
  return WindowOf("Payments", "account.payment", payments);
}

// ---- reverse ----

int64_t Refund(const BoundCall& call, int64_t wizard, int64_t move) {
  static const std::map<std::string, std::string> refunds{{"out_invoice", "out_refund"},
                                                          {"out_receipt", "out_refund"},
                                                          {"out_refund", "entry"},
                                                          {"in_invoice", "in_refund"},
                                                          {"in_receipt", "in_refund"},
                                                          {"in_refund", "entry"},
                                                          {"entry", "entry"}};
  const Env& env = call.env;
  const std::string reason = RawText(env, call.model, wizard, "reason");
  const Json date = RawValue(env, call.model, wizard, "date");
  const std::string number = RawText(env, Moves(env), move, "name");
  return Copy(env, Moves(env), move,
              {{"move_type", refunds.at(KindOf(env, move))},
               {"reversed_entry_id", move},
               {"journal_id", RawValue(env, call.model, wizard, "journal_id")},
               {"ref", "Reversal of: " + number + (reason.empty() ? "" : ", " + reason)},
               {"date", date},
               {"invoice_date", date}});
}

Json RefundMoves(const BoundCall& call) {
  Ids refunds;
  for (const int64_t wizard : RecordsOf(call)) {
    for (const int64_t move :
         RelatedIds(call.env, call.model, wizard, *call.model.Find("move_ids"))) {
      const bool posted = RawText(call.env, Moves(call.env), move, "state") == "posted";
      if (posted) refunds.push_back(Refund(call, wizard, move));
    }
    call.env.store().Set(call.model.name, wizard, "new_move_ids", refunds);
  }
  return WindowOf("Reverse Moves", "account.move", refunds);
}

}  // namespace

const std::vector<HandlerEntry>& AccountHandlers() {
  static const std::vector<HandlerEntry> handlers{
      {"action_post", Post},
      {"action_create_payments", CreatePayments},
      {"refund_moves", RefundMoves},
  };
  return handlers;
}

}  // namespace sandbox
