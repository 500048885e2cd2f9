#include "engine/owned_rows.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

namespace gateway::engine {
namespace {

using codec::JsonView;
using plan::OwnedRow;

// A record, and which of its rows are named, by field and id.
struct Named {
  std::map<std::string_view, std::map<std::int64_t, Named>> rows;
  bool found = false;
};

Named& NodeOf(const OwnedRow& row, Named& root) {
  Named* node = &root;
  for (const OwnedRow::Step& step : row.steps) node = &node->rows[step.field][step.id];
  return *node;
}

// Rows nest no deeper than in a request.
void Find(JsonView record, Named& named) {
  for (auto& of_field : named.rows) {
    auto& wanted = of_field.second;
    const auto rows = record.Member(of_field.first);
    if (!rows) continue;
    rows->ForEachElement([&wanted](const JsonView& row) {
      const auto id = row.Member("id");
      const auto number = id ? id->Integer() : std::nullopt;
      const auto known = number ? wanted.find(*number) : wanted.end();
      if (known == wanted.end() || known->second.found) return true;
      known->second.found = true;
      Find(row, known->second);
      return true;
    });
  }
}

}  // namespace

std::vector<const OwnedRow*> RowsOfOthers(const std::vector<OwnedRow>& rows, JsonView record) {
  Named root;
  std::vector<const Named*> nodes;
  nodes.reserve(rows.size());
  for (const OwnedRow& row : rows) nodes.push_back(&NodeOf(row, root));
  Find(record, root);
  std::vector<const OwnedRow*> others;
  for (std::size_t at = 0; at < rows.size(); ++at) {
    if (!nodes[at]->found) others.push_back(&rows[at]);
  }
  return others;
}

}  // namespace gateway::engine
