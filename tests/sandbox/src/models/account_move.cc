// account.move and its lines: an invoice keeps its tax and payment term lines in step with the
// product lines; an entry must balance.
#include <cmath>

#include "base/clock.h"
#include "base/python.h"
#include "models/behaviours.h"
#include "orm/convert.h"
#include "orm/records.h"
#include "orm/rules.h"
#include "rpc/fault.h"

namespace sandbox {
namespace {

constexpr const char* kLine = "account.move.line";

bool IsEntry(const Env& env, const Model& moves, int64_t move) {
  return RawText(env, moves, move, "move_type") == "entry";
}

// Sales are credits of an income account: what a document counts for its product lines.
double ProductSign(const std::string& move_type) {
  return move_type == "out_invoice" || move_type == "out_receipt" || move_type == "in_refund" ? -1.0
                                                                                              : 1.0;
}

void SetBalance(const Env& env, int64_t line, double balance) {
  const double rounded = RoundDecimals(balance, 2);
  const Json amounts = {{"balance", rounded},
                        {"amount_currency", rounded},
                        {"debit", rounded > 0.0 ? rounded : 0.0},
                        {"credit", rounded < 0.0 ? -rounded : 0.0}};
  for (const auto& [field, amount] : amounts.items()) env.store().Set(kLine, line, field, amount);
}

// Keeps the lines of an invoice that Odoo makes itself.
class ItemSync {
 public:
  ItemSync(const Env& env, int64_t move)
      : env_(env), lines_(env.model(kLine)), moves_(env.model("account.move")), move_(move) {}

  void Run() {
    const double sign = ProductSign(RawText(env_, moves_, move_, "move_type"));
    for (const int64_t line : Lines("product")) CountProduct(line, sign);
    KeepTaxes();
    KeepTerm();
  }

 private:
  Ids Lines(const std::string& kind) const {
    Ids lines = env_.store().Referring(kLine, "move_id", move_);
    std::erase_if(
        lines, [&](int64_t line) { return RawText(env_, lines_, line, "display_type") != kind; });
    return lines;
  }

  void CountProduct(int64_t line, double sign) {
    const double subtotal = RawNumber(env_, lines_, line, "price_subtotal");
    SetBalance(env_, line, sign * subtotal);
    total_ += sign * subtotal;
    const Model& taxes = env_.model("account.tax");
    for (const int64_t tax : RelatedIds(env_, lines_, line, *lines_.Find("tax_ids"))) {
      CheckExists(env_, taxes, tax);
      taxes_[tax] += sign * subtotal * RawNumber(env_, taxes, tax, "amount") / 100.0;
    }
  }

  void KeepTaxes() {
    for (const int64_t line : Lines("tax")) {
      const int64_t tax = RawId(env_, lines_, line, "tax_line_id");
      if (!taxes_.contains(tax)) env_.store().Erase(kLine, line);
    }
    for (const auto& [tax, amount] : taxes_) {
      int64_t line = TaxLine(tax);
      if (line == 0) line = Add("tax", DisplayName(env_, env_.model("account.tax"), tax), "tax");
      env_.store().Set(kLine, line, "tax_line_id", tax);
      SetBalance(env_, line, amount);
      total_ += RoundDecimals(amount, 2);
    }
  }

  int64_t TaxLine(int64_t tax) const {
    for (const int64_t line : Lines("tax")) {
      if (RawId(env_, lines_, line, "tax_line_id") == tax) return line;
    }
    return 0;
  }

  void KeepTerm() {
    Ids terms = Lines("payment_term");
    if (terms.empty()) {
      const bool sale = RawText(env_, moves_, move_, "move_type").starts_with("out_");
      terms.push_back(Add("payment_term", "", sale ? "receivable" : "payable"));
    }
    env_.store().Set(kLine, terms[0], "date_maturity",
                     RawValue(env_, moves_, move_, "invoice_date_due"));
    SetBalance(env_, terms[0], -total_);
  }

  int64_t Add(const std::string& kind, const std::string& name, const std::string& account) {
    static const std::map<std::string, Json> account_types{
        {"tax", {"liability_current"}},
        {"receivable", {"asset_receivable"}},
        {"payable", {"liability_payable"}},
    };
    const Json owner = {
        "first", "account.account", {{"account_type", "in", account_types.at(account)}}};
    const std::string now = NowDatetime();
    const int64_t line = env_.store().NextId(kLine);
    env_.store().Insert(kLine, line,
                        {{"move_id", move_},
                         {"display_type", kind},
                         {"name", name.empty() ? Json(false) : Json(name)},
                         {"account_id", Evaluate(env_, moves_, move_, owner)},
                         {"partner_id", RawValue(env_, moves_, move_, "partner_id")},
                         {"currency_id", RawValue(env_, moves_, move_, "currency_id")},
                         {"create_date", now},
                         {"create_uid", env_.uid()},
                         {"write_date", now},
                         {"write_uid", env_.uid()}});
    return line;
  }

  const Env& env_;
  const Model& lines_;
  const Model& moves_;
  const int64_t move_;
  double total_ = 0.0;
  std::map<int64_t, double> taxes_;  // by id, what is owed
};

std::string Money(double amount) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", amount);
  return text;
}

void CheckBalanced(const Env& env, const Model& moves, int64_t move) {
  const Model& lines = env.model(kLine);
  double debit = 0.0, credit = 0.0;
  for (const int64_t line : env.store().Referring(kLine, "move_id", move)) {
    debit += RawNumber(env, lines, line, "debit");
    credit += RawNumber(env, lines, line, "credit");
  }
  if (RoundDecimals(debit - credit, 2) == 0.0) return;
  const int64_t journal = RawId(env, moves, move, "journal_id");
  throw UserError(
      env.Text("move_unbalanced",
               {{"move", DisplayName(env, moves, move)},
                {"debit", Money(debit)},
                {"credit", Money(credit)},
                {"journal", RawText(env, env.model("account.journal"), journal, "name")}}));
}

// A move that is not posted owes nothing to its payments.
void Unsettle(const Env& env, int64_t move) {
  env.store().Set("account.move", move, "_settled", 0.0);
  env.store().Set("account.move", move, "matched_payment_ids", Json::array());
}

class AccountMove : public Behaviour {
 public:
  AccountMove() : Behaviour("account.move") {}

  void AfterChange(const Env& env, int64_t id, bool) const override {
    const std::string state = RawText(env, model(env), id, "state");
    if (state != "posted" && RawNumber(env, model(env), id, "_settled") != 0.0) Unsettle(env, id);
    if (state != "draft") return;
    if (IsEntry(env, model(env), id)) return CheckBalanced(env, model(env), id);
    if (RawId(env, model(env), id, "currency_id") != 0) ItemSync(env, id).Run();
  }
};

class AccountMoveLine : public Behaviour {
 public:
  AccountMoveLine() : Behaviour(kLine) {}

  void AfterChange(const Env& env, int64_t id, bool) const override {
    const int64_t move = RawId(env, model(env), id, "move_id");
    const Model& moves = env.model("account.move");
    if (move == 0) return;
    if (IsEntry(env, moves, move)) return Net(env, id);
    if (RawText(env, moves, move, "state") == "draft") ItemSync(env, move).Run();
  }

  Ids ParentsOf(const Env& env, const Ids& ids) const override {
    Ids moves;
    for (const int64_t id : ids) moves.push_back(RawId(env, model(env), id, "move_id"));
    return moves;
  }

  void RefreshParents(const Env& env, const Ids& parents) const override {
    const Model& moves = env.model("account.move");
    for (const int64_t move : parents) {
      const bool draft = env.store().Exists(moves.name, move) && !IsEntry(env, moves, move) &&
                         RawText(env, moves, move, "state") == "draft";
      if (draft) ItemSync(env, move).Run();
    }
  }

 private:
  // Debit and credit on one line are their difference.
  void Net(const Env& env, int64_t id) const {
    const double net =
        RawNumber(env, model(env), id, "debit") - RawNumber(env, model(env), id, "credit");
    SetBalance(env, id, net != 0.0 ? net : RawNumber(env, model(env), id, "balance"));
  }
};

}  // namespace

std::unique_ptr<Behaviour> MakeAccountMove() { return std::make_unique<AccountMove>(); }
std::unique_ptr<Behaviour> MakeAccountMoveLine() { return std::make_unique<AccountMoveLine>(); }

}  // namespace sandbox
