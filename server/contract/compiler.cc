#include "contract/compiler.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "contract/build.h"

namespace gateway::contract {

void Build::Note(std::string_view where, std::string_view what) {
  mistakes.push_back(std::string(where) + ": " + std::string(what));
}

std::string FormOf(const pb::FieldDescriptor& field) {
  const std::string repeated = field.is_repeated() ? "repeated " : "";
  if (field.message_type() != nullptr) return repeated + field.message_type()->full_name();
  if (field.enum_type() != nullptr) return repeated + "enum";
  return repeated + field.type_name();
}

std::optional<options::MessageRule> RuleOf(const pb::Descriptor& message) {
  if (!message.options().HasExtension(options::message)) return std::nullopt;
  return message.options().GetExtension(options::message);
}

// The only one who may fill a Catalog.
class Compiler {
 public:
  static Catalog Finish(Build build) {
    Catalog catalog;
    catalog.pool_ = std::move(build.pool);
    catalog.files_ = std::move(build.files);
    catalog.enums_ = std::move(build.enums);
    catalog.names_ = std::move(build.names);
    catalog.records_ = std::move(build.records);
    catalog.values_ = std::move(build.values);
    catalog.filters_ = std::move(build.filters);
    catalog.methods_ = std::move(build.methods);
    std::set<std::string> models;
    std::set<std::string> services;
    for (const auto& record : catalog.records_) models.insert(record->model);
    for (const auto& method : catalog.methods_) {
      catalog.by_path_.emplace(method->path, method.get());
      services.insert(method->service);
    }
    catalog.models_.assign(models.begin(), models.end());
    catalog.services_.assign(services.begin(), services.end());
    return catalog;
  }
};

std::variant<Catalog, Mistakes> Compile(const std::vector<DescriptorSet>& sets) {
  Build build;
  LoadFiles(sets, build);
  // Without its files nothing can be said; after that, everything is said at once.
  if (build.mistakes.empty()) {
    CompileMessages(build);
    CompileNames(build);
    CompileMethods(build);
  }
  if (!build.mistakes.empty()) return std::move(build.mistakes);
  return Compiler::Finish(std::move(build));
}

namespace {

std::string Names(const Field& field) {
  if (field.names.empty()) return {};
  std::string text = " odoo:";
  for (const VersionedName& name : field.names) {
    text += " " + name.name;
    if (name.since != 0) text += " from " + std::to_string(name.since);
    if (name.until != 0) text += " until " + std::to_string(name.until);
  }
  return text;
}

void DumpField(const Field& field, bool writable, std::ostringstream& out) {
  out << "    " << field.number << " " << field.name << " " << TypeName(field.type);
  if (!field.relation.empty()) out << "(" << field.relation << ")";
  if (!writable) out << " read-only";
  if (field.required) out << (field.required_unless.empty() ? " required" : " required-unless-set");
  if (field.on_request) out << " on-request";
  if (field.create_only) out << " create-only";
  out << Names(field) << "\n";
}

void DumpStates(std::string_view what, const std::vector<FieldState>& states,
                std::ostringstream& out) {
  for (const FieldState& state : states) {
    out << " " << what << " " << state.field->name << " in";
    for (const std::string& value : state.one_of) out << " " << value;
  }
}

void DumpWizard(const Wizard& wizard, std::ostringstream& out) {
  out << " through " << wizard.record->model;
  if (wizard.records_field != nullptr) out << " for " << wizard.records_field->name;
  if (wizard.active_records) out << " with active records";
  for (const Wizard::FixedValue& value : wizard.values) {
    out << " " << value.field->name << "=" << value.text;
  }
}

void DumpContext(std::string_view what, const std::vector<ContextEntry>& context,
                 std::ostringstream& out) {
  for (const ContextEntry& entry : context) {
    out << " " << what << " " << entry.key << (entry.record_ids ? "=ids" : "");
  }
}

void DumpAction(const Method& method, std::ostringstream& out) {
  const Action& action = method.action;
  if (method.operation != Operation::kCall) return;
  out << "." << action.method;
  if (action.wizard) DumpWizard(*action.wizard, out);
  DumpContext("context", action.context, out);
  for (const auto& [number, chosen] : action.choices) {
    DumpContext(action.choice_field + " " + std::to_string(number), chosen, out);
  }
  DumpStates("if", action.preconditions, out);
  DumpStates("done when", action.done_when, out);
  if (action.result != nullptr) out << " makes " << action.result->model;
}

void DumpRecord(const Record& record, const Values* values, std::ostringstream& out) {
  out << "  record " << record.full_name << " = " << record.model << "\n";
  for (const Field& field : record.fields) {
    const bool writable = values != nullptr && values->FindNumber(field.number) != nullptr;
    DumpField(field, writable, out);
  }
}

// What may be written to each record, on its own or as rows of another.
using WritableRecords = std::map<const Record*, const Values*>;

void Collect(const Values& values, WritableRecords& writable) {
  if (!writable.emplace(values.record, &values).second) return;
  for (const ValuesField& field : values.fields) {
    if (field.rows != nullptr) Collect(*field.rows, writable);
  }
}

const Values* ValuesOf(const Record* record, const WritableRecords& writable) {
  const auto found = writable.find(record);
  return found == writable.end() ? nullptr : found->second;
}

}  // namespace

std::string Dump(const Catalog& catalog) {
  std::ostringstream out;
  std::set<const Record*> dumped;
  WritableRecords writable;
  for (const auto& method : catalog.methods()) {
    if (method->values != nullptr) Collect(*method->values, writable);
  }
  for (const auto& method : catalog.methods()) {
    out << method->path << " " << base::NameOf(method->operation) << " " << method->record->model;
    DumpAction(*method, out);
    out << "\n";
    const bool writes = method->values != nullptr && method->operation != Operation::kCall;
    if (writes && dumped.insert(method->record).second) {
      DumpRecord(*method->record, method->values, out);
    }
  }
  for (const std::string& model : catalog.models()) {
    const Record* record = catalog.RecordOf(model);
    if (dumped.insert(record).second) DumpRecord(*record, ValuesOf(record, writable), out);
  }
  return out.str();
}

}  // namespace gateway::contract
