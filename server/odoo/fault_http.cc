// Answers that are not Odoo's protocol: error pages of Odoo's HTTP layer and of proxies.
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <string>

#include "odoo/fault.h"
#include "odoo/fault_words.h"

namespace gateway::odoo {
namespace {

using base::Reason;
using enum Reason;

struct HttpRule {
  // Range of the status; 0 means that no answer came.
  int first;
  int last;
  // Empty fits every body.
  std::string_view words;
  Reason reason;
};

// The words are Odoo's and werkzeug's, which translate none of these pages.
constexpr std::array kHttpRules = {
    HttpRule{0, 0, "", kTimeout},
    HttpRule{200, 299, "", kMalformedResponse},
    HttpRule{300, 399, "", kEndpointNotFound},
    HttpRule{400, 400, "Request inferred type is compatible", kEndpointNotFound},
    HttpRule{400, 400, "plain HTTP request was sent to HTTPS port", kEndpointNotFound},
    HttpRule{400, 400, "", kServerError},
    HttpRule{401, 401, "", kIntegrationUserRejected},
    HttpRule{403, 403, "", kEndpointNotFound},
    HttpRule{404, 404, "No database is selected", kDatabaseNotFound},
    HttpRule{404, 406, "", kEndpointNotFound},
    HttpRule{407, 407, "", kEndpointNotFound},
    HttpRule{408, 408, "", kTimeout},
    HttpRule{410, 410, "", kEndpointNotFound},
    HttpRule{413, 413, "", kPayloadTooLarge},
    HttpRule{414, 414, "", kPayloadTooLarge},
    HttpRule{415, 415, "", kEndpointNotFound},
    HttpRule{421, 421, "", kEndpointNotFound},
    HttpRule{426, 426, "", kEndpointNotFound},
    HttpRule{429, 429, "", kRateLimited},
    HttpRule{431, 431, "", kPayloadTooLarge},
    HttpRule{499, 499, "", kTimeout},
    // Odoo writes a page instead of its protocol only where it fails before the call: no registry,
    // no connection.
    HttpRule{500, 500, "The server encountered an internal error and was unable to complete",
             kUpstreamUnavailable},
    HttpRule{500, 500, "", kServerError},
    HttpRule{501, 501, "", kEndpointNotFound},
    HttpRule{502, 503, "", kUpstreamUnavailable},
    HttpRule{504, 504, "", kTimeout},
    HttpRule{505, 505, "", kEndpointNotFound},
    HttpRule{507, 507, "", kUpstreamUnavailable},
    HttpRule{509, 509, "", kRateLimited},
    HttpRule{520, 523, "", kUpstreamUnavailable},
    HttpRule{524, 524, "", kTimeout},
    HttpRule{525, 530, "", kUpstreamUnavailable},
};

// Those that Odoo itself gives to exceptions in JSON.
constexpr std::array kOdooStatuses = {400, 403, 404, 422, 500};

// An exception of Odoo that was cut on its way: its status alone would mislead.
bool IsCutAnswer(int status, std::string_view content_type, std::string_view body) {
  const bool may_be =
      content_type.starts_with("application/json") &&
      std::find(kOdooStatuses.begin(), kOdooStatuses.end(), status) != kOdooStatuses.end();
  if (!may_be) return false;
  simdjson::dom::parser parser;
  return parser.parse(simdjson::padded_string(body)).error() != simdjson::SUCCESS;
}

// A page says in its paragraphs which of several things it means.
bool IsCutPage(int status, std::string_view body) {
  constexpr std::string_view kPage = "<!doctype html>";
  const std::string_view head = body.substr(0, kPage.size());
  if (body.size() > kMostWords) return false;
  const bool is_page =
      !head.empty() && std::equal(head.begin(), head.end(), kPage.begin(),
                                  [](char c, char page) { return (c | 0x20) == (page | 0x20); });
  return status == 404 && is_page && body.find("</p>") == std::string_view::npos &&
         body.find("</html>") == std::string_view::npos;
}

Reason ReasonOf(int status, std::string_view content_type, std::string_view body) {
  if (IsCutAnswer(status, content_type, body)) return kMalformedResponse;
  if (IsCutPage(status, body)) return kMalformedResponse;
  const std::string_view words = body.substr(0, kMostWords);
  const auto* rule = std::find_if(kHttpRules.begin(), kHttpRules.end(), [&](const HttpRule& rule) {
    return rule.first <= status && status <= rule.last &&
           words.find(rule.words) != std::string_view::npos;
  });
  return rule == kHttpRules.end() ? kMalformedResponse : rule->reason;
}

// `Retry-After` in seconds. Its other form, a date, is left to the caller's own back-off.
std::optional<std::chrono::milliseconds> Seconds(std::string_view retry_after) {
  constexpr int kDay = 86400;
  int seconds = 0;
  const auto* end = retry_after.data() + retry_after.size();
  const auto [last, error] = std::from_chars(retry_after.data(), end, seconds);
  if (error != std::errc() || last != end || seconds < 0) return std::nullopt;
  return std::chrono::seconds(std::min(seconds, kDay));
}

}  // namespace

base::Failure ClassifyHttp(int status, std::string_view content_type, std::string_view body,
                           std::string_view retry_after, const FaultContext& context) {
  constexpr std::size_t kLogged = 4096;
  const Reason reason = ReasonOf(status, content_type, body);
  base::Failure failure = base::Fail(reason, SentenceFor(reason, {}));
  failure.metadata.emplace_back("http_status", std::to_string(status));
  if (base::InfoOf(reason).retryable) failure.retry_after = Seconds(retry_after);
  failure.odoo_lang = context.lang;
  failure.debug.append(content_type).append("\n").append(body.substr(0, kLogged));
  return failure;
}

}  // namespace gateway::odoo
