// A caller's values for create or write, checked and in stored form.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "orm/convert.h"
#include "orm/env.h"

namespace sandbox {

// The x2many values of one record, applied when the record itself is stored.
using Relations = std::vector<std::pair<const Field*, std::vector<Command>>>;

struct Converted {
  Values values;
  Relations relations;
};

// Where values come from: Odoo's complaints differ.
enum class Origin { kCreate, kWrite, kNestedCreate };

// Throws Odoo's complaints about unknown and forbidden fields and about values, those of nested
// rows included.
Converted ConvertVals(const Env& env, const Model& model, const Json& vals, Origin origin);

// Throws unless every name is a field.
void CheckNames(const Env& env, const Model& model, const Json& vals, Origin origin);

// Throws unless `vals` is a dict; Python names the `attribute` that it lacks.
void CheckDict(const Json& vals, const char* attribute);

// Some references are read while the record is computed: there a wrong id is a MissingError, at
// the others only the database notices.
void CheckReadReferences(const Env& env, const Model& model, const Values& values);

// id, create_date, ...: the ORM's own fields.
bool IsMagic(const std::string& name);

}  // namespace sandbox
