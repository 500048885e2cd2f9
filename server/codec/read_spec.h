// Which fields an operation reads: chosen from the contract, the mask and the connected Odoo.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "contract/catalog.h"
#include "schema/schema.h"

namespace gateway::codec {

struct ReadSpec;

struct ReadField {
  const contract::Field* field = nullptr;
  // In the connected version; points into the catalog.
  std::string_view odoo_name;
  // Shape::kRows.
  std::shared_ptr<const ReadSpec> rows;
};

// A field that the contract does not list.
struct ReadExtra {
  std::string odoo_name;
  const schema::Field* field = nullptr;
};

struct ReadSpec {
  const contract::Record* record = nullptr;
  // `id` is not among them: Odoo sends it always.
  std::vector<ReadField> fields;
  std::vector<ReadExtra> extra;
  // Asked for and not answered: a field that Odoo has to fetch, so that a record that is not there
  // shows. Empty: none. A literal.
  std::string_view witness = {};

  // Nothing but the id.
  bool empty() const { return fields.empty() && extra.empty(); }
  bool Has(std::string_view odoo_name) const {
    const auto named = [odoo_name](const auto& entry) { return entry.odoo_name == odoo_name; };
    return std::any_of(fields.begin(), fields.end(), named) ||
           std::any_of(extra.begin(), extra.end(), named);
  }
};

// Odoo's web_read specification.
template <class Writer>
void WriteSpecification(const ReadSpec& spec, Writer& out) {
  const auto named = [&out](std::string_view name, bool with_display_name) {
    out.Key(name);
    out.BeginObject();
    if (with_display_name) {
      out.Key("fields");
      out.BeginObject();
      out.Key("display_name");
      out.BeginObject();
      out.EndObject();
      out.EndObject();
    }
    out.EndObject();
  };
  out.BeginObject();
  for (const ReadField& entry : spec.fields) {
    if (entry.rows != nullptr) {
      out.Key(entry.odoo_name);
      out.BeginObject();
      out.Key("fields");
      WriteSpecification(*entry.rows, out);
      out.EndObject();
    } else {
      named(entry.odoo_name, !entry.field->relation.empty());
    }
  }
  for (const ReadExtra& extra : spec.extra) named(extra.odoo_name, !extra.field->relation.empty());
  if (!spec.witness.empty() && !spec.Has(spec.witness)) named(spec.witness, false);
  out.EndObject();
}

}  // namespace gateway::codec
