// Finds the exception in an answer of Odoo. Pure: the caller has parsed the body once and still
// owns it.
//
//   if (!IsJsonRpc(root)) return ClassifyHttp(...);                  // a proxy's own JSON
//   if (auto fault = FaultOfJsonRpc(status, root)) return Classify(*fault, context);
//
//   if (status is 2xx) ...                                           // JSON-2: the result itself
//   if (auto fault = FaultOfJson2(status, root)) return Classify(*fault, context);
//   return ClassifyHttp(...);
//
// A body that is no JSON goes to ClassifyHttp. Wrong types anywhere are read as absent.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string_view>

#include "odoo/fault.h"

namespace gateway::odoo {

// Whether this is an answer of JSON-RPC 2.0 at all, with a result, without one (Odoo's None) or
// with an error.
bool IsJsonRpc(simdjson::dom::element root);

// The exception in the `error` member; nothing where there is none.
std::optional<Fault> FaultOfJsonRpc(int http_status, simdjson::dom::element root);

// The exception in the body of a JSON-2 answer outside 2xx; nothing where Odoo did not write the
// body.
std::optional<Fault> FaultOfJson2(int http_status, simdjson::dom::element root);

// The exception behind `faultCode` and `faultString` of XML-RPC. The code stands for a class or,
// for 2, for several: then only words are left. Code 1 brings a whole traceback.
Fault FaultOfXmlRpc(int http_status, int fault_code, std::string_view fault_string);

}  // namespace gateway::odoo
