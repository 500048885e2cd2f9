#include "schema/drift.h"

#include <algorithm>
#include <set>

#include "schema/fit.h"

namespace gateway::schema {
namespace {

// Every record message that stands for a model of a service or of rows.
std::set<const contract::Record*> RecordsOf(const contract::Catalog& catalog) {
  std::set<const contract::Record*> records;
  for (const std::string& model : catalog.models()) records.insert(catalog.RecordOf(model));
  for (const auto& method : catalog.methods()) records.insert(method->record);
  return records;
}

void CompareKeys(const contract::Enum& expected, const std::string& name, const Field& actual,
                 Drift& drift) {
  for (const std::string& key : actual.keys) {
    if (expected.NumberOf(key) == 0) drift.keys_of_odoo[name].insert(key);
  }
  for (const auto& [number, key] : expected.keys) {
    if (std::ranges::find(actual.keys, key) == actual.keys.end())
      drift.keys_of_contract[name].insert(key);
  }
}

void Compare(const contract::Field& expected, int version, const Model& model, Drift& drift) {
  const std::string name(expected.OdooName(version));
  if (name.empty()) return;
  const Field* actual = model.Find(name);
  if (actual == nullptr) {
    drift.missing.insert(name);
  } else if (!Fits(expected, *actual)) {
    drift.retyped.emplace(name, Misfit(expected, *actual));
  } else if (expected.enumeration != nullptr) {
    CompareKeys(*expected.enumeration, name, *actual, drift);
  }
}

}  // namespace

std::map<std::string, Drift> DriftOf(const contract::Catalog& catalog, int version,
                                     const Schema& schema) {
  std::map<std::string, Drift> drifts;
  for (const contract::Record* record : RecordsOf(catalog)) {
    const Model* model = schema.Find(record->model);
    if (model == nullptr) continue;
    Drift& drift = drifts[record->model];
    for (const contract::Field& field : record->fields) Compare(field, version, *model, drift);
  }
  return drifts;
}

}  // namespace gateway::schema
