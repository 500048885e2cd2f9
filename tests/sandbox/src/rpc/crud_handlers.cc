#include "base/python.h"
#include "orm/access.h"
#include "orm/copy.h"
#include "orm/crud.h"
#include "orm/read.h"
#include "orm/records.h"
#include "orm/search.h"
#include "rpc/fault.h"
#include "rpc/handlers.h"

namespace sandbox {
namespace {

Page PageOf(const Json& arguments) {
  return {arguments.value("offset", Json(0)), arguments.value("limit", Json()),
          arguments.value("order", Json())};
}

Json CreateRecords(const BoundCall& call) {
  const Json& vals = call.arguments["vals_list"];
  return Create(call.env, call.model, vals.is_array() ? vals : Json::array({vals}));
}

Json WriteRecords(const BoundCall& call) {
  Write(call.env, call.model, ParseIds(call.ids), call.arguments["vals"]);
  return true;
}

Json UnlinkRecords(const BoundCall& call) {
  Unlink(call.env, call.model, ParseIds(call.ids));
  return true;
}

Json ReadRecords(const BoundCall& call) {
  return Read(call.env, call.model, call.ids, call.arguments["fields"]);
}

Json SearchRecords(const BoundCall& call) {
  return Search(call.env, call.model, call.arguments["domain"], PageOf(call.arguments));
}

Json SearchRead(const BoundCall& call) {
  static const std::set<std::string> known{"domain", "fields", "offset", "limit", "order", "load"};
  for (const auto& [name, value] : call.arguments.items()) {
    if (known.contains(name)) continue;
    throw TypeError("BaseModel._read_format() got an unexpected keyword argument '" + name + "'");
  }
  const Ids ids = Search(call.env, call.model, call.arguments["domain"], PageOf(call.arguments));
  return Read(call.env, call.model, ids, call.arguments["fields"]);
}

Json SearchCount(const BoundCall& call) {
  Page page;
  page.limit = call.arguments["limit"];
  return Search(call.env, call.model, call.arguments["domain"], page).size();
}

Json NameSearchRecords(const BoundCall& call) {
  const Json& arguments = call.arguments;
  const Json& domain = arguments.contains("domain") ? arguments["domain"] : arguments["args"];
  return NameSearch(call.env, call.model, python::Str(arguments["name"]), domain,
                    python::Str(arguments["operator"]), arguments["limit"]);
}

// "Name <mail@example.com>" names a partner and its address.
Json NamedValues(const Model& model, const std::string& name) {
  const size_t open = name.find('<'), close = name.find('>');
  const bool has_email = model.name == "res.partner" && open != std::string::npos && close > open;
  if (!has_email) return {{"name", name}};
  const std::string plain = name.substr(0, name.find_last_not_of(' ', open - 1) + 1);
  return {{"name", plain}, {"email", name.substr(open + 1, close - open - 1)}};
}

Json NameCreate(const BoundCall& call) {
  const Json vals = NamedValues(call.model, python::Str(call.arguments["name"]));
  const int64_t id = CreateOne(call.env, call.model, vals);
  return {id, DisplayName(call.env, call.model, id)};
}

Json CopyRecords(const BoundCall& call) {
  Ids copies;
  for (const int64_t id : ParseIds(call.ids)) {
    copies.push_back(Copy(call.env, call.model, id, call.arguments["default"]));
  }
  return copies;
}

Json SetActive(const BoundCall& call, bool active) {
  Ids ids;
  for (const int64_t id : ParseIds(call.ids)) {
    const bool now = python::Truth(RawValue(call.env, call.model, id, "active"));
    if (now != active) ids.push_back(id);
  }
  if (!ids.empty()) Write(call.env, call.model, ids, {{"active", active}});
  return kNothing;
}

Json Archive(const BoundCall& call) { return SetActive(call, false); }
Json Unarchive(const BoundCall& call) { return SetActive(call, true); }

}  // namespace

const std::vector<HandlerEntry>& CrudHandlers() {
  static const std::vector<HandlerEntry> handlers{
      {"create", CreateRecords},     {"write", WriteRecords},
      {"unlink", UnlinkRecords},     {"read", ReadRecords},
      {"search", SearchRecords},     {"search_read", SearchRead},
      {"search_count", SearchCount}, {"name_search", NameSearchRecords},
      {"name_create", NameCreate},   {"copy", CopyRecords},
      {"action_archive", Archive},   {"action_unarchive", Unarchive},
  };
  return handlers;
}

}  // namespace sandbox
