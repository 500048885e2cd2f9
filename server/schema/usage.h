// What one of Odoo's field names may be used for where a request names it itself: in
// `extra_fields`, in masks and in conditions. The one place that decides it, from what all
// contracts list, from the connected Odoo's field list, and from the part that the naming message
// plays.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "contract/catalog.h"
#include "schema/schema.h"

namespace gateway::schema {

enum class Use : std::uint8_t { kRead, kCompare, kWrite };

// The message that names the field.
struct Place {
  const contract::Record& record;
  // Of that message; reading and comparing have no role.
  contract::Role role = contract::Role::kRecord;
  // Null: not known; then nothing outside the contract is.
  const Schema* schema = nullptr;
  // Of Odoo, for example 18.
  int version = 0;
};

enum class Verdict : std::uint8_t {
  kPermitted,
  // The connected Odoo has no such field.
  kUnknown,
  // Its type has no form in messages.
  kUnsupported,
  // contract::IsSecretName.
  kSecret,
  // id, create_uid, create_date, write_uid, write_date: Odoo drops what others write. parent_path:
  // the place in a hierarchy, as Odoo computed it.
  kOdoosOwn,
  // A contract has a field for it: only that one reads and writes it, under its rules.
  kListed,
  // Only Odoo's own code changes it.
  kReadOnly,
  // Ties the record to the one it is a row of.
  kOwner,
  // Decides what a wizard does, and to which records.
  kWizard,
};
inline constexpr int kVerdictCount = 9;

Verdict Judge(Use use, const Place& place, std::string_view odoo_name);

// What is wrong and what to do, for the caller. Not for kPermitted.
std::string Explain(Verdict verdict, Use use, const Place& place, std::string_view odoo_name);

}  // namespace gateway::schema
