// odoo.type.v1.CallOptions.
#include <algorithm>

#include "plan/planning.h"

namespace gateway::plan {
namespace {

using base::Reason;
using codec::Problems;
using codec::WireField;
using codec::WireReader;

// Which fields are varints (bit n: field n).
constexpr std::uint32_t kOptionScalars = 1U << 1 | 1U << 3 | 1U << 4;

// A caller that is bound to companies works in one of them, always.
bool PermitCompany(Planning& planning) {
  const std::vector<std::int64_t>& permitted = planning.plan.companies;
  if (permitted.empty()) return true;
  std::int64_t& id = planning.plan.options.company_id;
  if (id == 0) id = permitted.front();
  if (std::ranges::find(permitted, id) != permitted.end()) return true;
  planning.problems.AddBelow("company_id", Reason::kCallerNotAllowed,
                             "The caller's policy does not let it work in this company; the "
                             "operator can add it to the caller's companies.");
  return false;
}

void CheckCompany(Planning& planning) {
  const std::int64_t id = planning.plan.options.company_id;
  const std::vector<std::int64_t>& own = planning.target.company_ids;
  if (id == 0 || std::find(own.begin(), own.end(), id) != own.end()) return;
  planning.problems.AddBelow("company_id", Reason::kInvalidReference,
                             "The integration user does not belong to a company with this id.");
}

// The keys of res.partner.lang are the installed languages. Odoo would take any text and answer
// in English.
void CheckLang(Planning& planning) {
  const std::string& lang = planning.plan.options.lang;
  if (lang.empty()) return;
  const auto is_part = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '@';
  };
  const schema::Field* live = planning.target.schema == nullptr
                                  ? nullptr
                                  : planning.target.schema->Find("res.partner", "lang");
  const bool installed =
      live == nullptr || std::find(live->keys.begin(), live->keys.end(), lang) != live->keys.end();
  if (installed && lang.size() <= 16 && std::all_of(lang.begin(), lang.end(), is_part)) return;
  planning.problems.AddBelow("lang", Reason::kInvalidFieldValue,
                             "Not a language that this Odoo has installed; write it as `fr_FR`.");
}

}  // namespace

void ReadOptions(Planning& planning) {
  const Problems::Scope scope(planning.problems, "options");
  WireField wire;
  WireReader reader(planning.envelope.options.value_or(std::string_view()));
  while (reader.NextTyped(wire, kOptionScalars)) {
    if (wire.number == 1)
      planning.plan.options.company_id = static_cast<std::int64_t>(wire.integer);
    if (wire.number == 2) planning.plan.options.lang = std::string(wire.bytes);
    if (wire.number == 3) planning.plan.options.include_archived = wire.integer != 0;
    if (wire.number == 4) planning.plan.options.quiet = wire.integer == 1;
    const bool known_policy = wire.number != 4 || wire.integer <= 1;
    if (wire.number > 4 || !known_policy) {
      planning.problems.AddBelow(
          wire.number > 4 ? "#" + std::to_string(wire.number) : "mail_policy",
          Reason::kUnknownField, "The gateway has no such option.");
    }
  }
  if (reader.malformed()) planning.problems.Malformed();
  if (PermitCompany(planning)) CheckCompany(planning);
  CheckLang(planning);
}

}  // namespace gateway::plan
