// Whether a field of the connected database can be what a contract says of it.
#pragma once

#include <string>

#include "contract/catalog.h"
#include "schema/schema.h"

namespace gateway::schema {

// Of a type that the contract's form holds alike, and referring to the same model. Where this does
// not hold, values would be refused by Odoo or, with references, mean other records.
bool Fits(const contract::Field& expected, const Field& actual);

// What is different, for people: `float instead of char`. Only where it does not fit.
std::string Misfit(const contract::Field& expected, const Field& actual);

}  // namespace gateway::schema
