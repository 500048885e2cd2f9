// What one Odoo database says of its fields (`fields_get`). Immutable; the engine swaps it whole
// when the database changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "contract/catalog.h"

namespace gateway::schema {

struct Field {
  // Type::kUnspecified for types that contracts cannot hold (json, properties, reference).
  contract::Type type = contract::Type::kUnspecified;
  // Comodel of relational fields.
  std::string relation;
  // Of a one2many: the comodel's field that refers back.
  std::string inverse = {};
  // Keys of a selection, in Odoo's order.
  std::vector<std::string> keys;
  // Longest text in characters; 0: no limit.
  int size = 0;
  bool readonly = false;
  bool required = false;
  bool searchable = true;
  bool sortable = true;
};

struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};
template <class Value>
using NameMap = std::unordered_map<std::string, Value, StringHash, std::equal_to<>>;

struct Model {
  NameMap<Field> fields;

  const Field* Find(std::string_view field) const;
};

// Why a model has no fields here.
enum class Absence : std::uint8_t {
  kMissing,  // The database has no such model: its app is not installed.
  kHidden,   // The integration user may not know it.
};

class Schema {
 public:
  void Add(std::string model, Model fields) {
    models_.insert_or_assign(std::move(model), std::move(fields));
  }
  void AddAbsent(std::string model, Absence why) {
    absent_.insert_or_assign(std::move(model), why);
  }
  // Null where the model is not known: its app is not installed there, or no contract uses it.
  const Model* Find(std::string_view model) const;
  // Null where either is not known.
  const Field* Find(std::string_view model, std::string_view field) const;
  // Nothing where the model is known, or was never asked for.
  std::optional<Absence> WhyAbsent(std::string_view model) const;

 private:
  NameMap<Model> models_;
  NameMap<Absence> absent_;
};

}  // namespace gateway::schema
