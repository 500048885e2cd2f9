// Every recorded call that Odoo carried out, as a typed request: planning must accept it with the
// fields of that Odoo. tests/preflight/verdicts.json names what contracts cannot express, and what
// is refused on purpose; nothing else may be.
#include <gmock/gmock.h>

#include <iomanip>
#include <sstream>

#include "codec/json_view.h"
#include "odoo/schema_answer.h"
#include "plan/plan.h"
#include "typed_request.h"

namespace gateway {
namespace {

using test::BuiltIn;
using test::Json;

schema::Schema RecordedSchema(int version) {
  schema::Schema schema;
  for (const std::string& model : BuiltIn().models()) {
    const Json fields = test::RecordedFields(version, model);
    if (fields.is_null()) continue;
    simdjson::dom::parser parser;
    const std::string text = fields.dump();
    schema.Add(model, std::move(*odoo::ModelOf(codec::JsonView(parser.parse(text)))));
  }
  return schema;
}

std::vector<Json> Recordings() {
  std::vector<Json> calls;
  std::ifstream lines(test::RepositoryRoot() / "tests/preflight/successes.jsonl");
  for (std::string line; std::getline(lines, line);) calls.push_back(Json::parse(line));
  return calls;
}

void AddMask(const std::vector<std::string>& paths, test::pb::Message& request) {
  if (paths.empty()) return;
  const auto* mask = request.GetDescriptor()->FindFieldByName("read_mask");
  test::pb::Message* list = request.GetReflection()->MutableMessage(&request, mask);
  for (const std::string& path : paths)
    list->GetReflection()->AddString(list, list->GetDescriptor()->FindFieldByName("paths"), path);
}

// "accepted", "cannot be said: ..." or "refused: ..." with the paths.
std::string Verdict(const Json& call, const schema::Schema& schema) {
  const int version = call["odoo"];
  try {
    const test::RequestTyper typer(version, schema);
    for (const test::TypedRequest& request : typer.Requests(call)) {
      const auto message = test::NewMessage(*test::DescriptorOf(*request.method).input_type());
      const auto parsed = test::pb::util::JsonStringToMessage(request.body.dump(), message.get());
      if (!parsed.ok()) return "cannot be said: " + std::string(parsed.message());
      AddMask(request.mask, *message);
      const auto plan = plan::MakePlan(BuiltIn(), *request.method, {version, &schema, {1, 2}},
                                       message->SerializeAsString());
      if (!plan) {
        const base::Violation& first = plan.failure().violations.front();
        return "refused: " + first.path + " " + std::string(base::InfoOf(first.reason).name);
      }
    }
  } catch (const test::NotExpressible& problem) {
    return "cannot be said: " + problem.why;
  }
  return "accepted";
}

struct Rates {
  int recordings = 0;
  int accepted = 0;
  int not_said = 0;
  int refused = 0;
};

void Count(const std::string& verdict, int recordings, Rates& rates) {
  rates.recordings += recordings;
  int& kind = verdict == "accepted"           ? rates.accepted
              : verdict.starts_with("cannot") ? rates.not_said
                                              : rates.refused;
  kind += recordings;
}

TEST(Preflight, RefusesNoRecordedSuccess) {
  const Json expected =
      Json::parse(test::ReadFile(test::RepositoryRoot() / "tests/preflight/verdicts.json"));
  std::map<int, schema::Schema> schemas;
  for (const int version : {18, 19}) schemas.emplace(version, RecordedSchema(version));
  std::map<int, Rates> rates;
  Json verdicts = Json::object();
  for (const Json& call : Recordings()) {
    const int version = call["odoo"];
    const std::string verdict = Verdict(call, schemas.at(version));
    Count(verdict, call["recordings"], rates[version]);
    if (verdict == "accepted") continue;
    const std::string name = call["situation"].get<std::string>() + "." + std::to_string(version);
    verdicts[name] = verdict;
  }
  std::ostringstream table;
  table << "Recorded successes before planning, by version of Odoo\n"
        << "      recorded  accepted  refused on purpose  not to be said in contracts\n";
  for (const auto& [version, rate] : rates) {
    table << std::setw(4) << version << std::setw(10) << rate.recordings << std::setw(10)
          << rate.accepted << std::setw(20) << rate.refused << std::setw(29) << rate.not_said
          << "\n";
    EXPECT_GT(rate.accepted, 0);
  }
  for (const auto& [name, verdict] : verdicts.items())
    table << "  " << name << ": " << verdict.get<std::string>() << "\n";
  test::KeepFigures("preflight", table.str());
  for (const auto& [name, verdict] : verdicts.items())
    EXPECT_EQ(verdict, expected.value(name, "accepted")) << name;
  for (const auto& [name, verdict] : expected.items())
    EXPECT_TRUE(verdicts.contains(name)) << name << " is accepted; take it off verdicts.json";
}

}  // namespace
}  // namespace gateway
