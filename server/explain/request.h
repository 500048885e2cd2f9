// What a recorded or pasted request tells about the failure of its call.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "contract/catalog.h"
#include "odoo/fault.h"

namespace gateway::explain {

// A call of a model's method as a request carries it. Views into the parsed request.
struct ModelCall {
  std::string_view model;
  std::string_view method;
  std::optional<simdjson::dom::element> args;
  std::optional<simdjson::dom::element> kwargs;
};

// Fields, values, ids and language of the call. The contracts know which fields refer to which
// models. Valid as long as the parsed request and the catalog.
odoo::FaultContext ContextOf(const ModelCall& call, const contract::Catalog& catalog);

// The call in a request body of any protocol, or in a whole HTTP request: JSON-2 names model and
// method in the path alone.
class Request {
 public:
  // Nothing is known of a text that is no such request.
  explicit Request(std::string_view text);
  // The call points into it.
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  const ModelCall& call() const { return call_; }

 private:
  simdjson::dom::parser parser_;
  std::string path_;
  ModelCall call_;
};

}  // namespace gateway::explain
