// Odoo's names of fields, gathered by model over all contracts, and what is wrong with them.
#include <algorithm>
#include <limits>

#include "contract/build.h"
#include "contract/secret_names.h"

namespace gateway::contract {
namespace {

// A field's names with their ranges of versions; one open range if the contract gives none.
std::vector<VersionedName> NamesOf(const Field& field) {
  return field.names.empty() ? std::vector<VersionedName>{{field.name, 0, 0}} : field.names;
}

int LastOf(const VersionedName& name) {
  return name.until == 0 ? std::numeric_limits<int>::max() : name.until;
}

bool Collide(const VersionedName& a, const VersionedName& b) {
  return a.name == b.name && a.since <= LastOf(b) && b.since <= LastOf(a);
}

bool Collide(const Field& a, const Field& b) {
  const std::vector<VersionedName> others = NamesOf(b);
  return std::ranges::any_of(NamesOf(a), [&others](const VersionedName& name) {
    return std::ranges::any_of(
        others, [&name](const VersionedName& other) { return Collide(name, other); });
  });
}

class NameCompiler {
 public:
  explicit NameCompiler(Build& build) : build_(build) {}

  void Run() {
    for (const auto& record : build_.records) Gather(*record);
    for (const auto& record : build_.records) GatherRows(*record);
  }

 private:
  void Gather(Record& record) {
    auto& names = build_.names[record.model];
    if (names == nullptr) names = std::make_unique<ModelNames>();
    record.names = names.get();
    for (const Field& field : record.fields) {
      for (const VersionedName& name : NamesOf(field)) {
        names->listed.insert(name.name);
        RefuseSecret(record, field, name.name);
      }
      RefuseTwins(record, field);
    }
  }

  void GatherRows(const Record& record) {
    for (const Field& field : record.fields) {
      if (field.rows == nullptr) continue;
      build_.names[field.rows->model]->rows_of.push_back({record.model, &field});
    }
  }

  void RefuseSecret(const Record& record, const Field& field, const std::string& name) {
    if (!IsSecretName(name)) return;
    build_.Note(record.full_name + "." + field.name,
                "represents `" + name +
                    "`, which by its name holds a secret; the gateway serves no such fields");
  }

  // Both would be written under one name, and Odoo would take the last value.
  void RefuseTwins(const Record& record, const Field& field) {
    for (const Field& other : record.fields) {
      if (other.number >= field.number || !Collide(other, field)) continue;
      build_.Note(record.full_name + "." + field.name,
                  "has the same name in Odoo as `" + other.name + "` in the same version");
    }
  }

  Build& build_;
};

}  // namespace

void CompileNames(Build& build) { NameCompiler(build).Run(); }

}  // namespace gateway::contract
