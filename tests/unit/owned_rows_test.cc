#include "engine/owned_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <ctime>
#include <string>
#include <vector>

namespace gateway::engine {
namespace {

using plan::OwnedRow;
using testing::ElementsAre;
using testing::IsEmpty;

OwnedRow Line(std::int64_t id) { return {{{"order_line", id}}, "line " + std::to_string(id)}; }

OwnedRow Tax(std::int64_t line, std::int64_t id) {
  return {{{"order_line", line}, {"taxes", id}},
          "tax " + std::to_string(id) + " of " + std::to_string(line)};
}

std::vector<std::string> OthersIn(const std::string& record, const std::vector<OwnedRow>& rows) {
  simdjson::dom::parser parser;
  const simdjson::dom::element element = parser.parse(simdjson::padded_string(record));
  std::vector<std::string> paths;
  for (const OwnedRow* row : RowsOfOthers(rows, codec::JsonView(element)))
    paths.push_back(row->path);
  return paths;
}

TEST(OwnedRows, AreLookedUpWhereTheyAreNamed) {
  const std::string record =
      R"({"id": 1, "order_line": [{"id": 2, "taxes": [{"id": 5}]}, {"id": 3, "taxes": []}]})";
  EXPECT_THAT(OthersIn(record, {Line(3), Line(2), Tax(2, 5)}), IsEmpty());
  EXPECT_THAT(OthersIn(record, {Tax(3, 5), Line(2), Line(5), Tax(4, 5), Line(1)}),
              ElementsAre("tax 5 of 3", "line 5", "tax 5 of 4", "line 1"));
}

TEST(OwnedRows, AnswersThatAreNoRowsHaveNone) {
  for (const std::string record :
       {"{}", "7", R"({"order_line": 2})", R"({"order_line": [2, null, {"id": "2"}, {"x": 2}]})"}) {
    EXPECT_THAT(OthersIn(record, {Line(2)}), ElementsAre("line 2")) << record;
  }
  EXPECT_THAT(OthersIn(R"({"order_line": [{}]})", {Line(0)}), ElementsAre("line 0"));
}

// As many as a request may name, in time that does not grow with their square.
TEST(OwnedRows, ManyOfMany) {
  constexpr std::int64_t kRows = 10000;
  std::string record = R"({"order_line": [)";
  std::vector<OwnedRow> rows;
  for (std::int64_t id = 1; id <= kRows; ++id) {
    record.append(id == 1 ? "" : ",").append("{\"id\":" + std::to_string(id) + "}");
    rows.push_back(Line(kRows + 1 - id));
  }
  const std::clock_t begun = std::clock();
  EXPECT_THAT(OthersIn(record + "]}", rows), IsEmpty());
  EXPECT_LT(std::clock() - begun, CLOCKS_PER_SEC / 2);
}

}  // namespace
}  // namespace gateway::engine
