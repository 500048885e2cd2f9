// Which fields of a request may be behind a fault that names none, or more than one record. Pure:
// the request and Odoo's words in, paths in the request out; what must be asked is asked by the
// engine.
//
// A path is only given where it leaves no doubt.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "odoo/fault_paths.h"
#include "plan/plan.h"

namespace gateway::odoo {

// What a request writes.
using Written = std::vector<plan::NamedField>;

// The records of one model that a request refers to.
struct Referred {
  std::string_view model;
  std::vector<std::int64_t> ids;
};

// Odoo's labels of fields, by model and name.
using Labels = std::map<std::pair<std::string, std::string>, std::string>;

// Odoo's name of the field, without the record that it stands in.
std::string_view NameOf(const plan::NamedField& field);

// All models that the request refers to, those that the failure hints at first.
std::vector<Referred> ReferredBy(const Written& written, const base::Failure& failure);

// References to any of these records.
Paths PathsTo(const Written& written, std::string_view model, const std::vector<std::int64_t>& ids);

// References to a model, or the rows that are its records.
Paths PathsLeadingTo(const Written& written, std::string_view model);

// The field of an update that writes no other.
Paths PathOfOnly(const Written& written);

// The field with a value that stands in `words`, of every record that has one; nothing where
// several fields do.
Paths PathsQuoted(const Written& written, std::string_view words);

// Fields whose label stands in `words`; nothing where several records have such a field.
Paths PathsLabelled(const Written& written, const Labels& labels, std::string_view words);

// Of `paths`, those in the records that hold any of `culprits`; all where none does.
Paths InRecordsOf(const Paths& paths, const Paths& culprits);

// Whether `paths` have the same field in several records.
bool AreAlternatives(const Written& written, const Paths& paths);

// Makes the failure one of these fields: its violations, its sentence.
void Blame(const Paths& paths, base::Reason reason, base::Failure& failure);

}  // namespace gateway::odoo
