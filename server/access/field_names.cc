#include "access/field_names.h"

#include <algorithm>

#include "access/policy.h"

namespace gateway::access {
namespace {

using contract::Field;
using contract::Record;

// The record that the path's last name belongs to, by way of rows; null where there is no such way.
const Record* RecordAt(const Record* record, std::string_view path) {
  for (std::size_t dot = path.find('.'); record != nullptr && dot != std::string_view::npos;
       dot = path.find('.')) {
    const Field* field = record->FindName(path.substr(0, dot));
    record = field == nullptr ? nullptr : field->rows;
    path.remove_prefix(dot + 1);
  }
  return record;
}

// The field that a version of Odoo calls so, and the contract otherwise.
const Field* RenamedFrom(const Record& record, std::string_view odoo_name) {
  if (record.FindName(odoo_name) != nullptr) return nullptr;
  const auto found = std::ranges::find_if(record.fields, [odoo_name](const Field& field) {
    return std::ranges::find(field.names, odoo_name, &contract::VersionedName::name) !=
           field.names.end();
  });
  return found == record.fields.end() ? nullptr : &*found;
}

}  // namespace

FieldNames::FieldNames(const config::AllowRule& rule,
                       std::span<const contract::Catalog* const> catalogs) {
  for (const contract::Catalog* catalog : catalogs) {
    for (const auto& method : catalog->methods()) {
      if (!IsAbout(rule, method->record->model)) continue;
      records_.push_back(method->record);
      if (method->values != nullptr) records_.push_back(method->values->record);
    }
  }
}

std::string FieldNames::MistakeIn(std::string_view path) const {
  const std::string_view name = path.substr(path.rfind('.') + 1);
  const Field* renamed = nullptr;
  for (const Record* record : records_) {
    const Record* at = RecordAt(record, path);
    const Field* other = at == nullptr ? nullptr : RenamedFrom(*at, name);
    if (at != nullptr && other == nullptr) return {};
    if (other != nullptr) renamed = other;
  }
  if (records_.empty()) return {};
  if (renamed != nullptr)
    return "the contract calls `" + std::string(name) + "` `" + renamed->name + "`";
  return "`" + std::string(path.substr(0, path.rfind('.'))) +
         "` are no rows of these models; fields of another model take a rule for that model";
}

}  // namespace gateway::access
