#include "odoo/fault_rules.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <string>

namespace gateway::odoo {
namespace {

using base::Reason;
using enum Reason;

// What a call does with its arguments; decides whose mistake a bare Python error is.
enum class Call : std::uint8_t { kAny, kWrite, kQuery, kOther };

struct MethodRow {
  std::string_view method;
  Call call;
};
constexpr std::array kMethods = {
    MethodRow{"create", Call::kWrite},
    MethodRow{"write", Call::kWrite},
    MethodRow{"web_save", Call::kWrite},
    MethodRow{"copy", Call::kWrite},
    MethodRow{"load", Call::kWrite},
    MethodRow{"name_create", Call::kWrite},
    MethodRow{"message_post", Call::kWrite},
    MethodRow{"search", Call::kQuery},
    MethodRow{"search_count", Call::kQuery},
    MethodRow{"search_read", Call::kQuery},
    MethodRow{"search_fetch", Call::kQuery},
    MethodRow{"name_search", Call::kQuery},
    MethodRow{"read_group", Call::kQuery},
    MethodRow{"formatted_read_group", Call::kQuery},
    MethodRow{"web_search_read", Call::kQuery},
    MethodRow{"web_read_group", Call::kQuery},
};

Call CallOf(std::string_view method) {
  const auto* row = std::find_if(kMethods.begin(), kMethods.end(),
                                 [&](const MethodRow& known) { return known.method == method; });
  return row == kMethods.end() ? Call::kOther : row->call;
}

// A reason that depends on the request as well.
using Refine = Reason (*)(const Captures&, const FaultContext&);

// Empty members fit everything.
struct Rule {
  // End of the class name.
  std::string_view exception;
  // `file.py:function`, `:function` or `file.py:`.
  std::string_view origin;
  // A template, see fault_template.h.
  std::string_view text;
  Reason reason;
  Refine refine = nullptr;
  Call call = Call::kAny;
};

bool IsRequested(std::string_view field, const FaultContext& context) {
  return std::any_of(context.fields.begin(), context.fields.end(), [&](const std::string& path) {
    return path.ends_with(field) &&
           (path.size() == field.size() || path[path.size() - field.size() - 1] == '.');
  });
}

bool NamesId(std::string_view ids, std::int64_t id) {
  const std::string text = std::to_string(id);
  const std::size_t at = ids.find(text);
  return at != std::string_view::npos &&
         ids.substr(0, at).find_first_not_of("0123456789, -") == std::string_view::npos;
}

// `(Record: res.partner(7,), User: 2)`: the gateway's own user, a record that the request names, or
// one that it refers to.
Reason MissingRecord(const Captures& names, const FaultContext& context) {
  const std::string_view model = CaptureOf(names, "model");
  const std::string_view ids = CaptureOf(names, "ids");
  const std::string_view user = CaptureOf(names, "user");
  if (model == "res.users" && ids == std::string(user) + ",") return kIntegrationUserRejected;
  if (model.empty()) return context.ids.empty() ? kInvalidReference : kRecordNotFound;
  const bool named = std::any_of(context.ids.begin(), context.ids.end(),
                                 [&](std::int64_t id) { return NamesId(ids, id); });
  return model == context.model && named ? kRecordNotFound : kInvalidReference;
}

// A KeyError holds nothing but the key: a field that the request has and Odoo lacks, or the other
// way round.
Reason MissingKey(const Captures& names, const FaultContext& context) {
  const std::string_view field = CaptureOf(names, "field");
  if (IsRequested(field, context)) return kUnknownField;
  const bool is_name = !field.empty() && field.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") ==
                                             std::string_view::npos;
  return is_name && CallOf(context.method) == Call::kWrite ? kRequiredFieldMissing : kServerError;
}

constexpr std::string_view kNone;

constexpr std::array kRules = {
    // The call itself.
    Rule{kNone, kNone, "Object {model} doesn't exist", kModelNotFound},
    Rule{kNone, kNone, "the model '{model}' does not exist", kModelNotFound},
    Rule{kNone, kNone, "The method '{*}' does not exist", kMethodNotFound},
    Rule{"AccessError", ":get_public_method", kNone, kMethodNotAllowed},
    Rule{kNone, kNone, "Private methods (such as '{*}') cannot be called remotely.",
         kMethodNotAllowed},
    Rule{"Exception", ":exp_execute_kw", kNone, kMethodNotFound},
    Rule{"Exception", ":dispatch", kNone, kMethodNotFound},
    Rule{"TypeError", kNone, "{*}() got an unexpected keyword argument '{*}'",
         kMethodSignatureMismatch},
    Rule{"TypeError", kNone, "{*}() got multiple values for argument '{*}'",
         kMethodSignatureMismatch},
    Rule{"TypeError", kNone, "{*}() takes {*} positional argument{*} given",
         kMethodSignatureMismatch},
    Rule{"TypeError", kNone, "{*}() missing {*} required {*}argument{*}", kMethodSignatureMismatch},
    Rule{"AssertionError", kNone, "Missing database name", kDatabaseNotFound},
    Rule{"OperationalError", kNone, "{*}database \"{*}\" does not exist{*}", kDatabaseNotFound},
    Rule{"TypeError", ":validate_secret", kNone, kIntegrationUserRejected},

    // Rights. A missing right on a company is one on records.
    Rule{"AccessError", ":check_field_access_rights", kNone, kFieldAccessDenied},
    Rule{"AccessError", ":_check_field_access", kNone, kFieldAccessDenied},
    Rule{"AccessError", ":_check_private_fields", kNone, kFieldAccessDenied},
    Rule{"AccessError", kNone, "{*} \"{field}\" {*} ({model}). {*}", kFieldAccessDenied},
    Rule{"AccessError", ":company", kNone, kRecordAccessDenied},
    Rule{"AccessError", ":companies", kNone, kRecordAccessDenied},
    Rule{"AccessError", kNone, "{*} (id={*}){*}- {*} ({model}){*}", kRecordAccessDenied},
    Rule{"AccessError", kNone, "{*} (id={*}){*}", kRecordAccessDenied},
    Rule{"AccessError", kNone, "{*}'{*}' ({model}){*}", kModelAccessDenied},
    Rule{"AccessError", kNone, "{*} ({model}){*}", kModelAccessDenied},

    // Records.
    Rule{"MissingError", kNone, "{*}: {model}({ids}), {*}: {user})", kRecordNotFound,
         MissingRecord},
    Rule{"MissingError", kNone, kNone, kRecordNotFound, MissingRecord},

    // Fields.
    Rule{kNone, kNone, "Invalid field '{field}' on model '{model}'{*}", kUnknownField},
    Rule{kNone, kNone, "Invalid field '{field}' in {*}", kUnknownField},
    Rule{kNone, kNone, "Invalid field {model_field} in leaf {*}", kUnknownField},
    Rule{kNone, kNone, "Invalid field {model_field} in condition {*}", kUnknownField},
    Rule{kNone, kNone, "Invalid field property '{property}' on {model_field}", kUnknownField},
    Rule{kNone, kNone, "Wrong value for {model_field}: '{*}'", kInvalidFieldValue},
    Rule{kNone, kNone, "Wrong value for {model_field}: {*}", kInvalidReference},
    Rule{kNone, kNone, "Cannot convert {model_field} to SQL because it is not stored",
         kInvalidDomain},
    Rule{"KeyError", kNone, "'{field}'", kServerError, MissingKey},
    Rule{"KeyError", kNone, "{field}", kServerError, MissingKey},

    // Domains and orders.
    Rule{kNone, ":_check_qorder", kNone, kInvalidDomain},
    Rule{"Error", "expression.py:", kNone, kInvalidDomain},
    Rule{"Error", "domains.py:", kNone, kInvalidDomain},
    Rule{kNone, kNone, "Invalid domain term {*}", kInvalidDomain},
    Rule{kNone, kNone, "Invalid leaf {*}", kInvalidDomain},

    // Values.
    Rule{kNone, kNone, "could not convert string to float: {*}", kInvalidFieldValue},
    Rule{kNone, kNone, "invalid literal for int() {*}", kInvalidFieldValue},
    Rule{kNone, kNone, "int() argument must be {*}", kInvalidFieldValue},
    Rule{kNone, kNone, "float() argument must be {*}", kInvalidFieldValue},
    Rule{kNone, kNone, "time data '{*}' does not match format '{*}'", kInvalidFieldValue},
    Rule{kNone, kNone, "Granularity specification isn't correct: {*}", kInvalidFieldValue},
    Rule{kNone, ":with_context", kNone, kInvalidFieldValue},
    Rule{"UserError", ":lang", kNone, kInvalidFieldValue},
    Rule{"UserError", ":_image_process", kNone, kInvalidFieldValue},
    Rule{"UserError", "tools/image.py:", kNone, kInvalidFieldValue},
};

// In front of the rules by class stand those by class and kind of call.
constexpr std::array kClassRules = {
    Rule{"AccessDenied", kNone, kNone, kIntegrationUserRejected},
    Rule{"AccessError", kNone, kNone, kModelAccessDenied},
    Rule{"MissingError", kNone, kNone, kRecordNotFound},
    Rule{"ValidationError", ":uniq", kNone, kUniqueViolation},
    Rule{"ValidationError", kNone, kNone, kValidationFailed},
    Rule{"UserError", kNone, kNone, kBusinessRule},
    Rule{"RedirectWarning", kNone, kNone, kBusinessRule},
    Rule{"LockError", kNone, kNone, kConcurrentUpdate},
    Rule{"ConcurrencyError", kNone, kNone, kConcurrentUpdate},
    Rule{"SessionExpiredException", kNone, kNone, kSessionExpired},
    Rule{"RegistryError", kNone, kNone, kUpstreamUnavailable},
    Rule{"PoolError", kNone, kNone, kUpstreamUnavailable},

    Rule{"werkzeug.exceptions.NotFound", kNone, kNone, kEndpointNotFound},
    Rule{"werkzeug.exceptions.MethodNotAllowed", kNone, kNone, kEndpointNotFound},
    Rule{"werkzeug.exceptions.UnsupportedMediaType", kNone, kNone, kEndpointNotFound},
    Rule{"werkzeug.exceptions.Unauthorized", kNone, kNone, kIntegrationUserRejected},
    Rule{"werkzeug.exceptions.Forbidden", kNone, kNone, kIntegrationUserRejected},
    Rule{"werkzeug.exceptions.UnprocessableEntity", kNone, kNone, kMethodSignatureMismatch},
    Rule{"werkzeug.exceptions.BadRequest", kNone, kNone, kMethodSignatureMismatch},
    Rule{"werkzeug.exceptions.RequestEntityTooLarge", kNone, kNone, kPayloadTooLarge},
    Rule{"werkzeug.exceptions.TooManyRequests", kNone, kNone, kRateLimited},
    Rule{"werkzeug.exceptions.ServiceUnavailable", kNone, kNone, kUpstreamUnavailable},

    Rule{"builtins.ValueError", kNone, "Expected singleton: {*}", kServerError},
    Rule{"builtins.TypeError", kNone, "{*}NoneType{*}", kServerError},
    Rule{"builtins.AttributeError", kNone, "'NoneType' {*}", kServerError},
    Rule{"binascii.Error", kNone, kNone, kInvalidFieldValue},
    Rule{"builtins.ValueError", kNone, kNone, kInvalidFieldValue, nullptr, Call::kWrite},
    Rule{"builtins.TypeError", kNone, kNone, kInvalidFieldValue, nullptr, Call::kWrite},
    Rule{"builtins.AttributeError", kNone, kNone, kInvalidFieldValue, nullptr, Call::kWrite},
    Rule{"builtins.OverflowError", kNone, kNone, kInvalidFieldValue, nullptr, Call::kWrite},
    Rule{"builtins.ValueError", kNone, kNone, kInvalidDomain, nullptr, Call::kQuery},
    Rule{"builtins.TypeError", kNone, kNone, kInvalidDomain, nullptr, Call::kQuery},
    Rule{"builtins.AttributeError", kNone, kNone, kInvalidDomain, nullptr, Call::kQuery},
    Rule{"builtins.IndexError", kNone, kNone, kInvalidDomain, nullptr, Call::kQuery},
    Rule{"builtins.AssertionError", kNone, kNone, kInvalidDomain, nullptr, Call::kQuery},
};

bool FitsOrigin(std::string_view origin, const Evidence& evidence) {
  const std::size_t colon = origin.find(':');
  if (colon == std::string_view::npos) return true;
  const std::string_view function = origin.substr(colon + 1);
  return evidence.file.ends_with(origin.substr(0, colon)) &&
         (function.empty() || function == evidence.function);
}

bool Fits(const Rule& rule, const Evidence& evidence, const FaultContext& context,
          Captures& names) {
  return evidence.exception.ends_with(rule.exception) && FitsOrigin(rule.origin, evidence) &&
         (rule.call == Call::kAny || rule.call == CallOf(context.method)) &&
         (rule.text.empty() || Matches(rule.text, evidence.text, names));
}

template <std::size_t kSize>
Ruling FirstOf(const std::array<Rule, kSize>& rules, const Evidence& evidence,
               const FaultContext& context) {
  Ruling ruling;
  for (const Rule& rule : rules) {
    if (!Fits(rule, evidence, context, ruling.names)) continue;
    ruling.reason = rule.refine == nullptr ? rule.reason : rule.refine(ruling.names, context);
    return ruling;
  }
  return ruling;
}

}  // namespace

Ruling RuleOn(const Evidence& evidence, const FaultContext& context) {
  return FirstOf(kRules, evidence, context);
}

base::Reason RuleOnClass(const Evidence& evidence, const FaultContext& context) {
  const Ruling ruling = FirstOf(kClassRules, evidence, context);
  return ruling.reason == kUnspecified ? kServerError : ruling.reason;
}

}  // namespace gateway::odoo
