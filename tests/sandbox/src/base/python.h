// Python's view of JSON values: truth, text and type names, as they appear in Odoo's messages.
// Example: Repr(Json::parse(R"(["name", "=", false])")) is "['name', '=', False]".
#pragma once

#include <string>

#include "base/json.h"

namespace sandbox::python {

// What `bool(value)` says.
bool Truth(const Json& value);

// What `repr(value)` and `str(value)` say; they differ for texts only.
std::string Repr(const Json& value);
std::string Str(const Json& value);

// `type(value).__name__`: "int", "NoneType", ...
std::string TypeName(const Json& value);

// A list of ids as a tuple: "(1,)", "(1, 2)".
std::string Tuple(const Json& list);

}  // namespace sandbox::python
