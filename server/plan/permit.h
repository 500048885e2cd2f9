// Private to this room: a request beside what its caller may name. Rules name fields as the
// contract does, also where a request uses Odoo's name: no field has two.
#pragma once

#include <string>
#include <string_view>

#include "codec/problems.h"
#include "codec/read_spec.h"
#include "contract/catalog.h"
#include "contract/permit.h"

namespace gateway::plan {

// A violation at the current path where the permit does not let `path` be read or written; false
// then. Null permits everything.
bool CheckRead(const contract::Permit* permit, std::string_view model, std::string_view path,
               codec::Problems& problems);
bool CheckWrite(const contract::Permit* permit, std::string_view path, codec::Problems& problems);
bool CheckWriteUnlisted(const contract::Permit* permit, std::string_view path,
                        codec::Problems& problems);

// What Odoo computes from many fields, and looks for in fields that it chooses itself: partners by
// their e-mail address and VAT number, too.
inline constexpr std::string_view kDisplayName = "display_name";
// A violation where records of `model` may not be found by their display names.
bool CheckNameSearch(const contract::Permit* permit, std::string_view model,
                     codec::Problems& problems);

// One path of a read mask: `order_line.extra_fields.x_size`.
void CheckMask(const contract::Permit* permit, const contract::Record& record,
               std::string_view path, int version, codec::Problems& problems);

// Leaves out what may not be read: what a mask did not name, but whoever named its rows, or
// nothing.
codec::ReadSpec Permitted(const contract::Permit* permit, codec::ReadSpec spec);

// The way from a record over names in Odoo's terms, in rules' terms: rows are part of their record,
// all else is a record of its own.
class RulePath {
 public:
  explicit RulePath(std::string_view model) : model_(model) {}

  // A field of `record`, null where no contract lists its model. False with a violation.
  bool Step(const contract::Permit* permit, const contract::Record* record,
            std::string_view odoo_name, std::string_view relation, int version,
            codec::Problems& problems);
  // The path ends here. Rows as such can be found by their names.
  bool End(const contract::Permit* permit, codec::Problems& problems) const;
  // The path ends at a relation, which is compared with a text: Odoo looks for it in names.
  bool EndAtNames(const contract::Permit* permit, codec::Problems& problems) const;

 private:
  // Of the record that the path counts from.
  std::string model_;
  // Through rows, with a dot at its end.
  std::string prefix_;
};

// Follows the fields of a values message, as a sink is told of them.
class WriteCheck {
 public:
  WriteCheck(const contract::Permit* permit, const contract::Values* values, int version,
             codec::Problems& problems)
      : permit_(permit), version_(version), problems_(problems) {
    levels_.push_back({{}, values});
  }

  void Field(std::string_view odoo_name);
  void BeginRows();
  void EndRows();
  void DeleteRow();

 private:
  struct Level {
    std::string prefix;
    // Null below fields that are in no contract.
    const contract::Values* values;
  };

  const contract::Permit* permit_;
  const int version_;
  codec::Problems& problems_;
  std::vector<Level> levels_;
  // The field that was told last.
  std::string path_;
  const contract::Values* rows_ = nullptr;
};

}  // namespace gateway::plan
