// Recorded answers of Odoo with their labels, and how the gateway reads them.
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../unit/repository.h"
#include "odoo/explain.h"

namespace gateway::odoo {

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

inline std::string Text(element object, std::string_view key) {
  std::string_view text;
  return object[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

inline Texts TextList(element object, std::string_view key) {
  Texts texts;
  simdjson::dom::array items;
  if (object[key].get(items) != simdjson::SUCCESS) return texts;
  for (element item : items) texts.emplace_back(std::string_view(item));
  return texts;
}

inline void ReadContext(element line, Record& record) {
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
inline void PointViews(Record& record) {
  record.context.model = record.model;
  record.context.method = record.method;
  record.context.lang = record.lang;
  for (std::size_t at = 0; at < record.context.values.size(); ++at) {
    record.context.values[at].model = record.models[2 * at];
    record.context.values[at].comodel = record.models[2 * at + 1];
  }
}

inline Label ReadLabel(element label) {
  return {Text(label, "reason"),     TextList(label, "also_accept"),
          TextList(label, "fields"), TextList(label, "fields_in_request"),
          Text(label, "model"),      Text(label, "constraint")};
}

inline Record ReadRecord(element line) {
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

inline const std::vector<Record>& Corpus(std::string_view transport) {
  static std::map<std::string_view, std::vector<Record>> corpora;
  std::vector<Record>& records = corpora[transport];
  if (!records.empty()) return records;
  // Another folder holds further recordings in the same form.
  const char* other = std::getenv("FAULT_TEST_CORPUS");
  const auto own = test::RepositoryRoot() / "tests/corpus";
  const auto folder = other == nullptr ? own : std::filesystem::path(other);
  std::ifstream file(folder / (std::string(transport) + ".jsonl"));
  simdjson::dom::parser parser;
  for (std::string line; std::getline(file, line);) {
    records.push_back(ReadRecord(parser.parse(simdjson::padded_string(line))));
  }
  for (Record& record : records) PointViews(record);
  return records;
}

// Transports of the recordings. `web` is JSON-RPC of Odoo's own pages.
inline constexpr std::array<std::string_view, 4> kTransports = {"jsonrpc", "json2", "xmlrpc",
                                                                "web"};

// `<situation>.<version>.<transport>[.<language>]`
inline Protocol ProtocolOf(const Record& record) {
  const auto is = [&record](std::string_view transport) {
    return record.id.find("." + std::string(transport)) != std::string::npos;
  };
  if (is("xmlrpc")) return Protocol::kXmlRpc;
  return is("json2") ? Protocol::kJson2 : Protocol::kJsonRpc;
}

// Nothing for a success.
inline std::optional<Failure> FailureOf(const Record& record) {
  std::string body = record.body;
  const Reply reply{record.status, record.type, record.retry_after, body};
  return FailureIn(reply, ProtocolOf(record), record.context);
}

}  // namespace gateway::odoo
