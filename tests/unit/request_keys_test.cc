// No message to Odoo has an object with a key twice: Python takes the last one, and what was
// checked was the first. Random requests of every method, planned for both versions; those that
// planning accepts are encoded over every protocol and parsed strictly. That the writers refuse
// such a key is the last line of defence (unique_keys_test): here a refusal is a hole in planning.
//
// REQUEST_KEYS_SEED=... and REQUEST_KEYS_ROUNDS=... (requests per method and version) look further.
#include <gmock/gmock.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>
#include <pugixml.hpp>
#include <set>

#include "codec/json_view.h"
#include "contracts.h"
#include "odoo/protocol.h"
#include "odoo/schema_answer.h"
#include "plan/plan.h"
#include "random_request.h"

namespace gateway {
namespace {

using odoo::Protocol;
using test::BuiltIn;
using test::Json;
using testing::ElementsAre;
using testing::IsEmpty;

// ---- Strict parsers ----

// Keeps the keys of the open objects, and notes those that come twice.
class KeyCounter : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool start_object(std::size_t) override {
    open_.emplace_back();
    return true;
  }
  bool end_object() override {
    open_.pop_back();
    return true;
  }
  bool key(string_t& name) override {
    if (!open_.back().insert(name).second) twice.push_back(name);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override {
    return false;
  }

  std::vector<std::string> twice;

 private:
  std::vector<std::set<std::string>> open_;
};

// The keys that come twice in an object; nothing if the text is no JSON.
std::optional<std::vector<std::string>> TwiceInJson(const std::string& text) {
  KeyCounter counter;
  if (!Json::sax_parse(text, &counter)) return std::nullopt;
  return counter.twice;
}

void CountMembers(const pugi::xml_node& node, std::vector<std::string>& twice) {
  std::set<std::string> names;
  for (const pugi::xml_node child : node.children()) {
    const bool member = std::string_view(child.name()) == "member";
    const std::string name = child.child("name").child_value();
    if (member && !names.insert(name).second) twice.push_back(name);
    CountMembers(child, twice);
  }
}

std::optional<std::vector<std::string>> TwiceInXml(const std::string& text) {
  pugi::xml_document document;
  if (!document.load_buffer(text.data(), text.size())) return std::nullopt;
  std::vector<std::string> twice;
  CountMembers(document, twice);
  return twice;
}

TEST(StrictParsers, FindKeysThatComeTwice) {
  EXPECT_THAT(*TwiceInJson(R"({"a": {"a": 1}, "b": [{"a": 2}, {"a": 3}]})"), IsEmpty());
  EXPECT_THAT(*TwiceInJson(R"({"a": 1, "b": [{"c": 1, "d": {}, "c": 2}], "a": 3})"),
              ElementsAre("c", "a"));
  EXPECT_EQ(TwiceInJson(R"({"a": 1, )"), std::nullopt);
  const auto member = [](const std::string& name, const std::string& value) {
    return "<member><name>" + name + "</name><value>" + value + "</value></member>";
  };
  const std::string inner = "<struct>" + member("a", "1") + "</struct>";
  EXPECT_THAT(*TwiceInXml("<struct>" + member("a", inner) + member("b", inner) + "</struct>"),
              IsEmpty());
  EXPECT_THAT(*TwiceInXml("<struct>" + member("a", "1") + member("b", inner) + member("a", "2") +
                          "</struct>"),
              ElementsAre("a"));
  EXPECT_EQ(TwiceInXml("<struct>"), std::nullopt);
}

// ---- Requests ----

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

// Everything that carrying out a plan may ask of Odoo.
std::vector<odoo::Call> CallsOf(const plan::Plan& plan, const codec::ResolvedIds& resolved) {
  std::vector<odoo::Call> calls;
  if (const auto* call = std::get_if<plan::Call>(&plan.body)) {
    const bool wizard = plan.method->action.wizard.has_value();
    calls.push_back(odoo::ReadCall(plan, call->ids, call->before));
    if (wizard) calls.push_back(odoo::WizardCall(plan, resolved));
    calls.push_back(odoo::ActionCall(plan, wizard ? std::optional<std::int64_t>(5) : std::nullopt));
    calls.push_back(odoo::ReadCall(plan, call->ids, call->read));
    return calls;
  }
  calls.push_back(odoo::CallOf(plan, resolved));
  if (const auto* search = std::get_if<plan::Search>(&plan.body))
    calls.push_back(odoo::CountCall(plan, search->domain, resolved));
  if (!plan.rows.empty()) calls.push_back(odoo::RowsCall(plan, 7));
  return calls;
}

class KeyCheck {
 public:
  void Run(int version, const schema::Schema& schema, std::uint64_t seed, int rounds) {
    test::Dice dice(seed + static_cast<std::uint64_t>(version));
    for (const auto& method : BuiltIn().methods()) {
      int accepted = 0;
      for (int i = 0; i < rounds; ++i) {
        ++requests_;
        auto plan = plan::MakePlan(BuiltIn(), *method, {version, &schema, {1, 2}},
                                   test::RandomRequest(dice, *method, version, schema).Bytes());
        if (!plan) continue;
        ++accepted;
        Encode(*plan);
      }
      accepted_ += accepted;
      if (accepted == 0) never_.insert(method->name + " of " + std::to_string(version));
    }
  }

  int requests() const { return requests_; }
  int accepted() const { return accepted_; }
  int bodies() const { return bodies_; }
  // Methods none of whose requests was accepted.
  const std::set<std::string>& never() const { return never_; }
  // "ConvertLead crm.lead2opportunity.partner.create: ...", with how often.
  const std::map<std::string, int>& refused() const { return refused_; }
  const std::map<std::string, int>& twice() const { return twice_; }

 private:
  void Encode(const plan::Plan& plan) {
    static const codec::ResolvedIds kResolved = {{"base.some_record", 3}};
    odoo::Session session;
    for (const odoo::Call& call : CallsOf(plan, kResolved)) {
      for (const Protocol protocol : {Protocol::kJsonRpc, Protocol::kJson2, Protocol::kXmlRpc}) {
        session.protocol = protocol;
        Check(plan.method->name + " " + call.model + "." + call.method + ": ",
              odoo::Encode(call, session, 1), protocol);
      }
    }
  }

  void Check(const std::string& what, const base::Result<odoo::Message>& message,
             Protocol protocol) {
    if (!message) {
      ++refused_[what + message.failure().message];
      return;
    }
    ++bodies_;
    const bool xml = protocol == Protocol::kXmlRpc;
    const auto twice = xml ? TwiceInXml(message->body) : TwiceInJson(message->body);
    if (!twice) ++twice_[what + "not parsed: " + message->body];
    for (const std::string& key : twice.value_or(std::vector<std::string>())) ++twice_[what + key];
  }

  int requests_ = 0;
  int accepted_ = 0;
  int bodies_ = 0;
  std::set<std::string> never_;
  std::map<std::string, int> refused_;
  std::map<std::string, int> twice_;
};

std::uint64_t Setting(const char* name, std::uint64_t usual) {
  const char* text = std::getenv(name);
  return text == nullptr ? usual : std::strtoull(text, nullptr, 10);
}

// All of them: gMock shows the first few.
std::string Lines(const std::map<std::string, int>& counts) {
  std::string lines;
  for (const auto& [what, times] : counts) lines += what + " (" + std::to_string(times) + ")\n";
  return lines;
}

TEST(RequestKeys, ComeOncePerObject) {
  const std::uint64_t seed = Setting("REQUEST_KEYS_SEED", 20261129);
  const int rounds = static_cast<int>(Setting("REQUEST_KEYS_ROUNDS", 60));
  KeyCheck check;
  for (const int version : {18, 19}) check.Run(version, RecordedSchema(version), seed, rounds);
  std::cout << "Random requests (seed " << seed << "): " << check.requests() << ", accepted "
            << check.accepted() << ", bodies parsed " << check.bodies() << "\n";
  EXPECT_EQ(Lines(check.twice()), "");
  EXPECT_EQ(Lines(check.refused()), "") << "planning accepted what no writer writes";
  EXPECT_THAT(check.never(), IsEmpty()) << "no request of these was good";
  // Otherwise this test says little.
  EXPECT_GT(check.accepted(), check.requests() / 4);
  EXPECT_GT(check.bodies(), 3 * check.accepted() - 1);
}

}  // namespace
}  // namespace gateway
