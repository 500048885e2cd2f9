// account.payment.register: what the wizard takes from the moves that the context names.
#include <algorithm>

#include "base/clock.h"
#include "base/text.h"
#include "models/account.h"
#include "models/behaviours.h"
#include "orm/convert.h"
#include "orm/records.h"
#include "rpc/fault.h"

namespace sandbox {
namespace {

// The moves of context active_model and active_ids; of journal items, theirs.
Ids ActiveMoves(const Env& env) {
  const std::string model = env.context().value("active_model", "");
  const Json ids = env.context().value("active_ids", Json::array());
  const bool lines = model == "account.move.line";
  if ((model != "account.move" && !lines) || !ids.is_array()) {
    throw UserError(env.Text("payment_no_moves"));
  }
  Ids moves;
  for (const int64_t id : ids.get<Ids>()) {
    const Model& source = env.model(model);
    CheckExists(env, source, id);
    const int64_t move = lines ? RawId(env, source, id, "move_id") : id;
    if (std::ranges::find(moves, move) == moves.end()) moves.push_back(move);
  }
  return moves;
}

Ids TermLines(const Env& env, const Ids& moves) {
  const Model& lines = env.model("account.move.line");
  Ids terms;
  for (const int64_t move : moves) {
    for (const int64_t line : env.store().Referring(lines.name, "move_id", move)) {
      if (RawText(env, lines, line, "display_type") == "payment_term") terms.push_back(line);
    }
  }
  return terms;
}

class PaymentRegister : public Behaviour {
 public:
  PaymentRegister() : Behaviour("account.payment.register") {}

  void PrepareCreate(const Env& env, Json& vals) const override {
    const Ids given = ActiveMoves(env);
    Ids moves;
    std::ranges::copy_if(given, std::back_inserter(moves),
                         [&](int64_t move) { return ResidualOf(env, move) > 0.0; });
    if (moves.empty()) throw UserError(env.Text("payment_nothing"));
    // Journal items that the caller names count for more than the records of the context.
    if (!vals.contains("line_ids"))
      vals["line_ids"] = Json::array({Json::array({6, 0, TermLines(env, moves)})});
    const Json found = FromMoves(env, moves);
    for (const auto& [field, value] : found.items()) {
      if (!vals.contains(field)) vals[field] = value;
    }
  }

 private:
  static Json FromMoves(const Env& env, const Ids& moves) {
    const Model& model = env.model("account.move");
    const std::string kind = RawText(env, model, moves[0], "move_type");
    const bool inbound = kind == "out_invoice" || kind == "out_receipt" || kind == "in_refund";
    double due = 0.0;
    std::vector<std::string> names;
    for (const int64_t move : moves) {
      due += ResidualOf(env, move);
      names.push_back(RawText(env, model, move, "name"));
    }
    return {{"amount", RoundDecimals(due, 2)},
            {"payment_type", inbound ? "inbound" : "outbound"},
            {"partner_type", kind.starts_with("out_") ? "customer" : "supplier"},
            {"partner_id", RawValue(env, model, moves[0], "commercial_partner_id")},
            {"communication", Join(names, ", ")},
            {"group_payment", moves.size() == 1}};
  }
};

}  // namespace

std::unique_ptr<Behaviour> MakePaymentRegister() { return std::make_unique<PaymentRegister>(); }

double ResidualOf(const Env& env, int64_t move) {
  return RawNumber(env, env.model("account.move"), move, "amount_residual");
}

void Settle(const Env& env, int64_t move, double amount) {
  const double before = RawNumber(env, env.model("account.move"), move, "_settled");
  env.store().Set("account.move", move, "_settled", RoundDecimals(before + amount, 2));
}

std::string NextDocument(const Env& env, const std::string& prefix) {
  const std::string series = prefix + "/" + Today().substr(0, 4) + "/";
  std::string number = std::to_string(env.store().NextNumber("account.move " + series));
  if (number.size() < 5) number.insert(0, 5 - number.size(), '0');
  return series + number;
}

}  // namespace sandbox
