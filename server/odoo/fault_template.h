// Message templates: literal text with named holes, as `Invalid field '{field}' on model
// '{model}'`. `{*}` skips text.
//
// A template covers the whole message, without white space around it. Every hole takes as little as
// it can, so matching is linear. There are more than a thousand templates: messages are cut and
// trimmed before, once.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace gateway::odoo {

// Without white space at both ends.
std::string_view Trim(std::string_view text);

// Whether this can be the name of a field, path, model, class or constraint: such names alone may
// be told to callers.
bool IsName(std::string_view text);

// What the holes of a template took, in their order.
using Captures = std::vector<std::pair<std::string_view, std::string_view>>;

// The text in the hole `name`, or empty.
std::string_view CaptureOf(const Captures& captures, std::string_view name);

// Whether `text`, trimmed, follows `form`; fills `captures` only if it does.
bool Matches(std::string_view form, std::string_view text, Captures& captures);

}  // namespace gateway::odoo
