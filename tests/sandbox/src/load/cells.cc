#include "load/cells.h"

#include <charconv>

#include "base/python.h"
#include "base/text.h"
#include "orm/convert.h"
#include "orm/external_ids.h"
#include "orm/query.h"
#include "rpc/fault.h"

namespace sandbox::load {
namespace {

// A cell that cannot be converted: the text's key, and what else the message carries.
struct CellError {
  std::string key;
  std::string value;
  Json moreinfo;
};

const std::set<std::string, std::less<>> kTrue{"1", "true", "yes"};
const std::set<std::string, std::less<>> kFalse{"", "0", "false", "no"};

std::string LowerCell(const Json& cell) {
  if (cell.is_string()) return Lower(cell.get<std::string>());
  throw AttributeError("'" + python::TypeName(cell) + "' object has no attribute 'lower'");
}

Json BooleanCell(const Env& env, const Field&, const Json& cell) {
  const std::string text = LowerCell(cell);
  if (kTrue.contains(text)) return true;
  if (kFalse.contains(text)) return false;
  throw CellError{"load_boolean", python::Str(cell), env.Text("load_boolean_hint")};
}

// Python's own conversions, their complaint replaced by the import's.
Json ViaConversion(const Env& env, const Field& field, const Json& cell, const std::string& key,
                   const Json& hint) {
  try {
    return ConvertValue(env, env.model("res.partner"), field, cell);
  } catch (const Fault& fault) {
    if (fault.name != "builtins.ValueError") throw;
    throw CellError{key, python::Str(cell), hint};
  }
}

Json IntegerCell(const Env& env, const Field& field, const Json& cell) {
  return ViaConversion(env, field, cell, "load_integer", nullptr);
}

Json FloatCell(const Env& env, const Field& field, const Json& cell) {
  return ViaConversion(env, field, cell, "load_float", nullptr);
}

Json DateCell(const Env& env, const Field& field, const Json& cell) {
  return ViaConversion(env, field, cell, "load_date", env.Text("load_date_hint"));
}

Json DatetimeCell(const Env& env, const Field& field, const Json& cell) {
  return ViaConversion(env, field, cell, "load_datetime", env.Text("load_datetime_hint"));
}

// Keys and labels both name a selection value.
Json SelectionCell(const Env& env, const Field& field, const Json& cell) {
  const std::string text = LowerCell(cell);
  Json labels = Json::array();
  for (const Json& entry : field.attributes.value("selection", Json::array())) {
    const std::string label = python::Str(entry[1]);
    const bool named = text == Lower(python::Str(entry[0])) || text == Lower(label) ||
                       text == Lower(env.Term(label));
    if (named) return entry[0];
    labels.push_back(label);
  }
  throw CellError{"load_selection", python::Str(cell), labels};
}

Json TextCell(const Env&, const Field&, const Json& cell) { return cell; }

using Converter = Json (*)(const Env&, const Field&, const Json&);

Converter ConverterOf(FieldType type) {
  static const std::map<FieldType, Converter> converters{
      {FieldType::kBoolean, BooleanCell},     {FieldType::kInteger, IntegerCell},
      {FieldType::kFloat, FloatCell},         {FieldType::kMonetary, FloatCell},
      {FieldType::kDate, DateCell},           {FieldType::kDatetime, DatetimeCell},
      {FieldType::kSelection, SelectionCell},
  };
  const auto found = converters.find(type);
  return found == converters.end() ? TextCell : found->second;
}

// ---- references ----

Json PossibleValues(const Env& env, const Field& field) {
  return {{"name", "Possible Values"},
          {"type", "ir.actions.act_window"},
          {"target", "new"},
          {"view_mode", "list,form"},
          {"views", {{false, "list"}, {false, "form"}}},
          {"context", {{"create", false}}},
          {"help", env.Text("load_help")},
          {"res_model", "ir.model.data"},
          {"domain", Json::array({Json::array({"model", "=", field.relation})})}};
}

CellError NoMatch(const Env& env, const Field& field, const std::string& key, const Json& value) {
  return {key, python::Str(value), PossibleValues(env, field)};
}

int64_t ByDatabaseId(const Env& env, const Field& field, const Json& value) {
  if (value.is_structured()) {
    throw TypeError("int() argument must be a string, a bytes-like object or a real number, not '" +
                    python::TypeName(value) + "'");
  }
  const std::string text = python::Str(value);
  if (kFalse.contains(Lower(text))) return 0;
  int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw NoMatch(env, field, "load_invalid_db", value);
  }
  if (env.store().Exists(field.relation, id)) return id;
  throw NoMatch(env, field, "load_no_match_db", value);
}

int64_t ByExternalId(const Env& env, const Field& field, const Json& value) {
  const auto record = FindExternal(env, python::Str(value));
  if (record && record->model == field.relation) return record->id;
  throw NoMatch(env, field, "load_no_match_xid", value);
}

int64_t ByName(const Env& env, const Field& field, const Json& value) {
  const Json found =
      NameSearch(env, env.model(field.relation), python::Str(value), Json::array(), "=", 1);
  if (!found.empty()) return found[0][0].get<int64_t>();
  throw NoMatch(env, field, "load_no_match_name", value);
}

int64_t Resolve(const Env& env, const Field& field, const std::string& column, const Json& value) {
  if (column == ".id") return ByDatabaseId(env, field, value);
  if (column == "id") return ByExternalId(env, field, value);
  return ByName(env, field, value);
}

// The one cell that names the record.
std::pair<std::string, Json> ReferenceOf(const Record& record) {
  for (const auto& [name, value] : record.cells) {
    if (IsReference(name)) return {name, value};
  }
  return {"", nullptr};
}

Json Many2oneCells(const Env& env, const Field& field, const std::vector<Record>& records) {
  const auto [column, value] = ReferenceOf(records[0]);
  const int64_t id = Resolve(env, field, column, value);
  return id == 0 ? Json(false) : Json(id);
}

Json Many2manyCells(const Env& env, const Field& field, const std::vector<Record>& records) {
  const auto [column, value] = ReferenceOf(records[0]);
  Json ids = Json::array();
  for (const std::string& part : Split(python::Str(value), ',')) {
    ids.push_back(Resolve(env, field, column, part));
  }
  return Json::array({Json::array({6, 0, ids})});
}

Json One2manyCells(const Env& env, const Field& field, const std::vector<Record>& records,
                   const Log& log) {
  Json commands = Json::array();
  for (const Record& record : records) {
    const Json values = ConvertRecord(env, env.model(field.relation), record, log);
    const auto [column, value] = ReferenceOf(record);
    int64_t id = 0;
    if (python::Truth(value) && column == ".id") id = ByDatabaseId(env, field, value);
    if (python::Truth(value) && column == "id") {
      const auto known = FindExternal(env, python::Str(value));
      id = known ? known->id : 0;
    }
    if (id == 0) {
      commands.push_back({0, 0, values});
    } else {
      commands.push_back({1, id, values});
    }
  }
  return commands;
}

Json RelationCells(const Env& env, const Field& field, const std::vector<Record>& records,
                   const Log& log) {
  if (field.type == FieldType::kMany2one) return Many2oneCells(env, field, records);
  if (field.type == FieldType::kMany2many) return Many2manyCells(env, field, records);
  return One2manyCells(env, field, records, log);
}

Json MessageOf(const Env& env, const Field& field, const CellError& error) {
  const std::string label = env.Term(field.label);
  Json message = {{"field", field.name},
                  {"message", env.Text(error.key, {{"value", error.value}, {"field", label}})}};
  if (!error.moreinfo.is_null()) message["moreinfo"] = error.moreinfo;
  message["field_name"] = label;
  return message;
}

}  // namespace

Json ConvertRecord(const Env& env, const Model& model, const Record& record, const Log& log) {
  Json values = Json::object();
  const auto convert = [&](const Field& field, auto&& conversion) {
    try {
      values[field.name] = conversion();
    } catch (const CellError& error) {
      log(MessageOf(env, field, error));
    }
  };
  for (const auto& [name, cell] : record.cells) {
    const Field* field = IsReference(name) ? nullptr : model.Find(name);
    if (!field) continue;
    convert(*field, [&, &cell = cell] {
      return python::Truth(cell) ? ConverterOf(field->type)(env, *field, cell) : Json(false);
    });
  }
  for (const auto& [name, records] : record.relations) {
    const Field& field = *model.Find(name);
    convert(field, [&, &records = records] {
      return records.empty() ? Json(false) : RelationCells(env, field, records, log);
    });
  }
  return values;
}

}  // namespace sandbox::load
