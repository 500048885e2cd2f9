#include "orm/search.h"

#include <algorithm>
#include <regex>

#include "base/python.h"
#include "base/text.h"
#include "orm/access.h"
#include "orm/convert.h"
#include "orm/domain.h"
#include "orm/match.h"
#include "orm/read.h"
#include "orm/records.h"
#include "rpc/fault.h"

namespace sandbox {
namespace {

int64_t ParseCount(const Json& value, const char* clause) {
  if (!python::Truth(value)) return 0;
  if (value.is_string()) throw InvalidIntegerText(value.get<std::string>(), "bigint");
  const int64_t count = value.get<int64_t>();
  if (count >= 0) return count;
  throw DatabaseError("errors.InvalidRowCountIn" + std::string(clause) + "Clause",
                      (clause == std::string("Limit") ? "LIMIT" : "OFFSET") +
                          std::string(" must not be negative\n"));
}

void Paginate(Ids& ids, const Page& page) {
  const auto offset = static_cast<size_t>(ParseCount(page.offset, "ResultOffset"));
  const auto limit = static_cast<size_t>(ParseCount(page.limit, "Limit"));
  ids.erase(ids.begin(), ids.begin() + static_cast<int64_t>(std::min(offset, ids.size())));
  if (limit != 0 && ids.size() > limit) ids.resize(limit);
}

bool IsArchived(const Env& env, const Model& model, int64_t id) {
  return !python::Truth(RawValue(env, model, id, "active"));
}

Ids Candidates(const Env& env, const Model& model, const Domain& domain) {
  const auto named = domain.IdCandidates();
  if (!named) return env.store().All(model.name);
  Ids ids;
  for (const int64_t id : *named) {
    if (env.store().Exists(model.name, id)) ids.push_back(id);
  }
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  return ids;
}

Ids Matching(const Env& env, const Model& model, const Json& domain_list) {
  const Domain domain = Domain::Parse(env, model, domain_list);
  const bool hide_archived = env.ActiveTest() && model.Has("active") && !domain.Mentions("active");
  Ids ids = Candidates(env, model, domain);
  // Conditions see archived related records; only the searched model hides its own.
  const Env everything = env.WithContextValue("active_test", false);
  std::erase_if(ids, [&](int64_t id) {
    return (hide_archived && IsArchived(env, model, id)) || !RuleAllows(env, model, id) ||
           !domain.Matches(everything, model, id);
  });
  return ids;
}

const std::regex& OrderClause() {
  static const std::regex clause(R"(^(\s*([a-zA-Z0-9_]+)(\.[a-zA-Z0-9_]+)?(:\w+)?(\s+(desc|asc))?)"
                                 R"((\s+nulls\s+(first|last))?\s*(,|$))+$)",
                                 std::regex::icase);
  return clause;
}

// Throws unless `order` is an order clause of readable fields.
void CheckOrder(const Env& env, const Model& model, const std::string& order) {
  if (!std::regex_match(order, OrderClause())) {
    throw UserError(env.Text("order_invalid", {{"order", order}}));
  }
  for (const std::string& part : Split(order, ',')) {
    const std::string_view text = Trim(part);
    if (!text.empty()) {
      ReadableField(env, model, std::string(text.substr(0, text.find_first_of(" .:"))));
    }
  }
}

}  // namespace

Ids Search(const Env& env, const Model& model, const Json& domain, const Page& page) {
  CheckModelAccess(env, model, "read");
  Ids ids = Matching(env, model, python::Truth(domain) ? domain : Json::array());
  std::string order = model.order;
  if (python::Truth(page.order)) {
    order = python::Str(page.order);
    CheckOrder(env, model, order);
  }
  SortIds(env, model, order, ids);
  Paginate(ids, page);
  return ids;
}

Json NameSearch(const Env& env, const Model& model, const std::string& name, const Json& domain,
                const std::string& op, const Json& limit) {
  CheckModelAccess(env, model, "read");
  Ids ids = Search(env, model, domain);
  const Json searched = model.traits.value("name_search", Json::array({"display_name"}));
  std::erase_if(ids, [&](int64_t id) {
    if (name.empty()) return false;
    return std::ranges::none_of(searched, [&](const Json& field) {
      const std::string text = RawText(env, model, id, field.get<std::string>());
      if (op == "=") return text == name;
      return Like(Lower(text), "%" + Lower(name) + "%");
    });
  });
  Page page;
  page.limit = limit;
  Paginate(ids, page);
  Json pairs = Json::array();
  for (const int64_t id : ids) pairs.push_back({id, DisplayName(env, model, id)});
  return pairs;
}

}  // namespace sandbox
