// Words for people: what a failure says in English, and what of Odoo's own words may leave the
// process.
#pragma once

#include <string>
#include <string_view>

#include "base/reason.h"

namespace gateway::odoo {

// What may stand in a sentence. Empty where unknown.
struct Named {
  std::string_view model;
  std::string_view method;
  std::string_view constraint;
  // Paths, separated by commas.
  std::string_view fields;
};

// What happened and what to do about it.
std::string SentenceFor(base::Reason reason, const Named& named);

// What to do about one field.
std::string ViolationFor(base::Reason reason, std::string_view field);

// Odoo's words without PostgreSQL's details, SQL, tracebacks, file paths; at most 2 kB, cut at a
// character. Nothing where the exception's words are not Odoo's own (`psycopg2.*`).
std::string PublicWords(std::string_view exception, std::string_view message);

}  // namespace gateway::odoo
