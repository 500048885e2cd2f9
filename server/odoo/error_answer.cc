#include "odoo/error_answer.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gateway::odoo {
namespace {

using simdjson::dom::element;

// Absent members and members of another type read alike.
std::string TextAt(element object, std::string_view key) {
  std::string_view text;
  if (object[key].get(text) != simdjson::SUCCESS) return {};
  return std::string(text);
}

std::vector<std::string> TextsAt(element object, std::string_view key) {
  std::vector<std::string> texts;
  simdjson::dom::array items;
  if (object[key].get(items) != simdjson::SUCCESS) return texts;
  for (element item : items) {
    std::string_view text;
    if (item.get(text) == simdjson::SUCCESS) texts.emplace_back(text);
  }
  return texts;
}

// Both protocols serialize an exception alike.
Fault ReadException(int http_status, element exception) {
  Fault fault;
  fault.http_status = http_status;
  fault.exception = TextAt(exception, "name");
  fault.message = TextAt(exception, "message");
  fault.arguments = TextsAt(exception, "arguments");
  fault.debug = TextAt(exception, "debug");
  return fault;
}

bool Has(element object, std::string_view key) { return object[key].error() == simdjson::SUCCESS; }

}  // namespace

bool IsJsonRpc(element root) { return TextAt(root, "jsonrpc") == "2.0"; }

std::optional<Fault> FaultOfJsonRpc(int http_status, element root) {
  element error;
  if (root["error"].get(error) != simdjson::SUCCESS) return std::nullopt;
  element data;
  if (error["data"].get(data) != simdjson::SUCCESS) data = error;
  Fault fault = ReadException(http_status, data);
  if (fault.message.empty()) fault.message = TextAt(error, "message");
  return fault;
}

std::optional<Fault> FaultOfJson2(int http_status, element root) {
  Fault fault = ReadException(http_status, root);
  const bool from_odoo = fault.exception.find('.') != std::string::npos && Has(root, "arguments");
  if (!from_odoo) return std::nullopt;
  return fault;
}

}  // namespace gateway::odoo
