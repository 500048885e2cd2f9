#include <algorithm>

#include "base/python.h"
#include "orm/crud.h"
#include "orm/read.h"
#include "orm/records.h"
#include "orm/search.h"
#include "rpc/fault.h"
#include "rpc/handlers.h"

namespace sandbox {
namespace {

Json WebReadRecords(const BoundCall& call) {
  return WebRead(call.env, call.model, ParseIds(call.ids), call.arguments["specification"]);
}

// The exact number of records, or `count_limit` where counting stops there.
size_t CountMatching(const BoundCall& call, size_t found) {
  const Json& arguments = call.arguments;
  const bool complete =
      !python::Truth(arguments["limit"]) || found < arguments["limit"].get<size_t>();
  if (complete && !python::Truth(arguments["offset"])) return found;
  Page page;
  page.limit = arguments["count_limit"];
  return Search(call.env, call.model, arguments["domain"], page).size();
}

Json WebSearchRead(const BoundCall& call) {
  const Json& arguments = call.arguments;
  const Page page{arguments["offset"], arguments["limit"], arguments["order"]};
  const Ids ids = Search(call.env, call.model, arguments["domain"], page);
  return {{"length", CountMatching(call, ids.size())},
          {"records", WebRead(call.env, call.model, ids, arguments["specification"])}};
}

Json WebSave(const BoundCall& call) {
  Ids ids = ParseIds(call.ids);
  if (ids.empty()) {
    ids = Create(call.env, call.model, Json::array({call.arguments["vals"]}));
  } else {
    Write(call.env, call.model, ids, call.arguments["vals"]);
  }
  return WebRead(call.env, call.model, ids, call.arguments["specification"]);
}

// The sandbox computes nothing before a record is saved: no value changes.
Json Onchange(const BoundCall& call) {
  const Json& names = call.arguments["field_names"];
  if (!names.is_array() && !names.is_string()) {
    throw TypeError("'" + python::TypeName(names) + "' object is not iterable");
  }
  return {{"value", Json::object()}};
}

Json GetViews(const BoundCall& call) {
  const Json& views = call.arguments["views"];
  if (!views.is_array()) {
    throw TypeError("'" + python::TypeName(views) + "' object is not iterable");
  }
  throw UserError("The sandbox has no views");
}

}  // namespace

const std::vector<HandlerEntry>& WebHandlers() {
  static const std::vector<HandlerEntry> handlers{
      {"web_read", WebReadRecords}, {"web_search_read", WebSearchRead},
      {"web_save", WebSave},        {"onchange", Onchange},
      {"get_views", GetViews},
  };
  return handlers;
}

}  // namespace sandbox
