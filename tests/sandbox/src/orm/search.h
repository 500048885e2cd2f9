// Searching with Odoo's checks.
#pragma once

#include "orm/env.h"

namespace sandbox {

// `limit`, `offset` and `order` as the caller gave them (null: none).
struct Page {
  Json offset = 0;
  Json limit;
  Json order;
};

Ids Search(const Env& env, const Model& model, const Json& domain, const Page& page = {});

// [[id, name], ...]
Json NameSearch(const Env& env, const Model& model, const std::string& name, const Json& domain,
                const std::string& op, const Json& limit);

}  // namespace sandbox
