// What an answer of Odoo that is no success means. Pure: an exchange in, a base::Failure out.
//
// Classification reads the exception class, SQLSTATE, constraint names and the structure of the
// answer before any text, because text is translated. Fields are named in Odoo's terms
// (`order_line[0].product_id`); the engine translates them to request paths.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gateway::odoo {

// A value that the request wrote. Odoo often names only the value or the record at fault; the value
// then leads to the field.
struct RequestValue {
  // As in FaultContext::fields.
  std::string path;
  // Model that the field belongs to (`sale.order.line` for `order_line[0].product_id`).
  std::string_view model;
  // Model that a relational field refers to; empty for others.
  std::string_view comodel;
  // As Odoo prints it: text as it is, numbers and ids in decimal, null, false and unset references
  // empty.
  std::string text;
};

// What is known about the call that failed. All views must outlive the call of Classify.
struct FaultContext {
  // `res.partner`; empty for calls outside a model (`authenticate`).
  std::string_view model;
  // `create`, `write`, `web_read`, `action_confirm`, ...
  std::string_view method;
  // Odoo names of the fields that the request wrote, filtered on or asked for, where known: paths
  // as `partner_id`, `order_line[0].product_id`.
  std::vector<std::string> fields;
  // Values behind `fields`, where the caller has them: optional, they make the answer more precise.
  std::vector<RequestValue> values;
  // Ids the request named.
  std::vector<std::int64_t> ids;
  // Language of the call, for the localized message.
  std::string_view lang;
};

// Bytes of a message. The longest recorded one is a quarter of it; who answers more has something
// else in mind than to be understood.
inline constexpr std::size_t kMostWords = 16 << 10;

// An exception as one of Odoo's protocols reports it. Empty where a protocol does not say.
struct Fault {
  int http_status = 200;
  // Class with its module: `odoo.exceptions.UserError`, `psycopg2.errors.UniqueViolation`,
  // `builtins.ValueError`.
  std::string exception;
  // Of XML-RPC, which has no class for most exceptions.
  std::string fault_code = {};
  // Odoo's words; what goes beyond kMostWords is not looked at.
  std::string message;
  // Traceback; may hold whole rows and password hashes: for the log alone, and for its last lines
  // in classification.
  std::string debug;
};

// Turns a fault into a failure: reason, message that says what to do, violations in Odoo's terms,
// metadata (`model`, `odoo_exception`, `odoo_fault_code`, `constraint`), Odoo's words in
// `odoo_message`, `debug` for the log.
base::Failure Classify(Fault fault, const FaultContext& context);

// An HTTP answer that is not the protocol's: an error page, a redirect, plain text, an empty body.
// `retry_after` is the header's value, if any. Status 0 stands for no answer at all: a TIMEOUT to
// whoever does not know what was sent.
base::Failure ClassifyHttp(int status, std::string_view content_type, std::string_view body,
                           std::string_view retry_after, const FaultContext& context);

// Whether Odoo itself raised it: an exception of a call that it worked on, and rolled back unless
// the database got lost.
bool IsRaisedByOdoo(const base::Failure& failure);

// `authenticate` answers false where login or password are wrong.
base::Failure RejectedLogin();

}  // namespace gateway::odoo
