#include "odoo/fault_rules.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace gateway::odoo {
namespace {

using base::Reason;
using enum Reason;

// What a call does with its arguments; decides whose mistake a bare Python error is.
enum class Purpose : std::uint8_t { kAny, kWrite, kQuery, kOther };

struct MethodRow {
  std::string_view method;
  Purpose purpose;
};
constexpr std::array kMethods = {
    MethodRow{"create", Purpose::kWrite},
    MethodRow{"write", Purpose::kWrite},
    MethodRow{"web_save", Purpose::kWrite},
    MethodRow{"copy", Purpose::kWrite},
    MethodRow{"load", Purpose::kWrite},
    MethodRow{"name_create", Purpose::kWrite},
    MethodRow{"message_post", Purpose::kWrite},
    MethodRow{"search", Purpose::kQuery},
    MethodRow{"search_count", Purpose::kQuery},
    MethodRow{"search_read", Purpose::kQuery},
    MethodRow{"search_fetch", Purpose::kQuery},
    MethodRow{"name_search", Purpose::kQuery},
    MethodRow{"read_group", Purpose::kQuery},
    MethodRow{"formatted_read_group", Purpose::kQuery},
    MethodRow{"web_search_read", Purpose::kQuery},
    MethodRow{"web_read_group", Purpose::kQuery},
};

Purpose PurposeOf(std::string_view method) {
  const auto* row = std::find_if(kMethods.begin(), kMethods.end(),
                                 [&](const MethodRow& known) { return known.method == method; });
  return row == kMethods.end() ? Purpose::kOther : row->purpose;
}

bool IsRequested(std::string_view field, const FaultContext& context) {
  return std::any_of(context.fields.begin(), context.fields.end(), [&](std::string_view path) {
    if (!path.ends_with(field)) return false;
    path.remove_suffix(field.size());
    return path.empty() || path.ends_with('.');
  });
}

// Whether `7, 8,` names the id.
bool NamesId(std::string_view ids, std::int64_t id) {
  const std::string all = " " + std::string(ids) + ",";
  return all.find(" " + std::to_string(id) + ",") != std::string::npos;
}

// `res.partner(7, 8)`, as Python prints records, is the same in every language.
struct PrintedRecords {
  std::string_view model;
  std::string_view ids;
  std::string_view rest;
};

PrintedRecords RecordsIn(std::string_view text) {
  constexpr std::string_view kModel = "abcdefghijklmnopqrstuvwxyz0123456789_.";
  constexpr std::string_view kIds = "0123456789,- ";
  for (std::size_t open = text.find('('); open != std::string_view::npos;
       open = text.find('(', open + 1)) {
    const std::size_t close = text.find_first_not_of(kIds, open + 1);
    if (close == std::string_view::npos || text[close] != ')' || close == open + 1) continue;
    const std::size_t before = text.find_last_not_of(kModel, open == 0 ? 0 : open - 1);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    if (begin >= open) continue;
    return {text.substr(begin, open - begin), text.substr(open + 1, close - open - 1),
            text.substr(close + 1)};
  }
  return {};
}

// A reason that depends on the request as well; may add names.
using Refine = Reason (*)(const Evidence&, const FaultContext&, Captures&);

// `(Record: res.partner(7,), User: 2)`: the gateway's own user, a record that the request names, or
// one that it refers to.
Reason MissingRecord(const Evidence& evidence, const FaultContext& context, Captures& names) {
  const PrintedRecords records = RecordsIn(evidence.text);
  if (records.model.empty()) return context.ids.empty() ? kInvalidReference : kRecordNotFound;
  names.emplace_back("model", records.model);
  names.emplace_back("ids", records.ids);
  const std::string_view id = records.ids.substr(0, records.ids.find(','));
  const bool own_user = records.rest.find(" " + std::string(id) + ")") != std::string_view::npos;
  if (records.model == "res.users" && own_user) return kIntegrationUserRejected;
  const bool named = std::any_of(context.ids.begin(), context.ids.end(),
                                 [&](std::int64_t one) { return NamesId(records.ids, one); });
  return records.model == context.model && named ? kRecordNotFound : kInvalidReference;
}

// A KeyError holds nothing but the key: a field that the request has and Odoo lacks, or the other
// way round.
Reason MissingKey(const Evidence&, const FaultContext& context, Captures& names) {
  const std::string_view field = CaptureOf(names, "field");
  if (IsRequested(field, context)) return kUnknownField;
  const bool is_name = !field.empty() && field.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") ==
                                             std::string_view::npos;
  return is_name && PurposeOf(context.method) == Purpose::kWrite ? kRequiredFieldMissing
                                                                 : kServerError;
}

// Empty members fit everything.
struct Rule {
  // End of the class name.
  std::string_view exception;
  // A template over `file:function`.
  std::string_view origin;
  // A template over the message.
  std::string_view text;
  Reason reason;
  std::string_view argument = {};
  Refine refine = nullptr;
  Purpose purpose = Purpose::kAny;
};

constexpr std::string_view kAll;

constexpr std::array kRules = {
    // The call itself.
    Rule{kAll, kAll, "Object {*} doesn't exist", kModelNotFound},
    Rule{kAll, kAll, "the model '{*}' does not exist", kModelNotFound},
    Rule{kAll, kAll, "The method '{*}' does not exist{*}", kMethodNotFound},
    Rule{"AccessError", "{*}:get_public_method", kAll, kMethodNotAllowed},
    Rule{kAll, kAll, "Private methods (such as {*}) cannot be called remotely.", kMethodNotAllowed},
    Rule{"Exception", kAll, "Method not found: {*}", kMethodNotFound},
    Rule{"Exception", kAll, "CPU time limit exceeded.", kTimeout},
    Rule{"TypeError", kAll, "{*}() got an unexpected keyword argument '{*}'",
         kMethodSignatureMismatch},
    Rule{"TypeError", kAll, "{*}() got multiple values for argument '{*}'",
         kMethodSignatureMismatch},
    Rule{"TypeError", kAll, "{*}() takes {*} positional argument{*} given",
         kMethodSignatureMismatch},
    Rule{"TypeError", kAll, "{*}() missing {*} required {*}argument{*}", kMethodSignatureMismatch},
    Rule{"IndexError", "{*}:{*}call_kw{*}", kAll, kMethodSignatureMismatch},
    Rule{"ValueError", "{*}:{*}call_kw{*}", kAll, kMethodSignatureMismatch},
    Rule{"AttributeError", "{*}:get_public_method", kAll, kMethodNotFound},
    Rule{"AssertionError", kAll, "Missing database name", kDatabaseNotFound},
    Rule{"AccessError", "{*}:authenticate", "Database not found.", kDatabaseNotFound},
    Rule{"OperationalError", kAll, "{*}database \"{*}\" does not exist{*}", kDatabaseNotFound},
    Rule{"TypeError", "{*}:validate_secret", kAll, kIntegrationUserRejected},

    // Rights. Records stand in lists under a user's number, models alone in brackets.
    Rule{"AccessError", "{*}:{*}check_field_access{*}", "{*} \"{field}\" {*} ({model}){*}",
         kFieldAccessDenied},
    Rule{"AccessError", "{*}:check_field_access_rights", "{*} ({model}){*}", kFieldAccessDenied},
    Rule{"AccessError", "{*}:_check_field_access", "{*} ({model}){*}", kFieldAccessDenied},
    Rule{"AccessError", "{*}:_check_private_fields", kAll, kFieldAccessDenied},
    Rule{"AccessError", "{*}:company", kAll, kRecordAccessDenied},
    Rule{"AccessError", "{*}:companies", kAll, kRecordAccessDenied},
    Rule{"AccessError", kAll, "{*} (id={*}){*}- {*} ({model}){*}", kRecordAccessDenied},
    Rule{"AccessError", kAll, "{*} (id={*}){*}", kRecordAccessDenied},
    Rule{"AccessError", kAll, "{*} ({model}){*}", kModelAccessDenied},

    // Records.
    Rule{"MissingError", kAll, kAll, kRecordNotFound, {}, MissingRecord},

    // Fields.
    Rule{kAll, kAll, "Invalid field '{field}' on model '{model}'{*}", kUnknownField},
    Rule{kAll, kAll, "Invalid field '{field}' on '{model}'", kUnknownField},
    Rule{kAll, kAll, "Invalid field '{field}' in domain term {*}", kUnknownField},
    Rule{kAll, kAll, "Invalid field '{field}' in '{model}'", kUnknownField},
    Rule{kAll, kAll, "Invalid field {model_field} in leaf {*}", kUnknownField},
    Rule{kAll, kAll, "Invalid field {model_field} in condition {*}", kUnknownField},
    Rule{kAll, kAll, "Invalid field property '{property}' on {model_field}", kUnknownField},
    Rule{kAll, kAll, "Invalid field name '{field}'", kUnknownField},
    Rule{kAll, kAll, "Invalid field_name: '{field}'", kUnknownField},
    Rule{kAll, kAll, "Wrong value for {model_field}: '{*}'", kInvalidFieldValue},
    Rule{kAll, kAll, "Wrong value for {model_field}: {*}", kInvalidReference},
    Rule{kAll, kAll, "Cannot convert {model_field} {*}to SQL because {*}", kInvalidDomain},
    Rule{"KeyError", "{*}/models.py:__getitem__", "{field}", kUnknownField},
    // `load` trips over itself where an external id is blank.
    Rule{"KeyError", kAll, "'record'", kInvalidFieldValue},
    Rule{"KeyError", kAll, "'{field}'", kServerError, {}, MissingKey},
    Rule{"KeyError", kAll, "{field}", kServerError, {}, MissingKey},

    // Filters and orders.
    Rule{kAll, "{*}:_check_qorder", kAll, kInvalidDomain, "order"},
    Rule{"Error", "{*}/expression.py:{*}", kAll, kInvalidDomain},
    Rule{"Error", "{*}/domains.py:{*}", kAll, kInvalidDomain},
    Rule{kAll, kAll, "Invalid domain term {*}", kInvalidDomain},
    Rule{kAll, kAll, "Invalid leaf {*}", kInvalidDomain},
    Rule{"InvalidRowCountInLimitClause", kAll, kAll, kInvalidFieldValue, "limit"},
    Rule{"InvalidRowCountInResultOffsetClause", kAll, kAll, kInvalidFieldValue, "offset"},

    // Values. Odoo converts scalars before they reach the database, so text for an integer column
    // is a reference.
    Rule{kAll, kAll, "could not convert string to float: '{value}'", kInvalidFieldValue},
    Rule{kAll, kAll, "invalid literal for int() with base 10: '{value}'", kInvalidFieldValue},
    Rule{kAll, kAll, "int() argument must be {*}", kInvalidFieldValue},
    Rule{kAll, kAll, "float() argument must be {*}", kInvalidFieldValue},
    Rule{kAll, kAll, "time data '{value}' does not match format '{*}'", kInvalidFieldValue},
    Rule{kAll, kAll, "unconverted data remains: {*}", kInvalidFieldValue},
    Rule{kAll, kAll, "A string literal cannot contain NUL {*}", kInvalidFieldValue},
    Rule{kAll, kAll, "Granularity specification isn't correct: {*}", kInvalidFieldValue},
    Rule{"InvalidTextRepresentation",
         kAll,
         "{*} integer: \"{value}\"{*}",
         kInvalidFieldValue,
         {},
         nullptr,
         Purpose::kQuery},
    Rule{"InvalidTextRepresentation", kAll, "{*} integer: \"{value}\"{*}", kInvalidReference},
    Rule{"InvalidDatetimeFormat", kAll, "{*}: \"{value}\"{*}", kInvalidFieldValue},
    Rule{"DatetimeFieldOverflow", kAll, "{*}: \"{value}\"{*}", kInvalidFieldValue},
    Rule{"NumericValueOutOfRange", kAll, "value \"{value}\" is out of range {*}",
         kInvalidFieldValue},
    Rule{"InvalidTextRepresentation", kAll, "{*}: \"{value}\"{*}", kInvalidFieldValue},
    Rule{kAll, "{*}:with_context", kAll, kInvalidFieldValue, "context"},
    Rule{"UserError", "{*}/api.py:lang", kAll, kInvalidFieldValue, "context.lang"},
    Rule{"UserError", "{*}/environments.py:lang", kAll, kInvalidFieldValue, "context.lang"},
    Rule{"UserError", "{*}:_image_process", kAll, kInvalidFieldValue},
    Rule{"UserError", "{*}/tools/image.py:{*}", kAll, kInvalidFieldValue},
};

constexpr std::array kClassRules = {
    Rule{"AccessDenied", kAll, kAll, kIntegrationUserRejected},
    Rule{"AccessError", kAll, kAll, kModelAccessDenied},
    // Checks of uniqueness in Python call themselves so.
    Rule{"ValidationError", "{*}:{*}uniq{*}", kAll, kUniqueViolation},
    Rule{"UserError", "{*}:{*}uniq{*}", kAll, kUniqueViolation},
    Rule{"ValidationError", "{*}:{*}duplicat{*}", kAll, kUniqueViolation},
    Rule{"ValidationError", kAll, kAll, kValidationFailed},
    Rule{"UserError", kAll, kAll, kBusinessRule},
    Rule{"RedirectWarning", kAll, kAll, kBusinessRule},
    Rule{"LockError", kAll, kAll, kConcurrentUpdate},
    Rule{"ConcurrencyError", kAll, kAll, kConcurrentUpdate},
    Rule{"SessionExpiredException", kAll, kAll, kSessionExpired},
    Rule{"RegistryError", kAll, kAll, kUpstreamUnavailable},
    Rule{"PoolError", kAll, kAll, kUpstreamUnavailable},

    Rule{"werkzeug.exceptions.NotFound", "{*}/dataset.py:{*}", kAll, kModelNotFound},
    Rule{"werkzeug.exceptions.NotFound", kAll, kAll, kEndpointNotFound},
    Rule{"werkzeug.exceptions.MethodNotAllowed", kAll, kAll, kEndpointNotFound},
    Rule{"werkzeug.exceptions.UnsupportedMediaType", kAll, kAll, kEndpointNotFound},
    Rule{"werkzeug.exceptions.Unauthorized", kAll, kAll, kIntegrationUserRejected},
    Rule{"werkzeug.exceptions.Forbidden", kAll, kAll, kIntegrationUserRejected},
    Rule{"werkzeug.exceptions.UnprocessableEntity", kAll, kAll, kMethodSignatureMismatch},
    Rule{"werkzeug.exceptions.BadRequest", kAll, kAll, kMethodSignatureMismatch},
    Rule{"werkzeug.exceptions.RequestEntityTooLarge", kAll, kAll, kPayloadTooLarge},
    Rule{"werkzeug.exceptions.TooManyRequests", kAll, kAll, kRateLimited},
    Rule{"werkzeug.exceptions.ServiceUnavailable", kAll, kAll, kUpstreamUnavailable},

    // A bare Python error: Odoo tripped over a value, a filter, or itself.
    Rule{"builtins.ValueError", kAll, "Expected singleton: {*}", kServerError},
    Rule{"builtins.TypeError", kAll, "{*}NoneType{*}", kServerError},
    Rule{"builtins.AttributeError", kAll, "'NoneType' {*}", kServerError},
    Rule{"binascii.Error", kAll, kAll, kInvalidFieldValue},
    Rule{"builtins.ValueError", kAll, kAll, kInvalidFieldValue, {}, nullptr, Purpose::kWrite},
    Rule{"builtins.TypeError", kAll, kAll, kInvalidFieldValue, {}, nullptr, Purpose::kWrite},
    Rule{"builtins.AttributeError", kAll, kAll, kInvalidFieldValue, {}, nullptr, Purpose::kWrite},
    Rule{"builtins.SyntaxError", kAll, kAll, kInvalidFieldValue, {}, nullptr, Purpose::kWrite},
    Rule{"builtins.OverflowError", kAll, kAll, kInvalidFieldValue},
    Rule{"builtins.UnicodeEncodeError", kAll, kAll, kInvalidFieldValue},
    Rule{"builtins.ValueError", kAll, kAll, kInvalidDomain, {}, nullptr, Purpose::kQuery},
    Rule{"builtins.TypeError", kAll, kAll, kInvalidDomain, {}, nullptr, Purpose::kQuery},
    Rule{"builtins.AttributeError", kAll, kAll, kInvalidDomain, {}, nullptr, Purpose::kQuery},
    Rule{"builtins.IndexError", kAll, kAll, kInvalidDomain, {}, nullptr, Purpose::kQuery},
    Rule{"builtins.AssertionError", kAll, kAll, kInvalidDomain, {}, nullptr, Purpose::kQuery},
    Rule{"builtins.RecursionError", kAll, kAll, kInvalidDomain, {}, nullptr, Purpose::kQuery},
    Rule{kAll, kAll, kAll, kServerError},
};

bool Fits(const Rule& rule, const Evidence& evidence, const FaultContext& context,
          Captures& names) {
  return evidence.exception.ends_with(rule.exception) &&
         (rule.purpose == Purpose::kAny || rule.purpose == PurposeOf(context.method)) &&
         (rule.origin.empty() || Matches(rule.origin, evidence.origin, names)) &&
         (rule.text.empty() || Matches(rule.text, evidence.text, names));
}

template <std::size_t kSize>
Ruling FirstOf(const std::array<Rule, kSize>& rules, const Evidence& evidence,
               const FaultContext& context) {
  const Evidence trimmed{evidence.exception, Trim(evidence.text), evidence.origin};
  for (const Rule& rule : rules) {
    Ruling ruling{rule.reason, {}, rule.argument};
    if (!Fits(rule, trimmed, context, ruling.names)) continue;
    if (rule.refine != nullptr) ruling.reason = rule.refine(evidence, context, ruling.names);
    return ruling;
  }
  return {};
}

}  // namespace

Ruling RuleOn(const Evidence& evidence, const FaultContext& context) {
  return FirstOf(kRules, evidence, context);
}

Ruling RuleOnClass(const Evidence& evidence, const FaultContext& context) {
  // Protocols drop the class of what Odoo tells its users, and only of that.
  if (!evidence.exception.empty()) return FirstOf(kClassRules, evidence, context);
  return FirstOf(kClassRules, {"odoo.exceptions.UserError", evidence.text, {}}, context);
}

}  // namespace gateway::odoo
