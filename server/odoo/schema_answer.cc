#include "odoo/schema_answer.h"

#include <limits>

#include "contract/secret_names.h"

namespace gateway::odoo {
namespace {

contract::Type TypeOf(std::string_view name) {
  for (int number = 1; number <= static_cast<int>(contract::Type::kBinary); ++number) {
    const auto type = static_cast<contract::Type>(number);
    if (contract::TypeName(type) == name) return type;
  }
  return contract::Type::kUnspecified;
}

bool Flag(const codec::JsonView& field, std::string_view name, bool otherwise) {
  const auto member = field.Member(name);
  return member ? member->Boolean().value_or(otherwise) : otherwise;
}

std::string Text(const codec::JsonView& field, std::string_view name) {
  const auto member = field.Member(name);
  return member ? std::string(member->Text().value_or("")) : std::string();
}

int Size(const codec::JsonView& field) {
  const auto member = field.Member("size");
  const auto size = member ? member->Integer().value_or(0) : 0;
  return size > 0 && size <= std::numeric_limits<int>::max() ? static_cast<int>(size) : 0;
}

// `[[key, label], ...]`
std::vector<std::string> Keys(const codec::JsonView& field) {
  std::vector<std::string> keys;
  const auto selection = field.Member("selection");
  if (!selection) return keys;
  selection->ForEachElement([&keys](const codec::JsonView& pair) {
    pair.ForEachElement([&keys](const codec::JsonView& key) {
      if (const auto text = key.Text()) keys.emplace_back(*text);
      return false;  // The label does not matter.
    });
    return true;
  });
  return keys;
}

}  // namespace

base::Result<schema::Model> ModelOf(const codec::JsonView& fields) {
  schema::Model model;
  const bool object =
      fields.ForEachMember([&model](std::string_view name, const codec::JsonView& field) {
        // What is not in the schema, no request can use.
        if (contract::IsSecretName(name)) return true;
        schema::Field entry;
        entry.type = TypeOf(Text(field, "type"));
        entry.relation = Text(field, "relation");
        entry.inverse = Text(field, "relation_field");
        entry.keys = Keys(field);
        entry.size = Size(field);
        entry.readonly = Flag(field, "readonly", false);
        entry.required = Flag(field, "required", false);
        entry.searchable = Flag(field, "searchable", true);
        entry.sortable = Flag(field, "sortable", true);
        model.fields.emplace(name, std::move(entry));
        return true;
      });
  if (!object)
    return base::Fail(base::Reason::kMalformedResponse, "Odoo's fields_get answered no object.");
  return model;
}

}  // namespace gateway::odoo
