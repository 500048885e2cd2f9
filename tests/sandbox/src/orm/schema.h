// The models as data: fields in Odoo's `fields_get` form, database constraints, defaults.
// Immutable after loading, so it is read without a lock.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"

namespace sandbox {

using Ids = std::vector<int64_t>;

// The stored values of one record, in their stored form: many2one an id or false, many2many a list
// of ids, dates and times as text.
using Values = std::map<std::string, Json, std::less<>>;

enum class FieldType {
  kBinary,
  kBoolean,
  kChar,
  kDate,
  kDatetime,
  kFloat,
  kHtml,
  kInteger,
  kJson,
  kMany2many,
  kMany2one,
  kMonetary,
  kOne2many,
  kProperties,
  kReference,
  kSelection,
  kText
};

struct Field {
  std::string name;
  FieldType type = FieldType::kChar;
  std::string label;
  std::string relation;        // comodel
  std::string relation_field;  // the comodel's field that a one2many follows back
  std::string related;         // the path whose value it shows, "country_id.code"
  Json computed;               // an expression for its value, see orm/rules.h; null: none
  Json domain;                 // of a one2many: which of the rows it shows; null: all
  bool stored = true;
  bool searchable = true;
  bool hidden = false;              // exists, but this user's fields_get does not list it
  std::vector<std::string> groups;  // external ids; empty: everybody
  std::set<std::string> selection;  // its keys
  int decimals = -1;                // of a float with `digits`
  Json attributes;                  // what fields_get answers

  bool IsX2many() const { return type == FieldType::kOne2many || type == FieldType::kMany2many; }
  bool IsNumber() const {
    return type == FieldType::kInteger || type == FieldType::kFloat || type == FieldType::kMonetary;
  }
};

struct ForeignKey {
  std::string name;       // "sale_order_partner_id_fkey"
  std::string on_delete;  // "restrict", "cascade", "set null"
};

struct UniqueConstraint {
  std::string name;
  std::vector<std::string> columns;
};

// A CHECK constraint, its condition as a domain that every row must match.
struct CheckConstraint {
  std::string name;
  Json domain;
};

struct Model {
  std::string name, table, description, python_class, order;
  std::map<std::string, Field, std::less<>> fields;
  std::vector<std::string> not_null;
  std::map<std::string, ForeignKey, std::less<>> foreign_keys;
  std::vector<UniqueConstraint> unique;
  std::vector<CheckConstraint> checks;
  Json defaults;
  Json completes;     // expressions for fields that a create leaves open, see orm/rules.h
  Json display_name;  // an expression; null: the name
  Json traits;        // curated behaviour, see data/traits.json

  const Field* Find(std::string_view field) const;
  bool Has(std::string_view field) const { return Find(field) != nullptr; }
  // True if `field` is in the list `trait` of the model's curated behaviour.
  bool TraitHas(const std::string& trait, std::string_view field) const;
  // True for values such as "New" that stand for an open field.
  bool IsPlaceholder(const std::string& field, const Json& value) const;
};

class Schema {
 public:
  // `version`: "18.0" or "19.0"; `without`: modules that are not installed; `fields`: further
  // ones by model, `{"sale.order": {"x_size": {"type": "char", ...}}}`.
  Schema(const std::string& version, const std::set<std::string>& without, const Json& fields);

  const std::string& version() const { return version_; }
  bool Is18() const { return version_ == "18.0"; }

  const Model* Find(std::string_view name) const;
  const Model& Get(std::string_view name) const;
  const std::map<std::string, Model, std::less<>>& models() const { return models_; }
  // True for a model of a module that is not installed.
  bool LeftOut(std::string_view name) const { return left_out_models_.contains(name); }

 private:
  void LoadModels();
  void DropLinks();
  void LoadTables();

  std::string version_;
  std::set<std::string> left_out_;  // modules
  std::set<std::string, std::less<>> left_out_models_;
  std::map<std::string, Model, std::less<>> models_;
};

}  // namespace sandbox
