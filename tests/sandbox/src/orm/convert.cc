#include "orm/convert.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <regex>

#include "base/clock.h"
#include "base/python.h"
#include "base/text.h"
#include "rpc/fault.h"

namespace sandbox {
namespace {

constexpr std::string_view kDatetimeFormat = "%Y-%m-%d %H:%M:%S";

Fault FloatTypeError(const Json& value) {
  return TypeError("float() argument must be a string or a real number, not '" +
                   python::TypeName(value) + "'");
}

Fault IntTypeError(const Json& value) {
  return TypeError("int() argument must be a string, a bytes-like object or a real number, not '" +
                   python::TypeName(value) + "'");
}

int64_t ParseInt(const Json& value) {
  const std::string_view text = Trim(value.get_ref<const std::string&>());
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) {
    throw ValueError("invalid literal for int() with base 10: " + python::Repr(value));
  }
  return number;
}

double ParseFloat(const Json& value) {
  const std::string text(Trim(value.get_ref<const std::string&>()));
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || text.find('x') != std::string::npos) {
    throw ValueError("could not convert string to float: " + python::Repr(value));
  }
  return number;
}

Json ToInteger(const Env&, const Model&, const Field&, const Json& value) {
  if (!python::Truth(value)) return 0;
  if (value.is_boolean()) return 1;
  if (value.is_string()) return ParseInt(value);
  if (value.is_number_float()) return static_cast<int64_t>(value.get<double>());
  if (value.is_number()) return value;
  throw IntTypeError(value);
}

Json ToFloat(const Env&, const Model&, const Field& field, const Json& value) {
  double number = 0.0;
  if (value.is_string() && python::Truth(value)) {
    number = ParseFloat(value);
  } else if (value.is_boolean()) {
    number = value.get<bool>() ? 1.0 : 0.0;
  } else if (value.is_number()) {
    number = value.get<double>();
  } else if (python::Truth(value)) {
    throw FloatTypeError(value);
  }
  return field.decimals >= 0 ? RoundDecimals(number, field.decimals) : number;
}

Json ToBoolean(const Env&, const Model&, const Field&, const Json& value) {
  return python::Truth(value);
}

Json ToText(const Env&, const Model&, const Field&, const Json& value) {
  if (value.is_null() || value == false) return false;
  return python::Str(value);
}

// Only what a test can notice of Odoo's sanitizer: no scripts, no event handlers.
Json ToHtml(const Env& env, const Model& model, const Field& field, const Json& value) {
  const Json text = ToText(env, model, field, value);
  if (!text.is_string()) return text;
  static const std::regex script("<script[^>]*>[\\s\\S]*?</script>", std::regex::icase);
  static const std::regex handler("\\son\\w+=(\"[^\"]*\"|'[^']*')", std::regex::icase);
  std::string clean = std::regex_replace(text.get<std::string>(), script, "");
  clean = std::regex_replace(clean, handler, "");
  if (!clean.empty() && clean[0] != '<') clean = "<p>" + clean + "</p>";
  return clean;
}

Fault FormatMismatch(const std::string& text, std::string_view format) {
  return ValueError("time data " + python::Repr(text) + " does not match format '" +
                    std::string(format) + "'");
}

Json ToDate(const Env&, const Model&, const Field&, const Json& value) {
  if (!python::Truth(value)) return false;
  const std::string text = python::Str(value).substr(0, 10);
  if (!IsDate(text)) throw FormatMismatch(text, "%Y-%m-%d");
  return text;
}

// Odoo cuts the format to the length of the text, so "2024-05-01 10:00" is a datetime, too, and
// some texts leave a lone "%" behind.
Json ToDatetime(const Env&, const Model&, const Field&, const Json& value) {
  if (!python::Truth(value)) return false;
  const std::string text = python::Str(value);
  if (text.size() == 10 && IsDate(text)) return text + " 00:00:00";
  const size_t length = text.size() < 2 ? 0 : text.size() - 2;
  const std::string_view format = kDatetimeFormat.substr(0, length);
  if (format.ends_with('%')) throw ValueError("stray % in format '" + std::string(format) + "'");
  const std::string padded = text.size() == 16 ? text + ":00" : text;
  const bool valid = padded.size() == 19 && padded[10] == ' ' && IsDate(padded.substr(0, 10)) &&
                     IsTime(padded.substr(11));
  if (!valid) throw FormatMismatch(text, format);
  return padded;
}

Json ToSelection(const Env&, const Model& model, const Field& field, const Json& value) {
  if (!python::Truth(value)) return false;
  const bool unchecked = model.TraitHas("unchecked_selections", field.name);
  const bool known = value.is_string() && field.selection.contains(value.get<std::string>());
  if (!known && !unchecked) {
    throw ValueError("Wrong value for " + model.name + "." + field.name + ": " +
                     python::Repr(value));
  }
  return value;
}

Json ToMany2one(const Env&, const Model&, const Field&, const Json& value) {
  if (value.is_array()) return value.empty() ? Json(false) : value[0];
  if (value.is_null() || value == 0) return false;
  return value;
}

Json ToX2many(const Env&, const Model& model, const Field& field, const Json& value) {
  ParseCommands(model, field, value);
  return value;
}

bool LooksLikeImage(const std::string& base64) {
  // The first bytes of PNG, JPEG, GIF, WEBP (RIFF), BMP and SVG, as base64.
  for (const std::string_view start :
       {"iVBORw0KGgo", "/9j/", "R0lGOD", "UklGR", "Qk", "PHN2Zy", "PD94b"}) {
    if (base64.starts_with(start)) return true;
  }
  return false;
}

void CheckBase64(const std::string& text) {
  static const std::regex alphabet("[A-Za-z0-9+/\\s]*={0,2}\\s*");
  // std::regex recurses per character: look at large values piecewise.
  const bool clean = text.size() > 4096 || std::regex_match(text, alphabet);
  if (!clean || text.size() % 4 != 0) throw MakeFault("binascii.Error", "Incorrect padding");
}

Json ToBinary(const Env& env, const Model&, const Field& field, const Json& value) {
  if (!python::Truth(value)) return false;
  const std::string text = python::Str(value);
  CheckBase64(text);
  const bool image = field.name.find("image") != std::string::npos;
  if (image && !LooksLikeImage(text)) throw UserError(env.Text("image_invalid"));
  return text;
}

void CheckAnalyticDistribution(const Json& value) {
  if (value.is_object()) {
    for (const auto& [account, percentage] : value.items()) {
      if (percentage.is_number()) continue;
      throw TypeError("can't multiply sequence by non-int of type 'float'");
    }
  } else if (python::Truth(value)) {
    throw AttributeError("'" + python::TypeName(value) + "' object has no attribute 'items'");
  }
}

Json ToJson(const Env&, const Model&, const Field& field, const Json& value) {
  if (field.name == "analytic_distribution") CheckAnalyticDistribution(value);
  return python::Truth(value) ? value : Json(false);
}

using Converter = Json (*)(const Env&, const Model&, const Field&, const Json&);

Converter ConverterOf(FieldType type) {
  static const std::map<FieldType, Converter> converters{
      {FieldType::kBinary, ToBinary},     {FieldType::kBoolean, ToBoolean},
      {FieldType::kChar, ToText},         {FieldType::kDate, ToDate},
      {FieldType::kDatetime, ToDatetime}, {FieldType::kFloat, ToFloat},
      {FieldType::kHtml, ToHtml},         {FieldType::kInteger, ToInteger},
      {FieldType::kJson, ToJson},         {FieldType::kMany2many, ToX2many},
      {FieldType::kMany2one, ToMany2one}, {FieldType::kMonetary, ToFloat},
      {FieldType::kOne2many, ToX2many},   {FieldType::kProperties, ToJson},
      {FieldType::kReference, ToText},    {FieldType::kSelection, ToSelection},
      {FieldType::kText, ToText},
  };
  return converters.at(type);
}

Command ParseCommand(const Json& entry) {
  Command command{entry[0].get<int64_t>(), false, false};
  if (entry.size() > 1) command.id = entry[1];
  if (entry.size() > 2) command.values = entry[2];
  return command;
}

}  // namespace

Json ConvertValue(const Env& env, const Model& model, const Field& field, const Json& value) {
  return ConverterOf(field.type)(env, model, field, value);
}

std::vector<Command> ParseCommands(const Model& model, const Field& field, const Json& value) {
  if (value.is_null() || value == false) return {{5, false, false}};
  if (!value.is_array()) {
    throw ValueError("Wrong value for " + model.name + "." + field.name + ": " +
                     python::Str(value));
  }
  if (!value.empty() && !value[0].is_array()) return {{6, 0, value}};
  std::vector<Command> commands;
  for (const Json& entry : value) {
    // Odoo ignores what it does not know as a command.
    const bool known = entry.is_array() && !entry.empty() && entry[0].is_number_integer();
    if (known) commands.push_back(ParseCommand(entry));
  }
  return commands;
}

void CheckColumn(const Field& field, const Json& value) {
  const bool integer = field.type == FieldType::kMany2one || field.type == FieldType::kInteger;
  if (!integer || value == false) return;
  if (value.is_object()) throw MakeFault("psycopg2.ProgrammingError", "can't adapt type 'dict'");
  if (value.is_string()) throw InvalidIntegerText(value.get<std::string>());
  if (value.is_boolean()) {
    throw DatabaseError("errors.DatatypeMismatch",
                        "column \"" + field.name +
                            "\" is of type integer but expression is of type boolean\n"
                            "LINE 1: ...NULL, true, NULL...\n                     ^\n"
                            "HINT:  You will need to rewrite or cast the expression.\n");
  }
  const int64_t number = value.get<int64_t>();
  if (number > std::numeric_limits<int32_t>::max() ||
      number < std::numeric_limits<int32_t>::min()) {
    throw DatabaseError("errors.NumericValueOutOfRange", "integer out of range\n");
  }
}

Fault InvalidIntegerText(const std::string& text, const std::string& type) {
  return DatabaseError("errors.InvalidTextRepresentation", "invalid input syntax for type " + type +
                                                               ": \"" + text + "\"\nLINE 1: ...'" +
                                                               text + "'...\n                ^\n");
}

Json EmptyValue(const Field& field) {
  if (field.IsX2many()) return Json::array();
  if (field.type == FieldType::kInteger) return 0;
  if (field.IsNumber()) return 0.0;
  return false;
}

double RoundDecimals(double value, int decimals) {
  const double factor = std::pow(10.0, decimals);
  // The tiny addition undoes what binary fractions lose: 2.675 rounds to 2.68, as in Odoo.
  const double scaled = value * factor;
  return std::round(scaled + std::copysign(1e-9 * std::max(1.0, std::abs(scaled)) * 1e-3, scaled)) /
         factor;
}

}  // namespace sandbox
