// Recorded answers of Odoo 18 and 19 against their labels (tests/corpus), and what must hold for
// every answer whatever.
#include "odoo/fault.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "odoo/error_answer.h"
#include "odoo/fault_load.h"

namespace gateway::odoo {
namespace {

using base::Failure;
using base::Reason;
using simdjson::dom::element;
using Texts = std::vector<std::string>;

struct Label {
  // Empty where the call succeeds.
  std::string reason;
  Texts also_accept;
  Texts fields;
  Texts fields_in_request;
  std::string model;
  std::string constraint;
};

struct Record {
  std::string id;
  FaultContext context;
  int status = 0;
  std::string type;
  std::string retry_after;
  std::string body;
  Label label;
  // Keeps what `context` views.
  std::string model;
  std::string method;
  std::string lang;
  Texts models;
};

std::string Text(element object, std::string_view key) {
  std::string_view text;
  return object[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

Texts TextList(element object, std::string_view key) {
  Texts texts;
  simdjson::dom::array items;
  if (object[key].get(items) != simdjson::SUCCESS) return texts;
  for (element item : items) texts.emplace_back(std::string_view(item));
  return texts;
}

void ReadContext(element line, Record& record) {
  record.model = Text(line, "model");
  record.method = Text(line, "method");
  record.lang = Text(line, "lang");
  record.context.fields = TextList(line, "fields");
  simdjson::dom::array items;
  if (line["ids"].get(items) == simdjson::SUCCESS) {
    for (element id : items) record.context.ids.push_back(std::int64_t(id));
  }
  if (line["values"].get(items) != simdjson::SUCCESS) return;
  record.models.reserve(2 * items.size());
  for (element value : items) {
    const auto model = record.models.emplace_back(std::string_view(value.at(1)));
    record.models.emplace_back(std::string_view(value.at(2)));
    record.context.values.push_back({std::string(std::string_view(value.at(0))),
                                     {},
                                     {},
                                     std::string(std::string_view(value.at(3)))});
  }
}

// Only now do strings stay where they are.
void PointViews(Record& record) {
  record.context.model = record.model;
  record.context.method = record.method;
  record.context.lang = record.lang;
  for (std::size_t at = 0; at < record.context.values.size(); ++at) {
    record.context.values[at].model = record.models[2 * at];
    record.context.values[at].comodel = record.models[2 * at + 1];
  }
}

Label ReadLabel(element label) {
  return {Text(label, "reason"),     TextList(label, "also_accept"),
          TextList(label, "fields"), TextList(label, "fields_in_request"),
          Text(label, "model"),      Text(label, "constraint")};
}

Record ReadRecord(element line) {
  Record record;
  record.id = Text(line, "id");
  record.status = static_cast<int>(std::int64_t(line["status"].get_int64().value()));
  record.type = Text(line, "type");
  record.retry_after = Text(line, "retry_after");
  record.body = Text(line, "body");
  record.label = ReadLabel(line["expect"]);
  ReadContext(line, record);
  return record;
}

const std::vector<Record>& Corpus(const std::string& transport) {
  static std::map<std::string, std::vector<Record>> corpora;
  std::vector<Record>& records = corpora[transport];
  if (!records.empty()) return records;
  // Another folder holds further recordings in the same form.
  const char* other = std::getenv("FAULT_TEST_CORPUS");
  const auto own = std::filesystem::path(__FILE__).parent_path().parent_path() / "corpus";
  const auto folder = other == nullptr ? own : std::filesystem::path(other);
  std::ifstream file(folder / (transport + ".jsonl"));
  simdjson::dom::parser parser;
  for (std::string line; std::getline(file, line);) {
    records.push_back(ReadRecord(parser.parse(simdjson::padded_string(line))));
  }
  for (Record& record : records) PointViews(record);
  return records;
}

bool IsJson2(const Record& record) { return record.id.find(".json2") != std::string::npos; }

// Reads an answer as the protocols of the gateway do; nothing for a success.
std::optional<Failure> FailureOf(const Record& record) {
  const auto http = [&] {
    return ClassifyHttp(record.status, record.type, record.body, record.retry_after,
                        record.context);
  };
  simdjson::dom::parser parser;
  element root;
  if (parser.parse(simdjson::padded_string(record.body)).get(root) != simdjson::SUCCESS) {
    return http();
  }
  const auto success = [&](element result) {
    return record.method == "load" ? FailureOfLoad(result, record.context) : std::nullopt;
  };
  if (IsJson2(record)) {
    if (record.status / 100 == 2) return success(root);
    const auto fault = FaultOfJson2(record.status, root);
    return fault ? Classify(*fault, record.context) : http();
  }
  if (!IsJsonRpc(root)) return http();
  if (const auto fault = FaultOfJsonRpc(record.status, root)) {
    return Classify(*fault, record.context);
  }
  element result;
  if (root["result"].get(result) != simdjson::SUCCESS) return std::nullopt;
  bool accepted = true;
  const bool answers_bool = result.get(accepted) == simdjson::SUCCESS;
  if (record.method == "authenticate" && answers_bool && !accepted) return RejectedLogin();
  return success(result);
}

std::string MetadataOf(const Failure& failure, std::string_view key) {
  for (const auto& [name, value] : failure.metadata) {
    if (name == key) return value;
  }
  return {};
}

bool Contains(const Texts& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

struct Share {
  int hits = 0;
  int all = 0;

  void Count(bool hit) {
    hits += hit ? 1 : 0;
    ++all;
  }
  double Percent() const { return all == 0 ? 100.0 : 100.0 * hits / all; }
};

struct Score {
  Share strict;
  Share lenient;
  // Of the fields that the label reads in the answer.
  Share recall;
  // Of the fields that were named; naming one known from the request alone is right, too.
  Share precision;
  Share model;
  Share constraint;
};

std::string NameOf(const std::optional<Failure>& failure) {
  return failure ? std::string(base::InfoOf(failure->reason).name) : std::string();
}

// Notes what is wrong for a reader of the log.
void Complain(const Record& record, std::string_view what, const std::string& got,
              const std::string& want) {
  if (std::getenv("FAULT_TEST_VERBOSE") == nullptr) return;
  std::cout << record.id << " " << what << ": " << got << " wanted: " << want << "\n";
}

std::string Join(const Texts& texts) {
  std::string all;
  for (const std::string& text : texts) all.append(text).append(" ");
  return all;
}

void CountFields(const Record& record, const Failure& failure, Score& score) {
  Texts paths;
  for (const base::Violation& violation : failure.violations) paths.push_back(violation.path);
  for (const std::string& field : record.label.fields) {
    const bool hit = Contains(paths, field);
    score.recall.Count(hit);
    if (!hit) Complain(record, "recall", Join(paths), field);
  }
  for (const std::string& path : paths) {
    const bool hit =
        Contains(record.label.fields, path) || Contains(record.label.fields_in_request, path);
    score.precision.Count(hit);
    if (!hit) {
      Complain(record, "precision", path,
               Join(record.label.fields) + "| " + Join(record.label.fields_in_request));
    }
  }
}

void CountNamed(const Record& record, std::string_view key, const std::string& want,
                const Failure& failure, Share& share) {
  if (want.empty()) return;
  const std::string got = MetadataOf(failure, key);
  share.Count(got == want);
  if (got != want) Complain(record, key, got, want);
}

// Situations whose label a reader of the answer alone cannot reach, and why.
struct KnownMiss {
  std::string_view situation;
  std::string_view why;
};
constexpr KnownMiss kKnownMisses[] = {
    {"proxy-garbage-status-line", "no HTTP answer: the HTTP client knows that bytes came"},
    {"proxy-json-wrong-envelope", "JSON-2 has no envelope: the caller checks the result's type"},
};

bool IsKnownMiss(const Record& record) {
  return std::any_of(std::begin(kKnownMisses), std::end(kKnownMisses),
                     [&](const KnownMiss& miss) { return record.id.starts_with(miss.situation); });
}

void Judge(const Record& record, Score& score) {
  const std::optional<Failure> failure = FailureOf(record);
  const std::string reason = NameOf(failure);
  const bool strict = reason == record.label.reason;
  const bool lenient = strict || Contains(record.label.also_accept, reason);
  score.strict.Count(strict);
  score.lenient.Count(lenient);
  EXPECT_TRUE(lenient || IsKnownMiss(record)) << record.id << " is " << reason;
  if (!strict) Complain(record, lenient ? "strict" : "LENIENT", reason, record.label.reason);
  if (!failure || record.label.reason.empty()) return;
  CountFields(record, *failure, score);
  CountNamed(record, "model", record.label.model, *failure, score.model);
  CountNamed(record, "constraint", record.label.constraint, *failure, score.constraint);
}

void PrintRow(const std::string& name, const Score& score) {
  const auto share = [](const Share& value) {
    std::cout << std::setw(10) << value.Percent() << "/" << std::left << std::setw(5) << value.all
              << std::right;
  };
  std::cout << std::left << std::setw(28) << name << std::right << std::fixed
            << std::setprecision(1);
  for (const Share& value : {score.strict, score.lenient, score.recall, score.precision,
                             score.model, score.constraint}) {
    share(value);
  }
  std::cout << "\n";
}

// How much the caller of Classify tells about its request.
enum class Known { kAll, kPaths, kNothing };

std::map<std::string, Score> ScoresByReason(Known known) {
  std::map<std::string, Score> scores;
  for (const std::string transport : {"jsonrpc", "json2"}) {
    for (Record record : Corpus(transport)) {
      PointViews(record);
      if (known != Known::kAll) record.context.values.clear();
      if (known == Known::kNothing) record.context.fields.clear();
      Judge(record, scores["all"]);
      Judge(record, scores[record.label.reason]);
    }
  }
  return scores;
}

Score PrintScores(Known known) {
  const std::map<std::string, Score> scores = ScoresByReason(known);
  std::cout << std::setw(40) << "strict" << std::setw(16) << "lenient" << std::setw(16) << "recall"
            << std::setw(16) << "precision" << std::setw(16) << "model" << std::setw(16)
            << "constraint\n";
  for (const auto& [reason, score] : scores) PrintRow(reason.empty() ? "OK" : reason, score);
  return scores.at("all");
}

TEST(Corpus, IsClassified) {
  ASSERT_FALSE(Corpus("jsonrpc").empty());
  ASSERT_FALSE(Corpus("json2").empty());
  const Score all = PrintScores(Known::kAll);
  EXPECT_GE(all.strict.Percent(), 98.0);
  EXPECT_GE(all.lenient.Percent(), 99.7);
  EXPECT_GE(all.recall.Percent(), 99.0);
  EXPECT_GE(all.precision.Percent(), 98.0);
  EXPECT_GE(all.model.Percent(), 98.0);
  EXPECT_EQ(all.constraint.Percent(), 100.0);
}

TEST(Corpus, IsClassifiedWithoutValues) {
  const Score all = PrintScores(Known::kPaths);
  EXPECT_GE(all.strict.Percent(), 98.0);
  EXPECT_GE(all.lenient.Percent(), 99.7);
  EXPECT_GE(all.recall.Percent(), 98.0);
}

TEST(Corpus, IsClassifiedWithoutARequest) {
  const Score all = PrintScores(Known::kNothing);
  EXPECT_GE(all.strict.Percent(), 97.0);
  EXPECT_GE(all.lenient.Percent(), 99.0);
}

// What a reader may be told when an answer was damaged on its way: nothing about the request.
bool IsHarmless(const std::optional<Failure>& failure) {
  return failure &&
         (failure->reason == Reason::kMalformedResponse || failure->reason == Reason::kServerError);
}

// One record of each situation, so that cutting everywhere stays quick.
std::vector<const Record*> OneEach() {
  std::map<std::string, const Record*> first;
  for (const std::string transport : {"jsonrpc", "json2"}) {
    for (const Record& record : Corpus(transport)) {
      first.emplace(record.id.substr(0, record.id.find('.')) + transport, &record);
    }
  }
  std::vector<const Record*> records;
  for (const auto& [situation, record] : first) records.push_back(record);
  return records;
}

TEST(Damage, CutAnswersSayNothingAboutTheRequest) {
  for (const Record* record : OneEach()) {
    const bool is_fault = record->type.starts_with("application/json; charset") &&
                          !record->label.reason.empty() && record->status != 401 &&
                          !record->body.empty() && record->body.front() == '{';
    if (!is_fault) continue;
    Record cut = *record;
    PointViews(cut);
    while (cut.body.size() > 1) {
      cut.body.pop_back();
      const std::optional<Failure> failure = FailureOf(cut);
      ASSERT_TRUE(IsHarmless(failure)) << cut.id << " at " << cut.body.size() << NameOf(failure);
    }
  }
}

TEST(Damage, WrongTypesReadAsAbsent) {
  for (const std::string value : {"null", "0", "-1.5", "true", "[]", "[1]", "{}", "\"\"", "[[]]"}) {
    for (const std::string key : {"name", "message", "arguments", "debug", "context"}) {
      std::map<std::string, std::string> members = {{"name", "\"builtins.ValueError\""},
                                                    {"message", "\"text\""},
                                                    {"arguments", "[\"text\"]"},
                                                    {"debug", "\"Traceback\""},
                                                    {"context", "{}"}};
      members[key] = value;
      std::string object;
      for (const auto& [name, member] : members) {
        object.append(object.empty() ? "{" : ",").append("\"" + name + "\":" + member);
      }
      Record record;
      record.id = "x.jsonrpc";
      record.status = 200;
      record.body = R"({"jsonrpc":"2.0","error":{"code":200,"data":)" + object + "}}}";
      EXPECT_TRUE(FailureOf(record)) << record.body;
      record.id = "x.json2";
      record.status = 500;
      record.body = object + "}";
      EXPECT_TRUE(FailureOf(record)) << record.body;
    }
  }
}

TEST(Damage, ForeignEnvelopesAreMalformed) {
  for (const std::string body : {"[]", "1", "null", "\"x\"", "{}", R"({"error":"x"})",
                                 R"({"error":{"code":1}})", R"({"jsonrpc":2,"result":1})"}) {
    Record record;
    record.id = "x.jsonrpc";
    record.status = 200;
    record.body = body;
    EXPECT_EQ(NameOf(FailureOf(record)), "MALFORMED_RESPONSE") << body;
  }
  Record nested;
  nested.id = "x.jsonrpc";
  nested.status = 200;
  nested.body = std::string(100000, '[');
  EXPECT_EQ(NameOf(FailureOf(nested)), "MALFORMED_RESPONSE");
}

Fault UserError(std::string message) {
  Fault fault;
  fault.exception = "odoo.exceptions.UserError";
  fault.message = std::move(message);
  return fault;
}

TEST(Words, AreBoundedAndWhole) {
  for (const std::string piece : {"a", "é", "€", "𝄞", "é\n", "{", "'x' (res.partner) ", "(id="}) {
    std::string message;
    while (message.size() < 1000000) message.append(piece);
    for (const std::string exception : {"UserError", "AccessError", "MissingError"}) {
      Fault fault = UserError(message);
      fault.exception = "odoo.exceptions." + exception;
      fault.debug = message;
      const Failure failure = Classify(fault, {});
      EXPECT_LE(failure.odoo_message.size(), 2048U);
      EXPECT_LE(failure.message.size(), 4096U);
      EXPECT_TRUE(simdjson::validate_utf8(failure.odoo_message)) << piece;
    }
  }
}

// Everything a caller can see of a failure.
std::string Visible(const Failure& failure) {
  std::string all = failure.message + "\n" + failure.odoo_message + "\n";
  for (const base::Violation& violation : failure.violations) {
    all.append(violation.path).append(violation.message).append("\n");
  }
  for (const auto& [key, value] : failure.metadata) all.append(key).append(value).append("\n");
  return all;
}

// Secrets wherever PostgreSQL and Python print data, none where Odoo writes to its users.
void PlantSecrets(Fault& fault) {
  const std::string rows =
      "\nDETAIL:  Key (login, password)=(s3cret, s3cret) already exists: Failing row contains "
      "(1, s3cret).\nCONTEXT:  SQL statement \"SELECT s3cret\"\nLINE 1: INSERT INTO x VALUES "
      "('s3cret')\n           ^\nHINT:  s3cret\n";
  fault.message += rows +
                   "Traceback (most recent call last):\n  File \"/srv/s3cret/models.py\", "
                   "line 1, in s3cret\n";
  fault.debug =
      "Traceback (most recent call last):\n  File \"/srv/s3cret/sql_db.py\", line 4, in "
      "execute\npsycopg2.errors.UniqueViolation: duplicate key value violates unique "
      "constraint \"res_users_login_key\"" +
      rows + "\nDuring handling of the above exception, another exception occurred:\n\n" +
      fault.debug;
}

TEST(Words, NeverLeakWhatPostgresqlPrints) {
  for (const std::string transport : {"jsonrpc", "json2"}) {
    for (const Record& record : Corpus(transport)) {
      simdjson::dom::parser parser;
      element root;
      if (parser.parse(simdjson::padded_string(record.body)).get(root) != simdjson::SUCCESS) {
        continue;
      }
      auto fault = transport == "json2" ? FaultOfJson2(record.status, root)
                                        : FaultOfJsonRpc(record.status, root);
      if (!fault) continue;
      EXPECT_EQ(Visible(Classify(*fault, record.context)).find("DETAIL"), std::string::npos);
      PlantSecrets(*fault);
      const Failure failure = Classify(*fault, record.context);
      EXPECT_EQ(Visible(failure).find("s3cret"), std::string::npos) << record.id << "\n"
                                                                    << Visible(failure);
      EXPECT_NE(failure.debug.find("s3cret"), std::string::npos);
    }
  }
}

TEST(Http, ReadsRetryAfter) {
  const auto after = [](std::string_view value) {
    return ClassifyHttp(429, "text/html", "", value, {}).retry_after;
  };
  EXPECT_EQ(after("5"), std::chrono::seconds(5));
  EXPECT_EQ(after("99999999"), std::chrono::seconds(86400));
  EXPECT_EQ(after("-1"), std::nullopt);
  EXPECT_EQ(after("5x"), std::nullopt);
  EXPECT_EQ(after("Wed, 21 Oct 2026 07:28:00 GMT"), std::nullopt);
  EXPECT_EQ(after(""), std::nullopt);
}

TEST(Http, ALostAnswerIsATimeout) {
  EXPECT_EQ(ClassifyHttp(0, "", "", "", {}).reason, Reason::kTimeout);
}

}  // namespace
}  // namespace gateway::odoo
