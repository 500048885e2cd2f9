#include "explain/request.h"

#include "explain/arguments.h"
#include "odoo/xmlrpc_document.h"

namespace gateway::explain {
namespace {

std::string_view Line(std::string_view text) { return text.substr(0, text.find_first_of("\r\n")); }

// `POST /json/2/res.partner/create HTTP/1.1`
bool IsHttp(std::string_view text) {
  return text.starts_with("POST /") || text.starts_with("GET /");
}

std::string_view PathOf(std::string_view text) {
  const std::string_view line = Line(text);
  const std::size_t begin = line.find(' ') + 1;
  return line.substr(begin, line.find(' ', begin) - begin);
}

// What follows the empty line.
std::string_view BodyOf(std::string_view text) {
  for (const std::string_view end : {"\r\n\r\n", "\n\n"}) {
    const std::size_t at = text.find(end);
    if (at != std::string_view::npos) return text.substr(at + end.size());
  }
  return {};
}

// db, uid, secret, model, method, args, kwargs
ModelCall CallOfExecute(element list) {
  ModelCall call;
  const auto at = [&list](std::size_t index) -> std::optional<element> {
    element value;
    if (list.at(index).get(value) != simdjson::SUCCESS) return std::nullopt;
    return value;
  };
  if (const auto model = at(3)) call.model = TextOf(*model);
  if (const auto method = at(4)) call.method = TextOf(*method);
  call.args = at(5);
  call.kwargs = at(6);
  return call;
}

// Of a method that belongs to no model.
ModelCall CallOfService(std::string_view method) { return {{}, method, {}, {}}; }

ModelCall CallOfParams(element params) {
  if (const auto list = MemberOf(params, "args"); list && MemberOf(params, "service")) {
    const bool executes = TextAt(params, "method").starts_with("execute");
    return executes ? CallOfExecute(*list) : CallOfService(TextAt(params, "method"));
  }
  return {TextAt(params, "model"), TextAt(params, "method"), MemberOf(params, "args"),
          MemberOf(params, "kwargs")};
}

// `/json/2/<model>/<method>`
ModelCall CallOfPath(std::string_view path, element body) {
  constexpr std::string_view kHead = "/json/2/";
  if (!path.starts_with(kHead)) return {};
  path.remove_prefix(kHead.size());
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return {};
  return {path.substr(0, slash), path.substr(slash + 1), {}, body};
}

}  // namespace

Request::Request(std::string_view text) {
  const bool whole = IsHttp(text);
  if (whole) path_ = PathOf(text);
  const std::string_view body = whole ? BodyOf(text) : text;
  const std::string xml = odoo::JsonOfXmlRpc(body);
  element root;
  if (parser_.parse(simdjson::padded_string(xml.empty() ? body : xml)).get(root) !=
      simdjson::SUCCESS) {
    return;
  }
  const auto params = MemberOf(root, "params");
  if (!xml.empty()) {
    const std::string_view method = TextAt(root, "methodName");
    const bool executes = method.starts_with("execute") && params;
    call_ = executes ? CallOfExecute(*params) : CallOfService(method);
  } else {
    call_ = params ? CallOfParams(*params) : CallOfPath(path_, root);
  }
}

}  // namespace gateway::explain
