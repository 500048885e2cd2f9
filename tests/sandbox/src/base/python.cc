#include "base/python.h"

#include <charconv>

namespace sandbox::python {
namespace {

std::string QuoteText(const std::string& text) {
  const bool has_single = text.find('\'') != std::string::npos;
  const bool has_double = text.find('"') != std::string::npos;
  const char quote = has_single && !has_double ? '"' : '\'';
  std::string quoted(1, quote);
  for (const char letter : text) {
    if (letter == quote || letter == '\\') quoted += '\\';
    if (letter == '\n') {
      quoted += "\\n";
    } else {
      quoted += letter;
    }
  }
  return quoted + quote;
}

std::string FloatText(double value) {
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
  std::string text(buffer, end);
  if (text.find_first_of(".einf") == std::string::npos) text += ".0";
  return text;
}

std::string Join(const Json& items) {
  std::string joined;
  for (const Json& item : items) joined += (joined.empty() ? "" : ", ") + Repr(item);
  return joined;
}

std::string DictText(const Json& dict) {
  std::string joined;
  for (const auto& [key, value] : dict.items()) {
    joined += (joined.empty() ? "" : ", ") + QuoteText(key) + ": " + Repr(value);
  }
  return "{" + joined + "}";
}

}  // namespace

bool Truth(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
    case Json::value_t::discarded:
      return false;
    case Json::value_t::boolean:
      return value.get<bool>();
    case Json::value_t::string:
      return !value.get_ref<const std::string&>().empty();
    case Json::value_t::number_float:
      return value.get<double>() != 0.0;
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      return value.get<int64_t>() != 0;
    default:
      return !value.empty();
  }
}

std::string Repr(const Json& value) {
  if (value.is_null()) return "None";
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  if (value.is_string()) return QuoteText(value.get<std::string>());
  if (value.is_number_float()) return FloatText(value.get<double>());
  if (value.is_array()) return "[" + Join(value) + "]";
  if (value.is_object()) return DictText(value);
  return value.dump();
}

std::string Str(const Json& value) {
  return value.is_string() ? value.get<std::string>() : Repr(value);
}

std::string TypeName(const Json& value) {
  if (value.is_null()) return "NoneType";
  if (value.is_boolean()) return "bool";
  if (value.is_string()) return "str";
  if (value.is_number_float()) return "float";
  if (value.is_array()) return "list";
  if (value.is_object()) return "dict";
  return "int";
}

std::string Tuple(const Json& list) { return "(" + Join(list) + (list.size() == 1 ? ",)" : ")"); }

}  // namespace sandbox::python
