// An exception of Odoo, as it travels to the caller: class, text, arguments and a short traceback.
// Faults are thrown; the dispatcher rolls the transaction back and a transport renders them.
#pragma once

#include <memory>
#include <string>

#include "base/json.h"

namespace sandbox {

struct Fault {
  std::string name;     // "odoo.exceptions.UserError", "builtins.ValueError", ...
  std::string message;  // data.message
  Json arguments = Json::array();
  std::string where;  // `File "...", line N, in f` of the last frame; empty: no traceback
  std::shared_ptr<const Fault> cause;  // "direct cause" of a ValidationError: the database's error
  // Of the database's integrity errors: what Odoo's own text is made from.
  std::string constraint, table, column;
};

// The traceback text (`debug`), ending in the exception's own lines.
std::string DebugText(const Fault& fault);

Fault MakeFault(std::string name, std::string message, std::string where = "");

// Python's own exceptions.
Fault ValueError(std::string message);
Fault TypeError(std::string message);
Fault AttributeError(std::string message);
Fault KeyError(const std::string& key);

// Odoo's exceptions; `message` is already in the caller's language.
Fault UserError(std::string message);
Fault ValidationError(std::string message);
Fault AccessError(std::string message);
// 19 says nothing about where a login failed.
Fault AccessDenied(bool with_traceback);

// psycopg2's exceptions; `message` ends with a line break as PostgreSQL's do.
Fault DatabaseError(const std::string& kind, std::string message);

// werkzeug's exceptions, answers of JSON-2 below the model call.
Fault HttpException(const std::string& kind, std::string message, int status);

// The HTTP status that JSON-2 gives a fault.
int Json2Status(const Fault& fault);

}  // namespace sandbox
