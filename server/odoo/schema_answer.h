// `fields_get` -> schema.
#pragma once

#include "base/result.h"
#include "codec/json_view.h"
#include "schema/schema.h"

namespace gateway::odoo {

base::Result<schema::Model> ModelOf(const codec::JsonView& fields);

}  // namespace gateway::odoo
