// Searching and reading with Odoo's checks and answer forms.
#pragma once

#include <optional>

#include "orm/env.h"

namespace sandbox {

// `limit`, `offset` and `order` as the caller gave them (null: none).
struct Page {
  Json offset = 0;
  Json limit;
  Json order;
};

Ids Search(const Env& env, const Model& model, const Json& domain, const Page& page = {});

// `fields`: a list of names, or anything false for all. Records that are gone are left out.
Json Read(const Env& env, const Model& model, const Json& ids, const Json& fields);

// The nested form of web_read, web_search_read, web_save.
Json WebRead(const Env& env, const Model& model, const Ids& ids, const Json& specification);

// [[id, name], ...]
Json NameSearch(const Env& env, const Model& model, const std::string& name, const Json& domain,
                const std::string& op, const Json& limit);

// The ids of a caller: a list, or one id. Throws for texts.
Ids ParseIds(const Json& ids);

Json FieldsGet(const Env& env, const Model& model, const Json& allfields, const Json& attributes);

// Throws unless `order` is an order clause of readable fields.
void CheckOrder(const Env& env, const Model& model, const std::string& order);

}  // namespace sandbox
