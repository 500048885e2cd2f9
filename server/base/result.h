// A value, or the reason there is none. The only way errors travel inside the gateway; `status`
// turns a Failure into a google.rpc.Status at the edge.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/reason.h"

namespace gateway::base {

// One field at fault.
struct Violation {
  // Path in the request message (`values.order_line.rows[2].product_id`). Room `odoo` names fields
  // in Odoo's terms
  // (`order_line[2].product_id`, row 3 of a batch `[3].name`); the engine translates them.
  std::string path;
  Reason reason = Reason::kUnspecified;
  // English, says what to do.
  std::string message;
};

// A record or collection that a failure is about.
struct Resource {
  std::string model;
  std::vector<std::int64_t> ids;
};

struct Failure {
  Reason reason = Reason::kUnspecified;
  // English, for a person. Never holds values of records, SQL, tracebacks or secrets.
  std::string message;
  std::vector<Violation> violations;
  // For ErrorInfo: model, operation, odoo_exception, constraint, ... Keys in the order of
  // insertion.
  std::vector<std::pair<std::string, std::string>> metadata;
  // Odoo's own, possibly translated words, and their language (`fr_FR`, may be empty).
  std::string odoo_message;
  std::string odoo_lang;
  // `odoo_message` may name records that the caller cannot see: for the log only.
  bool odoo_message_withheld = false;
  // For the log alone: Odoo's traceback.
  std::string debug;
  std::optional<std::chrono::milliseconds> retry_after;
  std::optional<Resource> resource;
  // Where the reason alone does not decide it (OUTCOME_UNKNOWN at a deadline).
  std::optional<Code> code;

  Code StatusCode() const { return code.value_or(InfoOf(reason).code); }
};

inline Failure Fail(Reason reason, std::string message) {
  Failure failure;
  failure.reason = reason;
  failure.message = std::move(message);
  return failure;
}

// One violation, and the failure that consists of it.
inline Failure FailAt(Reason reason, std::string path, std::string message) {
  Failure failure = Fail(reason, path.empty() ? message : path + ": " + message);
  failure.violations.push_back({std::move(path), reason, std::move(message)});
  return failure;
}

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Failure failure)                        // NOLINT(google-explicit-constructor)
      : state_(std::make_unique<Failure>(std::move(failure))) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Only where ok().
  T& value() { return *std::get_if<T>(&state_); }
  const T& value() const { return *std::get_if<T>(&state_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // Only where not ok().
  Failure& failure() { return **std::get_if<std::unique_ptr<Failure>>(&state_); }
  const Failure& failure() const { return **std::get_if<std::unique_ptr<Failure>>(&state_); }

 private:
  // A pointer keeps the success path small.
  std::variant<T, std::unique_ptr<Failure>> state_;
};

struct Done {};
using Status = Result<Done>;

}  // namespace gateway::base
