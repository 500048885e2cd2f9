#include <array>
#include <istream>
#include <ostream>

#include <absl/strings/escaping.h>

#include "base/printable.h"
#include "codec/json_writer.h"
#include "explain/arguments.h"
#include "explain/explain.h"
#include "explain/python_json.h"
#include "odoo/explain.h"

namespace gateway::explain {
namespace {

using base::Reason;
using codec::JsonWriter;

struct Transport {
  std::string_view name;
  odoo::Protocol protocol;
};
// `web` is JSON-RPC of Odoo's own pages. `http` and others: by what the body looks like.
constexpr std::array kTransports = {
    Transport{"jsonrpc", odoo::Protocol::kJsonRpc}, Transport{"json2", odoo::Protocol::kJson2},
    Transport{"xmlrpc", odoo::Protocol::kXmlRpc}, Transport{"web", odoo::Protocol::kJsonRpc}};

std::optional<odoo::Protocol> ProtocolNamed(std::string_view name) {
  for (const Transport& transport : kTransports) {
    if (transport.name == name) return transport.protocol;
  }
  return std::nullopt;
}

// What Python's HTTP client says where no answer came, by how it begins.
struct Break {
  std::string_view error;
  Reason reason;
};
constexpr std::array kBreaks = {
    Break{"BadStatusLine", Reason::kMalformedResponse},
    Break{"ConnectionResetError", Reason::kUpstreamUnavailable},
    Break{"ConnectionRefusedError", Reason::kUpstreamUnavailable},
};

std::optional<base::Failure> FailureOfBreak(std::string_view error) {
  for (const Break& known : kBreaks) {
    if (error.starts_with(known.error))
      return base::Fail(known.reason, std::string(base::InfoOf(known.reason).advice));
  }
  return std::nullopt;
}

std::int64_t NumberAt(element object, std::string_view name) {
  std::int64_t number = 0;
  return object[name].get(number) == simdjson::SUCCESS ? number : 0;
}

std::string BodyOf(element record) {
  std::string bytes;
  const std::string_view encoded = TextAt(record, "body_base64");
  if (!encoded.empty() && absl::Base64Unescape({encoded.data(), encoded.size()}, &bytes))
    return bytes;
  return std::string(TextAt(record, "body"));
}

ModelCall CallOf(element request) {
  return {TextAt(request, "model"), TextAt(request, "method"), MemberOf(request, "args"),
          MemberOf(request, "kwargs")};
}

std::optional<base::Failure> FailureOf(element record, const contract::Catalog& catalog) {
  const int status = static_cast<int>(NumberAt(record, "http_status"));
  if (status == 0) {
    if (auto broken = FailureOfBreak(TextAt(record, "transport_error"))) return broken;
  }
  std::string body = BodyOf(record);
  const auto headers = MemberOf(record, "headers");
  const std::string_view retry_after =
      headers ? TextAt(*headers, "Retry-After") : std::string_view();
  const odoo::Reply reply{status, TextAt(record, "content_type"), retry_after, body};
  const auto request = MemberOf(record, "request");
  const odoo::FaultContext context =
      request ? ContextOf(CallOf(*request), catalog) : odoo::FaultContext();
  return odoo::FailureIn(reply, ProtocolNamed(TextAt(record, "transport")), context);
}

// What is not known is null.
void Member(std::string_view key, std::string_view text, JsonWriter& out) {
  out.Key(key);
  if (text.empty()) {
    out.Null();
  } else {
    out.Text(text);
  }
}

std::string_view MetadataOf(const base::Failure& failure, std::string_view key) {
  for (const auto& [name, value] : failure.metadata) {
    if (name == key) return value;
  }
  return {};
}

std::string LineOf(std::string_view id, const base::Failure& failure, bool ok) {
  const base::ReasonInfo& info = base::InfoOf(failure.reason);
  std::string line;
  JsonWriter out(line);
  out.BeginObject();
  Member("id", id, out);
  Member("code", ok ? "OK" : base::CodeName(failure.StatusCode()), out);
  Member("reason", ok ? "" : info.name, out);
  out.Key("fields");
  out.BeginArray();
  for (const base::Violation& violation : failure.violations) out.Text(violation.path);
  out.EndArray();
  Member("model", MetadataOf(failure, "model"), out);
  Member("constraint", MetadataOf(failure, "constraint"), out);
  out.Key("retryable");
  out.Boolean(!ok && info.retryable);
  out.EndObject();
  return line;
}

// Most lines are plain JSON already.
bool Parsed(simdjson::dom::parser& parser, std::string& line, element& record) {
  bool read = parser.parse(line).get(record) == simdjson::SUCCESS;
  if (!read) {
    line = PlainJson(line);
    read = parser.parse(line).get(record) == simdjson::SUCCESS;
  }
  return read && record.is_object();
}

}  // namespace

bool Lines(std::istream& in, std::ostream& out, std::ostream& problems,
           const contract::Catalog& catalog) {
  bool good = true;
  std::size_t number = 0;
  simdjson::dom::parser parser;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    element record;
    if (!Parsed(parser, line, record)) {
      problems << "line " << number << " is no JSON object\n";
      good = false;
      continue;
    }
    const auto failure = FailureOf(record, catalog);
    const std::string result =
        LineOf(TextAt(record, "id"), failure.value_or(base::Failure()), !failure);
    out << base::PrintableJson(result) << '\n';
  }
  return good;
}

}  // namespace gateway::explain
