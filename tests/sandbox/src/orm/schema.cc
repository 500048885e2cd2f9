#include "orm/schema.h"

#include <stdexcept>
#include <utility>

#include "base/embedded.h"
#include "base/text.h"

namespace sandbox {
namespace {

const std::map<std::string, FieldType, std::less<>> kTypes{
    {"binary", FieldType::kBinary},
    {"boolean", FieldType::kBoolean},
    {"char", FieldType::kChar},
    {"date", FieldType::kDate},
    {"datetime", FieldType::kDatetime},
    {"float", FieldType::kFloat},
    {"html", FieldType::kHtml},
    {"integer", FieldType::kInteger},
    {"json", FieldType::kJson},
    {"many2many", FieldType::kMany2many},
    {"many2one", FieldType::kMany2one},
    {"many2one_reference", FieldType::kInteger},
    {"monetary", FieldType::kMonetary},
    {"one2many", FieldType::kOne2many},
    {"properties", FieldType::kProperties},
    {"properties_definition", FieldType::kProperties},
    {"reference", FieldType::kReference},
    {"selection", FieldType::kSelection},
    {"text", FieldType::kText},
};

// What a stub model has: enough to be referred to.
constexpr const char* kStubFields = R"({
  "id": {"type": "integer", "string": "ID", "readonly": true, "store": true},
  "name": {"type": "char", "string": "Name", "readonly": false, "store": true},
  "display_name": {"type": "char", "string": "Display Name", "readonly": true, "store": false},
  "active": {"type": "boolean", "string": "Active", "readonly": false, "store": true},
  "company_id": {"type": "many2one", "string": "Company", "readonly": false, "store": true,
                 "relation": "res.company"}
})";

Json ParseEmbedded(const std::string& name) { return Json::parse(Embedded(name)); }

int DecimalsOf(const Json& attributes) {
  const auto digits = attributes.find("digits");
  if (digits == attributes.end() || !digits->is_array()) return -1;
  return (*digits)[1].get<int>();
}

Field MakeField(const std::string& name, const Json& attributes) {
  Field field;
  field.name = name;
  const auto type = kTypes.find(attributes.at("type").get<std::string>());
  if (type == kTypes.end()) throw std::logic_error("unknown field type of " + name);
  field.type = type->second;
  field.label = attributes.value("string", name);
  field.relation = attributes.value("relation", "");
  field.relation_field = attributes.value("relation_field", "");
  field.stored = attributes.value("store", true);
  field.searchable = attributes.value("searchable", true);
  field.hidden = attributes.value("hidden", false);
  field.decimals = DecimalsOf(attributes);
  if (attributes.contains("groups"))
    field.groups = Split(attributes["groups"].get<std::string>(), ',');
  for (const Json& entry : attributes.value("selection", Json::array())) {
    if (entry[0].is_string()) field.selection.insert(entry[0].get<std::string>());
  }
  field.attributes = attributes;
  field.attributes["name"] = name;
  return field;
}

void AddFields(Model& model, const Json& fields) {
  for (const auto& [name, attributes] : fields.items()) {
    model.fields[name] = MakeField(name, attributes);
  }
}

void AddConstraints(Model& model, const Json& table) {
  for (const Json& column : table["not_null"]) model.not_null.push_back(column);
  for (const Json& unique : table["unique"]) {
    model.unique.push_back({unique["name"], unique["columns"].get<std::vector<std::string>>()});
  }
  for (const auto& [column, key] : table["foreign_keys"].items()) {
    model.foreign_keys[column] = {key["name"], key["on_delete"]};
  }
}

void AddChecks(Model& model, const Json& traits) {
  const Json checks = traits.value("checks", Json::object());
  for (const auto& [name, domain] : checks.items()) {
    model.checks.push_back({name, domain});
  }
}

void AddRelated(Model& model, const Json& traits) {
  const Json related = traits.value("related", Json::object());
  for (const auto& [name, path] : related.items()) model.fields.at(name).related = path;
}

// Fields that the version or the installed modules lack are passed over: one text serves all.
void AddRules(Model& model, const Json& traits) {
  model.completes = traits.value("completes", Json::object());
  model.display_name = traits.value("display_name", Json());
  const Json computed = traits.value("computed", Json::object());
  for (auto& [name, field] : model.fields) {
    if (computed.contains(name)) field.computed = computed[name];
  }
  const Json domains = traits.value("row_domains", Json::object());
  for (const auto& [name, domain] : domains.items()) model.fields.at(name).domain = domain;
}

// The modules left out, and those that need them.
std::set<std::string> WithDependents(std::set<std::string> without) {
  const Json modules = ParseEmbedded("data/modules.json");
  for (const std::string& name : without) {
    if (!modules.contains(name)) throw std::invalid_argument("there is no module " + name);
  }
  for (size_t before = 0; before != without.size();) {
    before = without.size();
    for (const auto& [name, needs] : modules.items()) {
      for (const Json& needed : needs) {
        if (without.contains(needed)) without.insert(name);
      }
    }
  }
  return without;
}

}  // namespace

const Field* Model::Find(std::string_view field) const {
  const auto found = fields.find(field);
  return found == fields.end() ? nullptr : &found->second;
}

bool Model::TraitHas(const std::string& trait, std::string_view field) const {
  const auto list = traits.find(trait);
  if (list == traits.end()) return false;
  for (const Json& entry : *list) {
    if (entry == std::string(field)) return true;
  }
  return false;
}

bool Model::IsPlaceholder(const std::string& field, const Json& value) const {
  const auto placeholders = traits.find("placeholders");
  return placeholders != traits.end() && placeholders->value(field, Json()) == value;
}

Schema::Schema(const std::string& version, const std::set<std::string>& without, const Json& fields)
    : version_(version), left_out_(WithDependents(without)) {
  LoadModels();
  for (const auto& [name, added] : fields.items()) AddFields(models_.at(name), added);
  DropLinks();
  LoadTables();
}

const Model* Schema::Find(std::string_view name) const {
  const auto found = models_.find(name);
  return found == models_.end() ? nullptr : &found->second;
}

const Model& Schema::Get(std::string_view name) const {
  if (const Model* model = Find(name)) return *model;
  throw std::logic_error("no model " + std::string(name));
}

void Schema::LoadModels() {
  const Json models = ParseEmbedded("data/" + version_ + "/models.json");
  for (const auto& [name, entry] : models.items()) {
    if (left_out_.contains(entry.value("module", ""))) {
      left_out_models_.insert(name);
      continue;
    }
    Model& model = models_[name];
    model.name = name;
    model.table = ReplaceAll(name, ".", "_");
    model.description = entry["description"];
    model.python_class = entry["class"];
    model.order = entry.value("order", "id");
    const bool stub = entry.value("stub", false);
    AddFields(model, stub ? Json::parse(kStubFields)
                          : ParseEmbedded("fields/" + version_ + "/" + name + ".json"));
  }
}

// Fields that lead to a model came with its module.
void Schema::DropLinks() {
  for (auto& [name, model] : models_) {
    std::erase_if(model.fields, [&](const auto& entry) { return LeftOut(entry.second.relation); });
  }
}

void Schema::LoadTables() {
  const Json tables = ParseEmbedded("data/" + version_ + "/sql.json");
  const Json defaults = ParseEmbedded("data/" + version_ + "/defaults.json");
  const Json traits = ParseEmbedded("data/" + version_ + "/traits.json");
  for (auto& [name, model] : models_) {
    if (tables.contains(name)) AddConstraints(model, tables[name]);
    model.defaults = defaults.value(name, Json::object());
    model.traits = traits.value(name, Json::object());
    AddFields(model, model.traits.value("hidden_fields", Json::object()));
    AddChecks(model, model.traits);
    AddRelated(model, model.traits);
    AddRules(model, model.traits);
  }
}

}  // namespace sandbox
