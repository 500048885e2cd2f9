// Finds the exception in an answer of Odoo. Pure: the caller has parsed the body once and still
// owns it.
//
//   if (!IsJsonRpc(root)) return ClassifyHttp(...);                  // a proxy's own JSON
//   if (auto fault = FaultOfJsonRpc(status, root)) return Classify(*fault, context);
//
//   if (auto fault = FaultOfXmlRpc(status, root)) ...                // JsonOfXmlRpc made the JSON
//
//   if (status is 2xx) ...                                           // JSON-2: the result itself
//   if (auto fault = FaultOfJson2(status, root)) return Classify(*fault, context);
//   return ClassifyHttp(...);
//
// A body that is none of these goes to ClassifyHttp. Wrong types anywhere are read as absent.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "odoo/fault.h"

namespace gateway::odoo {

// Whether this is an answer of JSON-RPC 2.0 at all, with a result, without one (Odoo's None) or
// with an error.
bool IsJsonRpc(simdjson::dom::element root);

// Whether this answers the message with that id. Also an error whose id is null: Odoo failed before
// it read the message, so it executed nothing.
bool HasMessageId(simdjson::dom::element root, std::int64_t id);

// The exception in the `error` member; nothing where there is none.
std::optional<Fault> FaultOfJsonRpc(int http_status, simdjson::dom::element root);

// The exception in the body of a JSON-2 answer outside 2xx; nothing where Odoo did not write the
// body.
std::optional<Fault> FaultOfJson2(int http_status, simdjson::dom::element root);

// The exception behind `faultCode` and `faultString` of XML-RPC, in a document that JsonOfXmlRpc
// made; nothing where it has none. The code stands for a class or, for 2, for several: then only
// words are left. Code 1 brings a whole traceback.
std::optional<Fault> FaultOfXmlRpc(int http_status, simdjson::dom::element root);

// Whether a fault of XML-RPC is about the result alone: Odoo executed and committed the call, and
// then could not write down what came of it.
enum class Unsent : std::uint8_t {
  kNo,
  kNone,   // The result was None, or had None in it.
  kOther,  // An integer beyond 32 bits, a key that is no text, ...
};
Unsent UnsentResult(const Fault& fault);

}  // namespace gateway::odoo
