#include "contract/catalog.h"

#include <algorithm>

#include <google/protobuf/descriptor.h>

namespace gateway::contract {
namespace {

constexpr std::array<std::string_view, 15> kTypeNames = {
    "unspecified", "char",     "text",     "html",      "integer",
    "float",       "monetary", "boolean",  "date",      "datetime",
    "selection",   "many2one", "one2many", "many2many", "binary"};

template <class Item>
const Item* FindByName(const std::vector<Item>& items, std::string_view name) {
  const auto found = std::find_if(items.begin(), items.end(), [name](const Item& item) {
    if constexpr (std::is_same_v<Item, Field>) {
      return item.name == name;
    } else {
      return item.field->name == name;
    }
  });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

std::string_view TypeName(Type type) { return kTypeNames[static_cast<std::size_t>(type)]; }

std::string_view Enum::KeyOf(int number) const {
  for (const auto& [own, key] : keys) {
    if (own == number) return key;
  }
  return {};
}

int Enum::NumberOf(std::string_view key) const {
  for (const auto& [number, own] : keys) {
    if (own == key) return number;
  }
  return 0;
}

std::string_view Field::OdooName(int version) const {
  if (names.empty()) return name;
  for (const VersionedName& candidate : names) {
    const bool begun = candidate.since == 0 || version >= candidate.since;
    const bool ended = candidate.until != 0 && version > candidate.until;
    if (begun && !ended) return candidate.name;
  }
  return {};
}

const Field* Record::FindOdooName(std::string_view odoo_name, int version) const {
  const auto found = std::ranges::find_if(
      fields, [&](const Field& field) { return field.OdooName(version) == odoo_name; });
  return found == fields.end() ? nullptr : &*found;
}

const Field* Record::FindName(std::string_view wanted) const { return FindByName(fields, wanted); }

const ValuesField* Values::FindName(std::string_view wanted) const {
  return FindByName(fields, wanted);
}

Catalog::Catalog() = default;
Catalog::Catalog(Catalog&&) noexcept = default;
Catalog& Catalog::operator=(Catalog&&) noexcept = default;
Catalog::~Catalog() = default;

const Method* Catalog::Find(std::string_view path) const {
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? nullptr : found->second;
}

const Record* Catalog::RecordOf(std::string_view model) const {
  for (const auto& record : records_) {
    if (record->model == model) return record.get();
  }
  return nullptr;
}

}  // namespace gateway::contract
