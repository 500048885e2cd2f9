#include "rpc/signature.h"

#include <algorithm>

#include "base/python.h"
#include "base/text.h"
#include "rpc/fault.h"

namespace sandbox {
namespace {

Json DefaultOf(std::string_view text) {
  if (text == "None") return nullptr;
  if (text == "True") return true;
  if (text == "False") return false;
  if (text.starts_with('\'')) return std::string(text.substr(1, text.size() - 2));
  return Json::parse(text);
}

const Parameter* FindParameter(const Signature& signature, const std::string& name) {
  const auto found = std::ranges::find(signature.parameters, name, &Parameter::name);
  return found == signature.parameters.end() ? nullptr : &*found;
}

size_t CountRequired(const Signature& signature) {
  return static_cast<size_t>(std::ranges::count_if(signature.parameters, &Parameter::required));
}

std::string Plural(size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

// "'a'", "'a' and 'b'", "'a', 'b', and 'c'"
std::string Enumerate(const std::vector<std::string>& names) {
  if (names.size() == 1) return "'" + names[0] + "'";
  std::string text;
  for (size_t i = 0; i + 1 < names.size(); ++i) text += (i ? ", '" : "'") + names[i] + "'";
  return text + (names.size() > 2 ? "," : "") + " and '" + names.back() + "'";
}

Fault TooMany(const Signature& signature, size_t given) {
  // `self` counts on both sides.
  const size_t most = signature.parameters.size() + 1;
  const size_t least = CountRequired(signature) + 1;
  const std::string takes = least == most ? Plural(most, "positional argument")
                                          : "from " + std::to_string(least) + " to " +
                                                Plural(most, "positional argument");
  return TypeError(signature.qualified_name + "() takes " + takes + " but " +
                   std::to_string(given + 1) + " were given");
}

void AddDefaults(const Signature& signature, Json& bound) {
  for (const Parameter& parameter : signature.parameters) {
    if (!bound.contains(parameter.name)) bound[parameter.name] = parameter.default_value;
  }
}

std::vector<std::string> Missing(const Signature& signature, const Json& bound) {
  std::vector<std::string> missing;
  for (const Parameter& parameter : signature.parameters) {
    if (parameter.required && !bound.contains(parameter.name)) missing.push_back(parameter.name);
  }
  return missing;
}

}  // namespace

std::vector<Parameter> Signature::ParseParameters(const std::string& text) {
  std::vector<Parameter> parameters;
  for (const std::string& part : Split(text, ',')) {
    const std::string_view declaration = Trim(part);
    if (declaration.empty() || declaration.starts_with('*')) continue;
    const size_t equals = declaration.find('=');
    Parameter parameter;
    parameter.name = std::string(declaration.substr(0, equals));
    parameter.required = equals == std::string_view::npos;
    if (!parameter.required) parameter.default_value = DefaultOf(declaration.substr(equals + 1));
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

Json BindCall(const Signature& signature, const Json& args, const Json& kwargs) {
  Json bound = Json::object();
  for (size_t i = 0; i < std::min(args.size(), signature.parameters.size()); ++i) {
    bound[signature.parameters[i].name] = args[i];
  }
  for (const auto& [name, value] : kwargs.items()) {
    if (!FindParameter(signature, name) && !signature.takes_any) {
      throw TypeError(signature.qualified_name + "() got an unexpected keyword argument '" + name +
                      "'");
    }
    if (bound.contains(name)) {
      throw TypeError(signature.qualified_name + "() got multiple values for argument '" + name +
                      "'");
    }
    bound[name] = value;
  }
  if (args.size() > signature.parameters.size()) throw TooMany(signature, args.size());
  const auto missing = Missing(signature, bound);
  if (!missing.empty()) {
    throw TypeError(signature.qualified_name + "() missing " +
                    Plural(missing.size(), "required positional argument") + ": " +
                    Enumerate(missing));
  }
  AddDefaults(signature, bound);
  return bound;
}

Json BindNamed(const Signature& signature, const Json& kwargs) {
  const auto missing = Missing(signature, kwargs);
  if (!missing.empty()) {
    throw HttpException("UnprocessableEntity", "missing a required argument: '" + missing[0] + "'",
                        422);
  }
  for (const auto& [name, value] : kwargs.items()) {
    if (FindParameter(signature, name) || signature.takes_any) continue;
    throw HttpException("UnprocessableEntity", "got an unexpected keyword argument '" + name + "'",
                        422);
  }
  Json bound = kwargs;
  AddDefaults(signature, bound);
  return bound;
}

}  // namespace sandbox
