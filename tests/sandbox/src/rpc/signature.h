// Python signatures as data, and Python's complaints about arguments that do not fit them.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace sandbox {

struct Parameter {
  std::string name;
  bool required = true;
  Json default_value;
};

struct Signature {
  std::string qualified_name;  // "BaseModel.search", "SaleOrder.action_confirm"
  bool of_model = false;       // @api.model: no ids come first
  bool takes_any = false;      // **kwargs
  std::vector<Parameter> parameters;

  // `text`: "domain, offset=0, limit=None, **kwargs"
  static std::vector<Parameter> ParseParameters(const std::string& text);
};

// Arguments by parameter name. JSON-RPC and XML-RPC call a function: `args` without the ids.
Json BindCall(const Signature& signature, const Json& args, const Json& kwargs);

// JSON-2 binds named arguments with inspect.signature, which complains in its own words.
Json BindNamed(const Signature& signature, const Json& kwargs);

}  // namespace sandbox
