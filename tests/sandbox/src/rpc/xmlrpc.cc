// XML-RPC: POST /xmlrpc/2/<service>, with what Python's xmlrpc.client does to values and Odoo to
// exceptions.
#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <pugixml.hpp>

#include "rpc/methods.h"
#include "rpc/services.h"
#include "rpc/transport.h"

namespace sandbox {
namespace {

using pugi::xml_node;
using namespace std::literals;

constexpr std::string_view kPath = "/xmlrpc/2/";

// ---- Requests. Whatever Python's parser refuses is refused here, too.

Fault ExpatError() {
  return MakeFault("xml.parsers.expat.ExpatError", "not well-formed (invalid token)",
                   "\"/usr/lib/python3.10/xmlrpc/client.py\", line 448, in feed");
}

bool HasControlCharacters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
  });
}

Json Integer(const std::string& text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  throw ValueError("invalid literal for int() with base 10: '" + text + "'");
}

Json ValueOf(xml_node value);

Json ListOf(xml_node array) {
  Json list = Json::array();
  for (const xml_node value : array.child("data").children("value")) list.push_back(ValueOf(value));
  return list;
}

Json DictOf(xml_node structure) {
  Json dict = Json::object();
  for (const xml_node member : structure.children("member"))
    dict[member.child_value("name")] = ValueOf(member.child("value"));
  return dict;
}

Json ValueOf(xml_node value) {
  const xml_node typed =
      value.find_child([](xml_node child) { return child.type() == pugi::node_element; });
  if (!typed) return value.child_value();
  const std::string_view type = typed.name();
  const std::string text = typed.child_value();
  if (type == "string") return text;
  if (type == "int" || type == "i4" || type == "i8") return Integer(text);
  if (type == "boolean") return text == "1";
  if (type == "double") return std::stod(text);
  if (type == "array") return ListOf(typed);
  if (type == "struct") return DictOf(typed);
  throw TypeError("unknown type '" + std::string(type) + "'");
}

struct MethodCall {
  std::string method;
  Json args = Json::array();
};

MethodCall Parse(const std::string& body) {
  pugi::xml_document document;
  constexpr unsigned kFlags = pugi::parse_default | pugi::parse_ws_pcdata_single;
  const bool read = static_cast<bool>(document.load_buffer(body.data(), body.size(), kFlags));
  const xml_node root = document.child("methodCall");
  if (!read || !root || HasControlCharacters(body)) throw ExpatError();
  MethodCall call;
  call.method = root.child_value("methodName");
  for (const xml_node param : root.child("params").children("param"))
    call.args.push_back(ValueOf(param.child("value")));
  return call;
}

// ---- Answers.

Fault Unmarshalled(const std::string& name, std::string message, const std::string& function) {
  return MakeFault(name, std::move(message),
                   "\"/usr/lib/python3.10/xmlrpc/client.py\", line 533, in " + function);
}

// Control characters are dropped, as Odoo does.
std::string Escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (HasControlCharacters({&c, 1})) continue;
    if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string Value(const Json& value);

std::string Struct(const Json& dict) {
  std::string text = "<struct>\n";
  for (const auto& [name, member] : dict.items()) {
    text += "<member>\n<name>" + Escaped(name) + "</name>\n" + Value(member) + "</member>\n";
  }
  return text + "</struct>";
}

std::string Array(const Json& list) {
  std::string text = "<array><data>\n";
  for (const Json& element : list) text += Value(element);
  return text + "</data></array>";
}

std::string Int(int64_t number) {
  using Limits = std::numeric_limits<int32_t>;
  if (number < Limits::min() || number > Limits::max()) {
    throw Unmarshalled("builtins.OverflowError", "int exceeds XML-RPC limits", "dump_long");
  }
  return "<int>" + std::to_string(number) + "</int>";
}

std::string Value(const Json& value) {
  if (value.is_null() || value.is_discarded()) {
    throw Unmarshalled("builtins.TypeError", "cannot marshal None unless allow_none is enabled",
                       "dump_nil");
  }
  std::string text;
  if (value.is_boolean()) text = "<boolean>"s + (value.get<bool>() ? "1" : "0") + "</boolean>";
  if (value.is_number_integer()) text = Int(value.get<int64_t>());
  if (value.is_number_float()) text = "<double>" + value.dump() + "</double>";
  if (value.is_string()) text = "<string>" + Escaped(value.get<std::string>()) + "</string>";
  if (value.is_array()) text = Array(value);
  if (value.is_object()) text = Struct(value);
  return "<value>" + text + "</value>\n";
}

struct FaultCode {
  std::string_view name;
  int code;
};
// Subclasses share the code of their class, so that only these three can be told apart.
constexpr int kWarning = 2;
constexpr std::array kFaultCodes{FaultCode{"odoo.exceptions.AccessError", 4},
                                 FaultCode{"odoo.exceptions.AccessDenied", 3}};

Json FaultOf(const Fault& fault) {
  for (const FaultCode& entry : kFaultCodes) {
    if (entry.name == fault.name)
      return {{"faultCode", entry.code}, {"faultString", fault.message}};
  }
  const bool odoo = fault.name.starts_with("odoo.exceptions.");
  return {{"faultCode", odoo ? kWarning : 1},
          {"faultString", odoo ? fault.message : DebugText(fault)}};
}

class XmlRpc : public Transport {
 public:
  explicit XmlRpc(Dispatcher& dispatcher) : services_(dispatcher, "xmlrpc") {}

  bool Accepts(const HttpRequest& request) const override {
    return request.method == "POST" && request.path.starts_with(kPath);
  }

  HttpResponse Answer(const HttpRequest& request) override {
    HttpResponse response;
    response.content_type = "text/xml; charset=utf-8";
    response.body =
        "<?xml version=\"1.0\"?>\n<methodResponse>\n" + Content(request) + "\n</methodResponse>\n";
    return response;
  }

 private:
  // The result is marshalled after the transaction is over.
  std::string Content(const HttpRequest& request) {
    try {
      const MethodCall call = Parse(request.body);
      const Json result =
          services_.Dispatch(request.path.substr(kPath.size()), call.method, call.args);
      return "<params>\n<param>\n" + Value(result) + "</param>\n</params>";
    } catch (const Fault& fault) {
      return "<fault>\n" + Value(FaultOf(fault)) + "</fault>";
    }
  }

  Services services_;
};

}  // namespace

std::unique_ptr<Transport> MakeXmlRpc(Dispatcher& dispatcher) {
  return std::make_unique<XmlRpc>(dispatcher);
}

}  // namespace sandbox
