#include "load/rows.h"

#include <algorithm>

#include "base/python.h"
#include "base/text.h"
#include "rpc/fault.h"

namespace sandbox::load {
namespace {

// Python iterates over the letters of a text; of other scalars it complains.
Json Iterate(const Json& value) {
  if (value.is_array()) return value;
  if (!value.is_string()) {
    throw TypeError("'" + python::TypeName(value) + "' object is not iterable");
  }
  Json letters = Json::array();
  for (const char letter : value.get<std::string>()) letters.push_back(std::string(1, letter));
  return letters;
}

void CheckLength(const Json& rows) {
  if (rows.is_array() || rows.is_string()) return;
  throw TypeError("object of type '" + python::TypeName(rows) + "' has no len()");
}

Path ParseColumn(const Model& model, const Schema& schema, const std::string& column) {
  Path path = Split(column, '/');
  const Model* at = &model;
  for (const std::string& name : path) {
    if (IsReference(name)) break;
    const Field* field = at ? at->Find(name) : nullptr;
    if (at && !field) throw ValueError("Invalid field name " + python::Repr(name));
    at = at ? schema.Find(field->relation) : nullptr;
  }
  return path;
}

bool IsRelational(const Model& model, const std::string& name) {
  const Field* field = model.Find(name);
  return field && (field->IsX2many() || field->type == FieldType::kMany2one);
}

bool IsOne2many(const Model& model, const std::string& name) {
  const Field* field = model.Find(name);
  return field && field->type == FieldType::kOne2many;
}

Json CellOf(const Json& row, size_t column) {
  return column < row.size() ? row[column] : Json(nullptr);
}

// A row that continues the record before it: values in one2many columns only.
bool Continues(const Model& model, const std::vector<Path>& paths, const Json& row) {
  bool any_line = false, any_other = false;
  for (size_t i = 0; i < std::min(paths.size(), row.size()); ++i) {
    bool& any = IsOne2many(model, paths[i][0]) ? any_line : any_other;
    any = any || python::Truth(row[i]);
  }
  return any_line && !any_other;
}

// The columns below one relational field, cut out of the record's rows.
std::vector<Record> SubRecords(const Model& model, const Schema& schema,
                               const std::vector<Path>& paths, const Json& span,
                               const std::string& name) {
  std::vector<Path> subpaths;
  std::vector<size_t> columns;
  for (size_t i = 0; i < paths.size(); ++i) {
    if (paths[i][0] != name) continue;
    columns.push_back(i);
    Path rest(paths[i].begin() + 1, paths[i].end());
    subpaths.push_back(rest.empty() ? Path{""} : rest);
  }
  Json rows = Json::array();
  for (const Json& row : span) {
    Json picked = Json::array();
    for (const size_t column : columns) picked.push_back(CellOf(row, column));
    if (std::ranges::any_of(picked, python::Truth)) rows.push_back(picked);
  }
  const Model* comodel = schema.Find(model.Find(name)->relation);
  static const Model nothing;
  std::vector<Record> records;
  for (Extracted& sub : ExtractRecords(comodel ? *comodel : nothing, schema, subpaths, rows)) {
    records.push_back(std::move(sub.record));
  }
  return records;
}

Record ExtractOne(const Model& model, const Schema& schema, const std::vector<Path>& paths,
                  const Json& span) {
  Record record;
  for (size_t i = 0; i < std::min(paths.size(), span[0].size()); ++i) {
    const std::string& name = paths[i][0];
    if (!IsRelational(model, name)) record.cells.emplace_back(name, span[0][i]);
  }
  for (const Path& path : paths) {
    const bool seen = std::ranges::any_of(
        record.relations, [&](const auto& relation) { return relation.first == path[0]; });
    if (seen || !IsRelational(model, path[0])) continue;
    record.relations.emplace_back(path[0], SubRecords(model, schema, paths, span, path[0]));
  }
  return record;
}

}  // namespace

Json Record::Cell(const std::string& name) const {
  for (const auto& [column, value] : cells) {
    if (column == name) return value;
  }
  return nullptr;
}

std::vector<Path> ParseColumns(const Model& model, const Schema& schema, const Json& columns) {
  std::vector<Path> paths;
  for (const Json& column : Iterate(columns)) {
    paths.push_back(ParseColumn(model, schema, python::Str(column)));
  }
  return paths;
}

std::vector<Extracted> ExtractRecords(const Model& model, const Schema& schema,
                                      const std::vector<Path>& paths, const Json& given) {
  CheckLength(given);
  Json rows = Json::array();
  for (const Json& row : Iterate(given)) rows.push_back(Iterate(row));
  std::vector<Extracted> records;
  for (size_t index = 0; index < rows.size();) {
    Json span = Json::array({rows[index]});
    while (index + span.size() < rows.size() &&
           Continues(model, paths, rows[index + span.size()])) {
      span.push_back(rows[index + span.size()]);
    }
    records.push_back({ExtractOne(model, schema, paths, span), index, index + span.size() - 1});
    index += span.size();
  }
  return records;
}

}  // namespace sandbox::load
