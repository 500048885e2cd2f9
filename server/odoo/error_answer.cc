#include "odoo/error_answer.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "odoo/fault_traceback.h"
#include "odoo/json_text.h"

namespace gateway::odoo {
namespace {

using simdjson::dom::element;

// Both protocols serialize an exception alike.
Fault ReadException(int http_status, element exception) {
  Fault fault;
  fault.http_status = http_status;
  fault.exception = TextAt(exception, "name");
  fault.message = TextAt(exception, "message");
  fault.debug = TextAt(exception, "debug");
  return fault;
}

// What JSON answers as the message: Python prints the key of a KeyError with quotes.
std::string_view MessageOf(const Raised& raised) {
  const bool quoted = raised.exception == "KeyError" && raised.text.size() > 2 &&
                      raised.text.starts_with('\'') && raised.text.ends_with('\'');
  return quoted ? raised.text.substr(1, raised.text.size() - 2) : raised.text;
}

// The exception that a traceback ends with.
void ReadReported(std::string_view traceback, Fault& fault) {
  const std::vector<Raised> chain = ReadTraceback(traceback);
  if (chain.empty()) return;
  fault.debug = traceback;
  fault.exception = WithModule(chain.back().exception);
  fault.message = MessageOf(chain.back());
}

bool Has(element object, std::string_view key) { return object[key].error() == simdjson::SUCCESS; }

}  // namespace

bool IsJsonRpc(element root) {
  if (TextAt(root, "jsonrpc") != "2.0") return false;
  if (!Has(root, "error")) return true;
  element exception;
  return root["error"]["data"].get(exception) == simdjson::SUCCESS &&
         !TextAt(exception, "name").empty();
}

bool HasMessageId(element root, std::int64_t id) {
  element member;
  std::int64_t number = 0;
  if (root["id"].get(member) != simdjson::SUCCESS) return false;
  if (member.is_null()) return Has(root, "error");
  return member.get(number) == simdjson::SUCCESS && number == id;
}

std::optional<Fault> FaultOfJsonRpc(int http_status, element root) {
  element exception;
  if (root["error"]["data"].get(exception) != simdjson::SUCCESS) return std::nullopt;
  return ReadException(http_status, exception);
}

std::optional<Fault> FaultOfJson2(int http_status, element root) {
  Fault fault = ReadException(http_status, root);
  const bool from_odoo = fault.exception.find('.') != std::string::npos && Has(root, "arguments");
  if (!from_odoo) return std::nullopt;
  return fault;
}

std::optional<Fault> FaultOfXmlRpc(int http_status, element root) {
  constexpr std::int64_t kTraceback = 1;
  constexpr std::int64_t kAccessDenied = 3;
  constexpr std::int64_t kAccessError = 4;
  std::int64_t code = 0;
  std::string_view text;
  if (root["fault"]["faultCode"].get(code) != simdjson::SUCCESS ||
      root["fault"]["faultString"].get(text) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  Fault fault;
  fault.http_status = http_status;
  fault.fault_code = std::to_string(code);
  fault.message = text;
  if (code == kAccessDenied) fault.exception = "odoo.exceptions.AccessDenied";
  if (code == kAccessError) fault.exception = "odoo.exceptions.AccessError";
  if (code == kTraceback) ReadReported(text, fault);
  return fault;
}

Unsent UnsentResult(const Fault& fault) {
  const std::vector<Raised> chain = ReadTraceback(fault.debug);
  // `dump_nil`, `dump_long`, `__dump`, ... of Python's own library.
  const bool dumping = !chain.empty() && chain.back().file.ends_with("/xmlrpc/client.py") &&
                       chain.back().function.find("dump") != std::string_view::npos;
  if (!dumping) return Unsent::kNo;
  return chain.back().function == "dump_nil" ? Unsent::kNone : Unsent::kOther;
}

}  // namespace gateway::odoo
