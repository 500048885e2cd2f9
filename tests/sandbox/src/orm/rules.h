// What the data says about values: small expressions in traits.json and methods.json.
//   "partner_id.lang"                            the value at the end of a path over many2one
//   fields
//   "@today", "@company", ...                    as in defaults.json
//   5, true, {"value": "draft"}                  itself
//   ["+", a, b, ...], "-", "*", "/", "max", "min", ["round", a]
//   ["sum", "order_line", e]                     e of every row, added up; ["count", "order_line"]
//   ["each", "order_line", e]                    the ids that e gives for the rows, each once
//   ["or", a, b, ...]                            the first that is not false
//   ["if", domain, a, b]                         a where the record matches, else b
//   ["case", a, {"out_invoice": b, ...}]         by a's value; false where none fits
//   ["join", " / ", a, b, ...]                   as text, empty parts left out
//   ["first", "stock.location", domain]          the first such record of the record's company
//   ["next", "P", 5]                             the model's next number, "P00001"
//   ["name", "product_id"]                       the display name of a related record
#pragma once

#include "orm/env.h"

namespace sandbox {

Json Evaluate(const Env& env, const Model& model, int64_t id, const Json& expression);

// Fills the fields of a new record that its caller left open (trait "completes").
void CompleteByRules(const Env& env, const Model& model, int64_t id);

// Throws what an entry of `refusals` says, where it fits the record:
//   {"when": domain, "fields": ["journal_id"], "text": "key", "with": {"name": e},
//    "exception": "odoo.exceptions.ValidationError"}
// `fields`: only where `values` has one of them; `exception`: a UserError where it is left out.
void CheckRefusals(const Env& env, const Model& model, int64_t id, const Json& refusals,
                   const Values& values = {});

// The refusals of an occasion, "write", "change" or "unlink" (trait "refuses").
void CheckRefusalsOf(const Env& env, const Model& model, const Ids& ids,
                     const std::string& occasion, const Values& values = {});

}  // namespace sandbox
