// Create, write, delete: Odoo's ORM with its checks in Odoo's order.
#pragma once

#include "orm/env.h"

namespace sandbox {

Ids Create(const Env& env, const Model& model, const Json& vals_list);
int64_t CreateOne(const Env& env, const Model& model, const Json& vals);
void Write(const Env& env, const Model& model, const Ids& ids, const Json& vals);
void Unlink(const Env& env, const Model& model, const Ids& ids);

}  // namespace sandbox
