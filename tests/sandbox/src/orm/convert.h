// From a caller's value to the stored form of a field, with Python's and Odoo's own complaints.
#pragma once

#include "orm/env.h"

namespace sandbox {

// One x2many command, always with three parts.
struct Command {
  int64_t kind;  // 0 create, 1 update, 2 delete, 3 unlink, 4 link, 5 clear, 6 set
  Json id;       // of 1..4
  Json values;   // of 0, 1: a dict; of 6: a list of ids
};

// The stored form; throws ValueError, TypeError, UserError (image), ... For x2many fields the
// value is only checked: see ParseCommands.
Json ConvertValue(const Env& env, const Model& model, const Field& field, const Json& value);

// Understands everything that Odoo takes for an x2many field: commands, a list of ids, false.
std::vector<Command> ParseCommands(const Model& model, const Field& field, const Json& value);

// Checks that a scalar value fits its database column; throws psycopg2's errors.
void CheckColumn(const Field& field, const Json& value);

// PostgreSQL's complaint about a text where a number belongs.
struct Fault InvalidIntegerText(const std::string& text, const std::string& type = "integer");

// What an absent value of this field reads as.
Json EmptyValue(const Field& field);

double RoundDecimals(double value, int decimals);

}  // namespace sandbox
