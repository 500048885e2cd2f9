#include "odoo/xmlrpc_document.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <pugixml.hpp>

#include "codec/json_writer.h"

namespace gateway::odoo {
namespace {

using pugi::xml_node;

// Of values within values; the limit of JSON answers, too.
constexpr int kMaxXmlDepth = 64;

// White space is data where nothing stands beside it. Line ends stay as Odoo sends them.
constexpr unsigned kParsing =
    pugi::parse_escapes | pugi::parse_cdata | pugi::parse_ws_pcdata_single | pugi::parse_doctype;

xml_node FirstElement(xml_node parent) {
  return parent.find_child([](xml_node child) { return child.type() == pugi::node_element; });
}

template <class Number>
bool ParsesAs(std::string_view text, Number& number) {
  const char* end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && last == end;
}

class Converter {
 public:
  explicit Converter(std::string& json) : out_(json) {}

  // False where the document is not XML-RPC, or a struct has a member twice; what was written is
  // then worth nothing.
  bool Document(xml_node root) {
    const std::string_view name = root.name();
    out_.BeginObject();
    const bool good =
        name == "methodResponse" ? Response(root) : name == "methodCall" && Call(root);
    out_.EndObject();
    return good && !out_.refused();
  }

 private:
  using Rule = bool (Converter::*)(xml_node);

  bool Response(xml_node root) {
    const xml_node fault = root.child("fault");
    if (!fault) return root.child("params") && Parameters(root.child("params"));
    out_.Key("fault");
    return Value(fault.child("value"));
  }

  bool Call(xml_node root) {
    out_.Key("methodName");
    return String(root.child("methodName")) && Parameters(root.child("params"));
  }

  bool Parameters(xml_node params) {
    out_.Key("params");
    out_.BeginArray();
    const auto list = params.children("param");
    const bool good = std::all_of(list.begin(), list.end(),
                                  [this](xml_node param) { return Value(param.child("value")); });
    out_.EndArray();
    return good;
  }

  bool Value(xml_node value) {
    if (!value || depth_ == kMaxXmlDepth) return false;
    const xml_node typed = FirstElement(value);
    if (!typed) return String(value);
    ++depth_;
    const bool good = Typed(typed);
    --depth_;
    return good;
  }

  bool Typed(xml_node value) {
    struct Type {
      std::string_view name;
      Rule rule;
    };
    static constexpr std::array kTypes = {
        Type{"string", &Converter::String},
        Type{"int", &Converter::Integer},
        Type{"boolean", &Converter::Boolean},
        Type{"double", &Converter::Double},
        Type{"struct", &Converter::Struct},
        Type{"array", &Converter::Array},
        Type{"i4", &Converter::Integer},
        Type{"i8", &Converter::Integer},
        Type{"nil", &Converter::Nil},
        Type{"base64", &Converter::String},
        Type{"dateTime.iso8601", &Converter::String},
    };
    const std::string_view name = value.name();
    const auto* type = std::find_if(kTypes.begin(), kTypes.end(),
                                    [name](const Type& known) { return known.name == name; });
    return type != kTypes.end() && (this->*type->rule)(value);
  }

  // Comments and CDATA sections cut a text into pieces.
  bool ReadText(xml_node holder, std::string_view& text) {
    const xml_node first = holder.first_child();
    text = first.value();
    if (!first.next_sibling()) return !first || first.type() != pugi::node_element;
    pieces_.clear();
    for (const xml_node piece : holder.children()) {
      if (piece.type() == pugi::node_element) return false;
      pieces_.append(piece.value());
    }
    text = pieces_;
    return true;
  }

  bool String(xml_node holder) {
    std::string_view text;
    if (!ReadText(holder, text)) return false;
    out_.Text(text);
    return true;
  }

  bool Integer(xml_node holder) {
    std::string_view text;
    std::int64_t number = 0;
    if (!ReadText(holder, text) || !ParsesAs(text, number)) return false;
    out_.Integer(number);
    return true;
  }

  // The digits go on as they are: Python prints the shortest that read back alike. What JSON has no
  // number for stays a text, which no number field takes.
  bool Double(xml_node holder) {
    std::string_view text;
    double number = 0;
    if (!ReadText(holder, text) || !ParsesAs(text, number)) return false;
    if (std::isfinite(number)) {
      out_.Decimal(text);
    } else {
      out_.Text(text);
    }
    return true;
  }

  bool Boolean(xml_node holder) {
    std::string_view text;
    if (!ReadText(holder, text) || (text != "0" && text != "1")) return false;
    out_.Boolean(text == "1");
    return true;
  }

  // Views take null and false alike.
  bool Nil(xml_node) {
    out_.Boolean(false);
    return true;
  }

  bool Array(xml_node array) {
    const auto values = array.child("data").children("value");
    out_.BeginArray();
    const bool good =
        std::all_of(values.begin(), values.end(), [this](xml_node value) { return Value(value); });
    out_.EndArray();
    return good;
  }

  bool Struct(xml_node structure) {
    const auto members = structure.children("member");
    out_.BeginObject();
    const bool good = std::all_of(members.begin(), members.end(),
                                  [this](xml_node member) { return Member(member); });
    out_.EndObject();
    return good;
  }

  bool Member(xml_node member) {
    std::string_view name;
    if (!ReadText(member.child("name"), name)) return false;
    out_.Key(name);
    return Value(member.child("value"));
  }

  codec::JsonWriter out_;
  std::string pieces_;
  int depth_ = 0;
};

// The tree takes up to 128 bytes for each of these. A thousand orders with five lines each have a
// million.
constexpr std::size_t kMostMarks = 4000000;

bool IsMark(char c) { return c == '<' || c == '='; }

bool HasDoctype(const pugi::xml_document& document) {
  return static_cast<bool>(
      document.find_child([](xml_node child) { return child.type() == pugi::node_doctype; }));
}

}  // namespace

bool FitsTree(std::string_view xml) {
  if (xml.size() <= kMostMarks) return true;
  return static_cast<std::size_t>(std::count_if(xml.begin(), xml.end(), IsMark)) <= kMostMarks;
}

std::string JsonOfXmlRpc(std::string_view xml) {
  std::string json;
  // pugixml takes text in front of the root for nothing, and NUL for the end.
  const std::size_t begin = xml.find_first_not_of(" \t\r\n");
  const bool begins = begin != std::string_view::npos && xml[begin] == '<';
  if (!begins || xml.find('\0') != std::string_view::npos) return json;
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size(), kParsing, pugi::encoding_utf8)) return json;
  if (HasDoctype(document)) return json;
  json.reserve(xml.size() / 2);
  if (!Converter(json).Document(document.document_element())) json.clear();
  return json;
}

}  // namespace gateway::odoo
