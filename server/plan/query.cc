// Searches and counts: conditions, order and pages.
#include <limits>

#include "plan/filter.h"
#include "plan/mask.h"
#include "plan/page_token.h"
#include "plan/permit.h"
#include "plan/planning.h"

namespace gateway::plan {
namespace {

using base::Reason;
using codec::Problems;
using codec::WireField;
using codec::WireReader;

constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 1000;
// A page further on still has its offset in an int.
constexpr std::int64_t kMaxOffset = std::numeric_limits<int>::max() - kMaxPageSize;
constexpr int kMaxOrder = 8;
// Which fields of OrderBy are varints (bit n: field n).
constexpr std::uint32_t kOrderScalars = 1U << 2;

Domain ReadDomain(Planning& planning) {
  std::vector<Domain> terms;
  FilterContext context{planning.catalog, planning.target, planning.problems, planning.permit};
  if (planning.envelope.filter) {
    const Problems::Scope scope(planning.problems, "filter");
    terms.push_back(ReadFilter(*planning.method.filter, *planning.envelope.filter, context));
  }
  int index = 0;
  for (const std::string_view condition : planning.envelope.conditions) {
    const Problems::Scope scope(planning.problems, "conditions", index++);
    if (!context.Spend()) break;
    terms.push_back(ReadCondition(*planning.method.record, condition, context));
  }
  Domain domain = All(std::move(terms));
  CollectReferences(domain, planning);
  return domain;
}

int PageSize(Planning& planning) {
  if (planning.envelope.page_size < 0 || planning.envelope.page_size > kMaxPageSize) {
    planning.problems.AddBelow("page_size", Reason::kInvalidFieldValue, "0 (for 50) to 1000.");
  }
  return planning.envelope.page_size == 0 ? kDefaultPageSize
                                          : static_cast<int>(planning.envelope.page_size);
}

std::string_view Sortable(std::string_view name, Planning& planning) {
  const contract::Field* field = planning.method.record->FindName(name);
  const std::string_view odoo_name =
      field == nullptr ? std::string_view() : field->OdooName(planning.target.version);
  const schema::Field* live =
      planning.target.schema == nullptr
          ? nullptr
          : planning.target.schema->Find(planning.method.record->model, odoo_name);
  const bool plain = field != nullptr && field->shape != contract::Shape::kRefs &&
                     field->shape != contract::Shape::kRows;
  if (plain && !odoo_name.empty() && (live == nullptr || live->sortable)) {
    const Problems::Scope scope(planning.problems, "field");
    const bool may =
        CheckRead(planning.permit, planning.method.record->model, name, planning.problems);
    // References come in the order of what they lead to, by fields of Odoo's choice.
    if (may && !field->relation.empty())
      CheckNameSearch(planning.permit, field->relation, planning.problems);
    return odoo_name;
  }
  planning.problems.AddBelow(
      "field", Reason::kInvalidDomain,
      "Odoo cannot sort by `" + std::string(name) + "`; name a stored field of the record.");
  return "id";
}

// odoo.type.v1.OrderBy { field = 1; descending = 2; }
std::string ReadOrder(Planning& planning) {
  std::string order;
  if (planning.envelope.order_by.size() > kMaxOrder) {
    planning.problems.AddBelow("order_by", Reason::kInvalidDomain, "At most 8 keys.");
    return order;
  }
  int index = 0;
  for (const std::string_view key : planning.envelope.order_by) {
    const Problems::Scope scope(planning.problems, "order_by", index++);
    std::string_view name;
    bool descending = false;
    WireField wire;
    WireReader reader(key);
    while (reader.NextTyped(wire, kOrderScalars)) {
      if (wire.number == 1) name = wire.bytes;
      if (wire.number == 2) descending = wire.integer != 0;
    }
    if (reader.malformed()) planning.problems.Malformed();
    order += Sortable(name, planning);
    order += descending ? " desc, " : ", ";
  }
  return order + "id";
}

// Everything that decides which records come, and in which order; ids are those of one Odoo.
std::uint64_t QueryFingerprint(const Planning& planning) {
  std::uint64_t hash = Fingerprint(planning.method.path, Fingerprint(planning.target.instance));
  const auto add = [&hash](std::string_view part) {
    hash = Fingerprint(std::to_string(part.size()) + ":", hash);
    hash = Fingerprint(part, hash);
  };
  add(planning.envelope.filter.value_or(std::string_view()));
  for (const std::string_view condition : planning.envelope.conditions) add(condition);
  add("order");
  for (const std::string_view key : planning.envelope.order_by) add(key);
  add(planning.envelope.options.value_or(std::string_view()));
  return hash;
}

void Continue(Search& search, Planning& planning) {
  search.page = search.domain;
  if (planning.envelope.page_token.empty()) return;
  const auto token = DecodePageToken(planning.envelope.page_token);
  const bool reachable = token && (search.keyset || token->position <= kMaxOffset);
  if (!reachable || token->fingerprint != search.fingerprint) {
    planning.problems.AddBelow(
        "page_token", Reason::kInvalidDomain,
        "Not a token of this query: send the same filter, conditions, order and "
        "options to the same instance as for the first page, or begin anew without a token.");
  } else if (search.keyset) {
    search.page.children.push_back(Where({"id", ">", {token->position}, {}, "page_token"}));
  } else {
    search.offset = static_cast<int>(token->position);
  }
}

}  // namespace

Count MakeCount(Planning& planning) { return {ReadDomain(planning)}; }

Search MakeSearch(Planning& planning) {
  Search search;
  search.domain = ReadDomain(planning);
  search.read = ToRead(planning);
  search.order = ReadOrder(planning);
  search.keyset = planning.envelope.order_by.empty();
  search.page_size = PageSize(planning);
  search.count_total = planning.envelope.count_total;
  search.fingerprint = QueryFingerprint(planning);
  Continue(search, planning);
  return search;
}

}  // namespace gateway::plan
