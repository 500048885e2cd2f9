// Reading with Odoo's checks and answer forms.
#pragma once

#include "orm/env.h"

namespace sandbox {

// `fields`: a list of names, or anything false for all. Records that are gone are left out.
Json Read(const Env& env, const Model& model, const Json& ids, const Json& fields);

// The nested form of web_read, web_search_read, web_save.
Json WebRead(const Env& env, const Model& model, const Ids& ids, const Json& specification);

// The ids of a caller: a list, or one id. Throws for texts.
Ids ParseIds(const Json& ids);

// The field; throws where there is none, or not for this user.
const Field& ReadableField(const Env& env, const Model& model, const std::string& name);

// The answer form of a field that is no relation.
Json PlainValue(const Env& env, const Model& model, int64_t id, const Field& field);

}  // namespace sandbox
