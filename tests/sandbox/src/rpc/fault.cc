#include "rpc/fault.h"

#include <array>
#include <utility>

#include "base/python.h"
#include "base/text.h"

namespace sandbox {
namespace {

constexpr std::string_view kBuiltins = "builtins.";

// How Python prints the class: builtins without their module.
std::string PrintedClass(const Fault& fault) {
  const bool builtin = fault.name.starts_with(kBuiltins);
  return builtin ? fault.name.substr(kBuiltins.size()) : fault.name;
}

constexpr std::string_view kWerkzeug = "werkzeug.exceptions.";

// "NotFound" -> "Not Found"
std::string Spaced(std::string_view name) {
  std::string spaced;
  for (const char letter : name) {
    const bool capital = letter >= 'A' && letter <= 'Z';
    if (capital && !spaced.empty()) spaced += ' ';
    spaced += letter;
  }
  return spaced;
}

// str() of the exception: of a KeyError the repr of its key, werkzeug's with their status.
std::string PrintedMessage(const Fault& fault) {
  if (fault.name == "builtins.KeyError") return python::Repr(fault.arguments[0]);
  if (!fault.name.starts_with(kWerkzeug)) return fault.message;
  return fault.arguments[1].dump() + " " + Spaced(fault.name.substr(kWerkzeug.size())) + ": " +
         fault.message;
}

std::string Traceback(const Fault& fault) {
  std::string text = PrintedClass(fault) + ": " + PrintedMessage(fault);
  if (!fault.where.empty()) {
    text = "Traceback (most recent call last):\n  File " + fault.where + "\n" + text;
  }
  // PostgreSQL's messages end their own line.
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

struct StatusOf {
  std::string_view name;
  int status;
};

constexpr std::array kStatuses{
    StatusOf{"odoo.exceptions.ValidationError", 422}, StatusOf{"odoo.exceptions.UserError", 422},
    StatusOf{"odoo.exceptions.AccessError", 403},     StatusOf{"odoo.exceptions.AccessDenied", 403},
    StatusOf{"odoo.exceptions.MissingError", 404},
};

}  // namespace

std::string DebugText(const Fault& fault) {
  if (!fault.cause) return Traceback(fault);
  return DebugText(*fault.cause) +
         "\nThe above exception was the direct cause of the following exception:\n\n" +
         Traceback(fault);
}

Fault MakeFault(std::string name, std::string message, std::string where) {
  Fault fault;
  fault.name = std::move(name);
  fault.arguments.push_back(message);
  fault.message = std::move(message);
  fault.where = where.empty() ? "\"/opt/odoo/odoo/models.py\", line 1, in call" : std::move(where);
  return fault;
}

Fault ValueError(std::string message) {
  return MakeFault("builtins.ValueError", std::move(message));
}
Fault TypeError(std::string message) { return MakeFault("builtins.TypeError", std::move(message)); }
Fault AttributeError(std::string message) {
  return MakeFault("builtins.AttributeError", std::move(message));
}
Fault KeyError(const std::string& key) { return MakeFault("builtins.KeyError", key); }

Fault UserError(std::string message) {
  return MakeFault("odoo.exceptions.UserError", std::move(message));
}
Fault ValidationError(std::string message) {
  return MakeFault("odoo.exceptions.ValidationError", std::move(message));
}
Fault AccessError(std::string message) {
  return MakeFault("odoo.exceptions.AccessError", std::move(message));
}
Fault AccessDenied(bool with_traceback) {
  Fault fault = MakeFault("odoo.exceptions.AccessDenied", "Access Denied");
  if (!with_traceback) fault.where.clear();
  return fault;
}

Fault DatabaseError(const std::string& kind, std::string message) {
  return MakeFault("psycopg2." + kind, std::move(message),
                   "\"/opt/odoo/odoo/sql_db.py\", line 354, in execute");
}

Fault HttpException(const std::string& kind, std::string message, int status) {
  Fault fault = MakeFault(std::string(kWerkzeug) + kind, std::move(message),
                          "\"/opt/odoo/odoo/http.py\", line 1, in dispatch");
  fault.arguments.push_back(status);
  return fault;
}

int Json2Status(const Fault& fault) {
  if (fault.name.starts_with(kWerkzeug)) return fault.arguments[1].get<int>();
  for (const StatusOf& entry : kStatuses) {
    if (entry.name == fault.name) return entry.status;
  }
  return 500;
}

}  // namespace sandbox
