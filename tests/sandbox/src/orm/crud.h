// Create, write, delete, copy: Odoo's ORM with its checks in Odoo's order.
#pragma once

#include "orm/env.h"

namespace sandbox {

Ids Create(const Env& env, const Model& model, const Json& vals_list);
int64_t CreateOne(const Env& env, const Model& model, const Json& vals);
void Write(const Env& env, const Model& model, const Ids& ids, const Json& vals);
void Unlink(const Env& env, const Model& model, const Ids& ids);
int64_t Copy(const Env& env, const Model& model, int64_t id, const Json& overrides);

// The defaults of `fields` (all of the model where empty): model, context `default_*`.
Json DefaultGet(const Env& env, const Model& model, const std::vector<std::string>& fields);

}  // namespace sandbox
