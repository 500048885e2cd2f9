// All records, in memory, with an undo journal: a call is one transaction, and `load` sets
// savepoints inside it. Ids and sequence numbers are never given twice, also after a rollback,
// just as PostgreSQL's sequences. Not thread safe: the dispatcher holds a lock.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orm/schema.h"

namespace sandbox {

class Store {
 public:
  // What a transaction did to one record; nothing before it was made, nothing after it was deleted.
  struct Change {
    std::string model;
    int64_t id;
    std::optional<Values> before, after;
  };

  explicit Store(const Schema& schema);

  bool Exists(const std::string& model, int64_t id) const { return Find(model, id) != nullptr; }
  const Values* Find(const std::string& model, int64_t id) const;
  Ids All(const std::string& model) const;
  // The records whose many2one `field` is `id`.
  Ids Referring(const std::string& model, const std::string& field, int64_t id) const;
  // The records with this value in an indexed field: a stored many2one, or one that the trait
  // "indexed" names.
  Ids With(const std::string& model, const std::string& field, const Json& value) const;

  int64_t NextId(const std::string& model);
  int64_t NextNumber(const std::string& sequence);
  void ReserveId(const std::string& model, int64_t id);

  void Insert(const std::string& model, int64_t id, Values values);
  void Set(const std::string& model, int64_t id, const std::string& field, Json value);
  void Erase(const std::string& model, int64_t id);

  // A savepoint, and the way back to it.
  size_t Mark() const { return journal_.size(); }
  void RollbackTo(size_t mark);
  void Commit() { journal_.clear(); }
  // One entry per record since the last Commit, in the order in which they were first touched.
  std::vector<Change> Changes() const;

 private:
  struct Table {
    std::map<int64_t, Values> rows;
    std::map<std::string, std::map<std::string, std::set<int64_t>>> index;  // by field and value
    int64_t last_id = 0;
  };
  struct Undo {
    std::string model;
    int64_t id;
    std::optional<Values> before;
  };

  void Replace(const std::string& model, int64_t id, std::optional<Values> values);
  static void Index(Table& table, int64_t id, const Values& values, bool present);

  std::map<std::string, Table, std::less<>> tables_;
  std::map<std::string, int64_t> numbers_;
  std::vector<Undo> journal_;
};

}  // namespace sandbox
