// From what Odoo names (a field, a model, a value) to paths in the request
// (`order_line[0].product_id`, `[2].name`).
//
// A path is only given where the request leaves no doubt which of its fields is meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "odoo/fault.h"

namespace gateway::odoo {

using Paths = std::vector<std::string>;

// The record that holds the field at `path`: `order_line[0].` of `order_line[0].product_id`, `[1].`
// of `[1].name`.
std::string_view RecordOf(std::string_view path);

// Every place of the request that has `field`; of a nested model where `model` is not the request's
// own.
Paths PathsWith(std::string_view field, std::string_view model, const FaultContext& context);

// Every record in the request that lacks `field` or sets it to nothing: a field that is missing
// once stands in the request itself if no record is found.
Paths PathsWithout(std::string_view field, std::string_view model, const FaultContext& context);

// References to record `id` of `model`.
Paths PathsReferringTo(std::string_view model, std::string_view id, const FaultContext& context);

// Fields with exactly this value.
Paths PathsOfValue(std::string_view text, const FaultContext& context);

// Fields that a text in any language mentions by their technical names: quoted, or unmistakable by
// an underscore.
Paths PathsMentioned(std::string_view text, const FaultContext& context);

// Those of `paths` whose value is `text`, where values are known; else `paths`.
Paths WithValue(Paths paths, std::string_view text, const FaultContext& context);

// Without those that the request is known to set to nothing.
Paths WithoutUnset(Paths paths, const FaultContext& context);

// Model of the field at `path`; empty where unknown.
std::string_view ModelAt(std::string_view path, const FaultContext& context);

// The model with this table: one of those in the request, else what a dot for every underscore
// gives.
std::string ModelOfTable(std::string_view table, const FaultContext& context);

// Whether the request holds records of `model`, its own or nested.
bool HoldsRecordsOf(std::string_view model, const FaultContext& context);

}  // namespace gateway::odoo
