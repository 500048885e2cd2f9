#include "codec/record_ids.h"

#include "codec/wire.h"

namespace gateway::codec {
namespace {

using contract::Method;
using contract::RequestRole;
using contract::ResponseRole;
using Ids = std::vector<std::int64_t>;

void AddIds(const WireField& field, Ids* ids) {
  ForEachVarint(field, [ids](std::uint64_t id) {
    if (ids->size() < kMostIds) ids->push_back(static_cast<std::int64_t>(id));
  });
}

void AddIdOf(std::string_view record, Ids* ids) {
  WireField field;
  for (WireReader reader(record); reader.Next(field);) {
    if (field.number == contract::kIdNumber) return AddIds(field, ids);
  }
}

}  // namespace

Ids IdsInRequest(const Method& method, std::string_view bytes) {
  Ids ids;
  WireField field;
  for (WireReader reader(bytes); reader.Next(field);) {
    if (field.number == method.number(RequestRole::kIds)) AddIds(field, &ids);
    if (field.number == method.number(RequestRole::kId) && field.type == WireType::kVarint) {
      ids = {static_cast<std::int64_t>(field.integer)};
    }
  }
  return ids;
}

bool IsValidateOnly(const Method& method, std::string_view bytes) {
  bool asked = false;
  WireField field;
  for (WireReader reader(bytes); reader.Next(field);) {
    if (field.number == method.number(RequestRole::kValidateOnly)) asked = field.integer != 0;
  }
  return asked;
}

Ids IdsInResponse(const Method& method, std::string_view bytes) {
  Ids ids;
  WireField field;
  for (WireReader reader(bytes); reader.Next(field);) {
    if (field.number == method.number(ResponseRole::kIds)) AddIds(field, &ids);
    const bool holds_record = field.number == method.number(ResponseRole::kRecord) ||
                              field.number == method.number(ResponseRole::kRecords);
    if (holds_record) AddIdOf(field.bytes, &ids);
  }
  return ids;
}

}  // namespace gateway::codec
