// One condition of a domain against one record.
#pragma once

#include <string>

#include "orm/env.h"

namespace sandbox {

class Domain;

// `path` may cross relations: "partner_id.country_id.code". `nested` is the domain of any/not any.
bool MatchPath(const Env& env, const Model& model, int64_t id, const std::string& path,
               const std::string& op, const Json& value, const Domain* nested);

// SQL's LIKE: % is any text, _ any sign; a backslash takes the sign after it as it is.
bool Like(std::string_view text, std::string_view pattern);

}  // namespace sandbox
