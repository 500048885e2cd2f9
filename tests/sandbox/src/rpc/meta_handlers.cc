#include "base/python.h"
#include "base/text.h"
#include "orm/access.h"
#include "orm/crud.h"
#include "orm/external_ids.h"
#include "orm/query.h"
#include "orm/records.h"
#include "rpc/fault.h"
#include "rpc/handlers.h"

namespace sandbox {
namespace {

Json FieldsGetHandler(const BoundCall& call) {
  return FieldsGet(call.env, call.model, call.arguments["allfields"], call.arguments["attributes"]);
}

Json DefaultGetHandler(const BoundCall& call) {
  const Json& arguments = call.arguments;
  const Json& fields =
      arguments.contains("fields") ? arguments["fields"] : arguments["fields_list"];
  return DefaultGet(call.env, call.model, fields.get<std::vector<std::string>>());
}

Json HasAccessHandler(const BoundCall& call) {
  const std::string operation = python::Str(call.arguments["operation"]);
  if (!HasAccess(call.env, call.model, operation)) return false;
  for (const int64_t id : ParseIds(call.ids)) {
    if (!RuleAllows(call.env, call.model, id)) return false;
  }
  return true;
}

Json CheckAccessRights(const BoundCall& call) {
  const std::string operation = python::Str(call.arguments["operation"]);
  const bool allowed = HasAccess(call.env, call.model, operation);
  if (!allowed && python::Truth(call.arguments["raise_exception"])) {
    CheckModelAccess(call.env, call.model, operation);
  }
  return allowed;
}

Json GetExternalId(const BoundCall& call) {
  Json answer = Json::object();
  for (const int64_t id : ParseIds(call.ids)) {
    const auto names = ExternalIdsOf(call.env, call.model.name, id);
    answer[std::to_string(id)] = names.empty() ? "" : names[0].name;
  }
  return answer;
}

Json UserPair(const BoundCall& call, int64_t id, const std::string& field) {
  const int64_t user = RawId(call.env, call.model, id, field);
  if (user == 0) return false;
  return {user, DisplayName(call.env, call.env.model("res.users"), user)};
}

Json MetadataOf(const BoundCall& call, int64_t id) {
  Json names = Json::array();
  for (const ExternalId& name : ExternalIdsOf(call.env, call.model.name, id)) {
    names.push_back({{"xmlid", name.name}, {"noupdate", name.noupdate}});
  }
  return {{"id", id},
          {"create_uid", UserPair(call, id, "create_uid")},
          {"create_date", RawValue(call.env, call.model, id, "create_date")},
          {"write_uid", UserPair(call, id, "write_uid")},
          {"write_date", RawValue(call.env, call.model, id, "write_date")},
          {"xmlid", names.empty() ? Json(false) : names[0]["xmlid"]},
          {"noupdate", names.empty() ? Json(false) : names[0]["noupdate"]},
          {"xmlids", names}};
}

Json GetMetadata(const BoundCall& call) {
  Json answer = Json::array();
  for (const int64_t id : ParseIds(call.ids)) {
    if (call.env.store().Exists(call.model.name, id)) answer.push_back(MetadataOf(call, id));
  }
  return answer;
}

Json CheckObjectReference(const BoundCall& call) {
  const std::string external_id =
      python::Str(call.arguments["module"]) + "." + python::Str(call.arguments["xml_id"]);
  const auto record = FindExternal(call.env, external_id);
  if (!record) throw ValueError("External ID not found in the system: " + external_id);
  const Model& model = call.env.model(record->model);
  const bool visible =
      HasAccess(call.env, model, "read") && RuleAllows(call.env, model, record->id);
  if (visible) return {record->model, record->id};
  if (python::Truth(call.arguments["raise_on_access_error"])) {
    throw AccessError("Not enough access rights on the external ID \"" + external_id + "\"");
  }
  return {record->model, false};
}

Json ContextGet(const BoundCall& call) {
  return {{"lang", "en_US"}, {"tz", false}, {"uid", call.env.uid()}};
}

Json ExportData(const BoundCall& call) { throw UserError(call.env.Text("export_denied")); }

// "amount_total:sum", "date_order:month"
void CheckGroupField(const BoundCall& call, const std::string& specification) {
  const std::string name = specification.substr(0, specification.find(':'));
  if (call.model.Has(name) || name == "__count") return;
  throw ValueError(call.env.Text(
      "group_field",
      {{"field", name}, {"model", call.model.name}, {"specification", specification}}));
}

void CheckGranularity(const BoundCall& call, const std::string& groupby) {
  static const std::set<std::string, std::less<>> known{"hour",  "day",     "week",
                                                        "month", "quarter", "year"};
  CheckGroupField(call, groupby);
  const size_t colon = groupby.find(':');
  if (colon == std::string::npos || known.contains(groupby.substr(colon + 1))) return;
  throw ValueError("Granularity specification isn't correct: " +
                   python::Repr(groupby.substr(colon + 1)));
}

Json ReadGroup(const BoundCall& call) {
  const Json& arguments = call.arguments;
  const Json& groupby = arguments["groupby"];
  for (const Json& group : groupby.is_array() ? groupby : Json::array({groupby})) {
    CheckGranularity(call, python::Str(group));
  }
  const Json& fields =
      arguments.contains("aggregates") ? arguments["aggregates"] : arguments["fields"];
  for (const Json& field : fields) CheckGroupField(call, python::Str(field));
  throw UserError("The sandbox does not group");
}

}  // namespace

const std::vector<HandlerEntry>& MetaHandlers() {
  static const std::vector<HandlerEntry> handlers{
      {"fields_get", FieldsGetHandler},
      {"default_get", DefaultGetHandler},
      {"has_access", HasAccessHandler},
      {"check_access_rights", CheckAccessRights},
      {"get_external_id", GetExternalId},
      {"get_metadata", GetMetadata},
      {"check_object_reference", CheckObjectReference},
      {"context_get", ContextGet},
      {"export_data", ExportData},
      {"read_group", ReadGroup},
  };
  return handlers;
}

}  // namespace sandbox
