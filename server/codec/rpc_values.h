// A sink of ValuesWalk that writes records as Odoo's `create` and `write` take them: x2many fields
// as commands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/values.h"
#include "schema/schema.h"

namespace gateway::codec {

// External ids of a request and what they stand for.
using ResolvedIds = schema::NameMap<std::int64_t>;

// The id that a reference stands for. External ids were resolved before; one that is not there is
// 0.
inline std::int64_t IdOf(const Reference& reference, const ResolvedIds& resolved) {
  if (reference.external_id.empty()) return reference.id;
  const auto found = resolved.find(reference.external_id);
  return found == resolved.end() ? 0 : found->second;
}

// `Writer` is structural: JsonWriter or its like for another protocol.
template <class Writer>
class RpcValues {
 public:
  RpcValues(Writer& out, const ResolvedIds& resolved) : out_(out), resolved_(resolved) {}

  void BeginRecord(std::string_view) { out_.BeginObject(); }
  void EndRecord() { out_.EndObject(); }
  void Field(std::string_view odoo_name) { out_.Key(odoo_name); }
  void Text(std::string_view text) { out_.Text(text); }
  void Integer(std::int64_t value) { out_.Integer(value); }
  void Decimal(std::string_view digits) { out_.Decimal(digits); }
  void Boolean(bool value) { out_.Boolean(value); }
  void Binary(std::string_view bytes) { out_.Binary(bytes); }
  void Empty() { out_.Boolean(false); }
  void Relation(std::string_view) {}
  void One(const Reference& reference) { out_.Integer(IdOf(reference, resolved_)); }

  void Set(const std::vector<Reference>& references) {
    out_.BeginArray();
    BeginCommand(kSet, 0);
    out_.BeginArray();
    for (const Reference& reference : references) One(reference);
    out_.EndArray();
    out_.EndArray();
    out_.EndArray();
  }

  void Delta(const std::vector<Reference>& add, const std::vector<Reference>& remove) {
    out_.BeginArray();
    for (const Reference& reference : add) Command(kLink, IdOf(reference, resolved_));
    for (const Reference& reference : remove) Command(kUnlink, IdOf(reference, resolved_));
    out_.EndArray();
  }

  void BeginRows() { out_.BeginArray(); }
  void EndRows() { out_.EndArray(); }
  void BeginRow(std::int64_t id) { BeginCommand(id == 0 ? kCreate : kUpdate, id); }
  void EndRow() { out_.EndArray(); }
  void DeleteRow(std::int64_t id) { Command(kDelete, id); }

 private:
  // odoo.fields.Command
  static constexpr int kCreate = 0;
  static constexpr int kUpdate = 1;
  static constexpr int kDelete = 2;
  static constexpr int kUnlink = 3;
  static constexpr int kLink = 4;
  static constexpr int kSet = 6;

  void BeginCommand(int command, std::int64_t id) {
    out_.BeginArray();
    out_.Integer(command);
    out_.Integer(id);
  }
  void Command(int command, std::int64_t id) {
    BeginCommand(command, id);
    out_.Integer(0);
    out_.EndArray();
  }

  Writer& out_;
  const ResolvedIds& resolved_;
};

}  // namespace gateway::codec
