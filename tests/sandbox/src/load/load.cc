// `load`: creates or updates records by external id, in one go, else one by one to tell every
// row's fault. Faults become messages; any error undoes all.
#include <algorithm>
#include <optional>

#include "base/python.h"
#include "base/text.h"
#include "load/cells.h"
#include "load/rows.h"
#include "models/behaviour.h"
#include "orm/constraints.h"
#include "orm/crud.h"
#include "orm/external_ids.h"
#include "rpc/fault.h"
#include "rpc/handlers.h"

namespace sandbox {
namespace {

constexpr size_t kMaxErrors = 10;

struct Row {
  std::string external_id;
  Json database_id;
  Json values;
  Json info;  // {"rows": {"from", "to"}, "record"}
};

// UserError and its children.
bool IsUserError(const Fault& fault) { return fault.name.starts_with("odoo.exceptions."); }

std::string PythonClass(const Fault& fault) {
  return "<class '" + ReplaceAll(fault.name, "builtins.", "") + "'>";
}

Json With(const Json& info, const Json& more) {
  Json message = info;
  message.update(more);
  return message;
}

// The label of a column in the imported model: Odoo looks there even if the table is another's.
std::string LabelOf(const Env& env, const Model& model, const std::string& column) {
  const Field* field = model.Find(column);
  return env.Term(field ? field->label : column);
}

Json NotNullMessage(const Env& env, const Model& model, const Fault& fault) {
  const Catalog::Arguments arguments{{"label", LabelOf(env, model, fault.column)},
                                     {"field", fault.column},
                                     {"table", fault.table}};
  if (fault.table != model.table) {
    return {{"message", env.Text("load_not_null_linked", arguments)}};
  }
  const std::string text =
      env.Is18() ? env.Text("load_not_null", arguments) : IntegrityText(env, fault);
  return {{"message", text}, {"field", fault.column}};
}

// A constraint of another table keeps PostgreSQL's own words, whole row included.
Json ConstraintMessage(const Env& env, const Model& model, const Fault& fault) {
  if (fault.table != model.table) return {{"message", fault.message}};
  const bool check = fault.name.ends_with("CheckViolation");
  const bool unique = fault.name.ends_with("UniqueViolation");
  if (env.Is18()) {
    if (check) return {{"message", "'" + IntegrityText(env, fault) + "'"}};
    if (!unique) return {{"message", fault.message}};
    const std::string text = env.Text(
        "load_unique", {{"field", fault.column}, {"label", LabelOf(env, model, fault.column)}});
    return {{"message", text}, {"field", fault.column}};
  }
  Json message = {{"message", IntegrityText(env, fault)}};
  if (!check) message["field"] = fault.column;
  return message;
}

Json MessageOf(const Env& env, const Model& model, const Fault& fault) {
  // Here, and not in a plain create, Odoo has found the translation.
  if (fault.message == env.Text("image_invalid"))
    return {{"message", env.Text("load_image_invalid")}};
  if (fault.name.ends_with("NotNullViolation")) return NotNullMessage(env, model, fault);
  const bool nameless = fault.constraint == "ir_model_data_name_nospaces";
  if (IsIntegrityError(fault) && !nameless) return ConstraintMessage(env, model, fault);
  const bool own_text = IsUserError(fault) || fault.name.starts_with("psycopg2.");
  if (own_text) return {{"message", fault.message}};
  const std::string error =
      fault.name == "builtins.KeyError" ? python::Repr(fault.message) : fault.message;
  return {
      {"message", env.Text("load_unknown_error", {{"type", PythonClass(fault)}, {"error", error}})},
      {"moreinfo", env.Text("load_resolve_first")}};
}

class Loader {
 public:
  Loader(const Env& env, const Model& model)
      : env_(env),
        model_(model),
        update_(env.context().value("mode", Json("init")) == "update"),
        noupdate_(python::Truth(env.context().value("noupdate", Json(false)))) {}

  Json Load(const Json& columns, const Json& rows) {
    const size_t start = env_.store().Mark();
    const auto paths = load::ParseColumns(model_, env_.schema(), columns);
    Convert(load::ExtractRecords(model_, env_.schema(), paths, rows));
    Flush();
    if (HasErrors()) env_.store().RollbackTo(start);
    return {
        {"ids", HasErrors() ? Json(false) : Json(ids_)}, {"messages", messages_}, {"nextrow", 0}};
  }

 private:
  bool HasErrors() const {
    for (const Json& message : messages_) {
      if (message["type"] == "error") return true;
    }
    return false;
  }

  void Convert(const std::vector<load::Extracted>& records) {
    for (size_t index = 0; index < records.size(); ++index) {
      const load::Extracted& extracted = records[index];
      const Json rows = {{"from", extracted.from}, {"to", extracted.to}};
      const load::Log log = [&](const Json& message) {
        messages_.push_back(With({{"rows", rows}, {"type", "error"}, {"record", index}}, message));
      };
      const Json name = extracted.record.Cell("id");
      batch_.push_back({python::Truth(name) ? Qualified(python::Str(name)) : "",
                        extracted.record.Cell(".id"),
                        load::ConvertRecord(env_, model_, extracted.record, log),
                        {{"rows", rows}, {"record", index}}});
    }
  }

  static std::string Qualified(const std::string& name) {
    return name.find('.') == std::string::npos ? "__import__." + name : name;
  }

  void Flush() {
    for (Row& row : batch_) BehaviourOf(model_.name).PrepareImport(env_, row.values);
    const size_t mark = env_.store().Mark();
    std::optional<Json> joint_message;
    try {
      for (const Row& row : batch_) ids_.push_back(LoadRecord(row));
      return;
    } catch (const Fault& fault) {
      if (IsUserError(fault)) joint_message = ErrorMessage(batch_[0], fault);
    }
    env_.store().RollbackTo(mark);
    ids_.clear();
    const bool failed = FlushOneByOne();
    const bool told =
        joint_message && std::ranges::find(messages_, *joint_message) != messages_.end();
    if (failed && joint_message && !told) messages_.insert(messages_.begin(), *joint_message);
  }

  bool FlushOneByOne() {
    size_t errors = 0;
    for (size_t i = 0; i < batch_.size(); ++i) {
      const size_t mark = env_.store().Mark();
      try {
        ids_.push_back(LoadRecord(batch_[i]));
      } catch (const Fault& fault) {
        env_.store().RollbackTo(mark);
        messages_.push_back(ErrorMessage(batch_[i], fault));
        ++errors;
      }
      if (errors >= kMaxErrors && errors >= (i + 1) / kMaxErrors) {
        messages_.push_back({{"type", "warning"},
                             {"message",
                              "Found more than 10 errors and more than one error per 10 "
                              "records, interrupted to avoid showing too many errors."}});
        break;
      }
    }
    return errors > 0;
  }

  Json ErrorMessage(const Row& row, const Fault& fault) const {
    return With(With(row.info, {{"type", "error"}}), MessageOf(env_, model_, fault));
  }

  int64_t LoadRecord(const Row& row) {
    if (row.external_id.empty()) return LoadNameless(row);
    const auto known = FindExternal(env_, row.external_id);
    if (known && known->model != model_.name) throw OtherModel(row, *known);
    if (known && env_.store().Exists(model_.name, known->id)) {
      // A record that is protected from updates keeps what people made of it.
      const bool keeps = update_ && known->noupdate;
      if (!keeps) Write(env_, model_, {known->id}, row.values);
      return known->id;
    }
    if (known) env_.store().Erase("ir.model.data", known->row);
    const int64_t id = Create(env_, model_, Json::array({row.values}))[0];
    AddExternal(env_, row.external_id, model_.name, id, noupdate_);
    return id;
  }

  int64_t LoadNameless(const Row& row) {
    if (python::Truth(row.database_id)) {
      const int64_t id = std::stoll(python::Str(row.database_id));
      Write(env_, model_, {id}, row.values);
      return id;
    }
    if (!update_) return Create(env_, model_, Json::array({row.values}))[0];
    if (env_.Is18()) throw KeyError("record");
    throw ValidationError("Cannot update a record without specifying its id or xml_id");
  }

  Fault OtherModel(const Row& row, const ExternalRecord& known) const {
    return ValidationError("For external id " + row.external_id +
                           " when trying to create/update a record of model " + model_.name +
                           " found record of different model " + known.model + " (" +
                           std::to_string(known.row) + ")");
  }

  const Env env_;
  const Model& model_;
  const bool update_, noupdate_;
  std::vector<Row> batch_;
  Ids ids_;
  std::vector<Json> messages_;
};

Json LoadRecords(const BoundCall& call) {
  return Loader(call.env, call.model).Load(call.arguments["fields"], call.arguments["data"]);
}

}  // namespace

const std::vector<HandlerEntry>& ImportHandlers() {
  static const std::vector<HandlerEntry> handlers{{"load", LoadRecords}};
  return handlers;
}

}  // namespace sandbox
