// Looking at records: raw values, relations, names. No access checks here.
#pragma once

#include <string>

#include "orm/env.h"

namespace sandbox {

// The stored or computed value of a field in its stored form (see Values); one2many: list of ids.
Json RawValue(const Env& env, const Model& model, int64_t id, const std::string& field);

// The same as an id, 0 for none.
int64_t RawId(const Env& env, const Model& model, int64_t id, const std::string& field);
double RawNumber(const Env& env, const Model& model, int64_t id, const std::string& field);
std::string RawText(const Env& env, const Model& model, int64_t id, const std::string& field);

// The records that a many2one or x2many field points to; in the comodel's order.
Ids RelatedIds(const Env& env, const Model& model, int64_t id, const Field& field);

std::string DisplayName(const Env& env, const Model& model, int64_t id);

// Throws MissingError unless `id` exists.
void CheckExists(const Env& env, const Model& model, int64_t id);
struct Fault MissingError(const Env& env, const Model& model, const Json& id);

// Sorts by an Odoo order clause ("date_order desc, id"), which must be valid.
void SortIds(const Env& env, const Model& model, const std::string& order, Ids& ids);

}  // namespace sandbox
