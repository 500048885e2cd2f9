// The public methods: signatures from data (data/<version>/methods.json), handlers from code.
#pragma once

#include <map>
#include <string>

#include "orm/env.h"
#include "rpc/signature.h"

namespace sandbox {

// A call with its arguments bound to names.
struct BoundCall {
  const Env& env;
  const Model& model;
  const Json& ids;        // as given: a list, one id, texts
  const Json& arguments;  // by parameter name
  const Json& effect;     // of a method that is data, see effect_handlers.cc
};

using Handler = Json (*)(const BoundCall&);

// A method that answers nothing.
inline const Json kNothing = Json(Json::value_t::discarded);

struct Method {
  Signature signature;
  Handler handler = nullptr;
  Json effect;
  bool creates = false;  // answers an id for a dict where the transport knows the difference
};

class MethodTable {
 public:
  explicit MethodTable(const Schema& schema);

  // Null where the model has no such method.
  const Method* Find(const Model& model, const std::string& name) const;

 private:
  std::map<std::string, Method, std::less<>> methods_;  // "model.name"; "*.name" for every model
};

// Methods with an underscore, and the ORM's own that are not for callers.
bool IsPrivate(const std::string& name);

}  // namespace sandbox
