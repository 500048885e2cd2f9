// Second step of `load`: texts of cells as values of fields.
#pragma once

#include <functional>

#include "load/rows.h"

namespace sandbox::load {

// Takes a message about one field: {"field", "message", "field_name", "moreinfo"}.
using Log = std::function<void(Json message)>;

// The record as values for create and write. A field whose cell is wrong is logged and left out.
Json ConvertRecord(const Env& env, const Model& model, const Record& record, const Log& log);

}  // namespace sandbox::load
