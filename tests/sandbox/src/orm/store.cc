#include "orm/store.h"

#include <algorithm>
#include <utility>

namespace sandbox {
namespace {

std::string Key(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

Store::Store(const Schema& schema) {
  for (const auto& [name, model] : schema.models()) {
    Table& table = tables_[name];
    for (const auto& [field_name, field] : model.fields) {
      const bool reference = field.type == FieldType::kMany2one && field.stored;
      if (reference || model.TraitHas("indexed", field_name)) table.index[field_name];
    }
  }
}

const Values* Store::Find(const std::string& model, int64_t id) const {
  const auto table = tables_.find(model);
  if (table == tables_.end()) return nullptr;
  const auto row = table->second.rows.find(id);
  return row == table->second.rows.end() ? nullptr : &row->second;
}

Ids Store::All(const std::string& model) const {
  Ids ids;
  const auto table = tables_.find(model);
  if (table == tables_.end()) return ids;
  for (const auto& [id, values] : table->second.rows) ids.push_back(id);
  return ids;
}

Ids Store::Referring(const std::string& model, const std::string& field, int64_t id) const {
  return With(model, field, id);
}

Ids Store::With(const std::string& model, const std::string& field, const Json& value) const {
  const auto table = tables_.find(model);
  if (table == tables_.end()) return {};
  const auto index = table->second.index.find(field);
  if (index == table->second.index.end()) return {};
  const auto rows = index->second.find(Key(value));
  if (rows == index->second.end()) return {};
  return {rows->second.begin(), rows->second.end()};
}

int64_t Store::NextId(const std::string& model) { return ++tables_[model].last_id; }

int64_t Store::NextNumber(const std::string& sequence) { return ++numbers_[sequence]; }

void Store::ReserveId(const std::string& model, int64_t id) {
  Table& table = tables_[model];
  table.last_id = std::max(table.last_id, id);
}

void Store::Insert(const std::string& model, int64_t id, Values values) {
  journal_.push_back({model, id, std::nullopt});
  Replace(model, id, std::move(values));
}

void Store::Set(const std::string& model, int64_t id, const std::string& field, Json value) {
  Values values = *Find(model, id);
  journal_.push_back({model, id, values});
  values[field] = std::move(value);
  Replace(model, id, std::move(values));
}

void Store::Erase(const std::string& model, int64_t id) {
  const Values* values = Find(model, id);
  if (!values) return;
  journal_.push_back({model, id, *values});
  Replace(model, id, std::nullopt);
}

void Store::RollbackTo(size_t mark) {
  while (journal_.size() > mark) {
    Undo undo = std::move(journal_.back());
    journal_.pop_back();
    Replace(undo.model, undo.id, std::move(undo.before));
  }
}

std::vector<Store::Change> Store::Changes() const {
  std::vector<Change> changes;
  std::set<std::pair<std::string, int64_t>> seen;
  for (const Undo& undo : journal_) {
    if (!seen.emplace(undo.model, undo.id).second) continue;
    const Values* now = Find(undo.model, undo.id);
    changes.push_back({undo.model, undo.id, undo.before, now ? std::optional(*now) : std::nullopt});
  }
  return changes;
}

void Store::Replace(const std::string& model, int64_t id, std::optional<Values> values) {
  Table& table = tables_[model];
  const auto row = table.rows.find(id);
  if (row != table.rows.end()) {
    Index(table, id, row->second, false);
    table.rows.erase(row);
  }
  if (!values) return;
  Index(table, id, *values, true);
  table.rows.emplace(id, std::move(*values));
}

void Store::Index(Table& table, int64_t id, const Values& values, bool present) {
  for (auto& [field, rows] : table.index) {
    const auto value = values.find(field);
    if (value == values.end() || value->second == false) continue;
    std::set<int64_t>& ids = rows[Key(value->second)];
    if (present) {
      ids.insert(id);
    } else {
      ids.erase(id);
    }
  }
}

}  // namespace sandbox
