#include "check/report.h"

#include <algorithm>

#include "base/printable.h"
#include "codec/json_writer.h"

namespace gateway::check {
namespace {

constexpr std::size_t kStatusWidth = 6;
constexpr std::size_t kCheckWidth = 12;

std::string Padded(std::string_view text, std::size_t width) {
  std::string padded(text);
  padded.resize(std::max(width, padded.size() + 1), ' ');
  return padded;
}

void Member(codec::JsonWriter& out, std::string_view key, std::string_view text) {
  out.Key(key);
  out.Text(text);
}

void WriteOdoo(const Facts& facts, codec::JsonWriter& out) {
  const odoo::Session& session = facts.session;
  const bool known = session.version != 0;
  out.BeginObject();
  Member(out, "url", facts.url);
  Member(out, "database", session.credentials.database);
  Member(out, "username", session.credentials.username);
  Member(out, "version", session.version_text);
  Member(out, "protocol", known ? odoo::ProtocolName(session.protocol) : std::string_view());
  out.Key("user_id");
  out.Integer(session.uid);
  out.Key("company_id");
  out.Integer(session.company_id);
  Member(out, "language", session.lang);
  out.EndObject();
}

void WriteFinding(const Finding& finding, codec::JsonWriter& out) {
  out.BeginObject();
  Member(out, "check", finding.check);
  Member(out, "subject", finding.subject);
  Member(out, "status", StatusName(finding.status));
  Member(out, "message", finding.message);
  Member(out, "advice", finding.advice);
  out.EndObject();
}

void WriteFindings(const Findings& findings, codec::JsonWriter& out) {
  out.BeginArray();
  for (const Finding& finding : findings) WriteFinding(finding, out);
  out.EndArray();
}

void WriteReport(const Report& report, codec::JsonWriter& out) {
  out.BeginObject();
  Member(out, "instance", report.instance);
  out.Key("ok");
  out.Boolean(AllPassed(report.findings));
  out.Key("odoo");
  WriteOdoo(report.facts, out);
  out.Key("checks");
  WriteFindings(report.findings, out);
  out.EndObject();
}

}  // namespace

std::string Text(const Findings& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += Padded(StatusName(finding.status), kStatusWidth) + Padded(finding.check, kCheckWidth);
    if (!finding.subject.empty()) text += base::Printable(finding.subject) + ": ";
    text += base::Printable(finding.message) + "\n";
    if (finding.advice.empty()) continue;
    text += std::string(kStatusWidth + kCheckWidth, ' ') + "-> " + base::Printable(finding.advice) +
            "\n";
  }
  return text;
}

std::string Text(const Reports& reports) {
  std::string text = Text(reports.gateway);
  if (reports.instances.size() == 1) return text + Text(reports.instances.front().findings);
  for (const Report& report : reports.instances)
    text += "\n" + report.instance + ":\n" + Text(report.findings);
  return text;
}

std::string JsonDocument(const Reports& reports) {
  std::string text;
  codec::JsonWriter out(text);
  out.BeginObject();
  out.Key("ok");
  out.Boolean(AllPassed(reports));
  out.Key("gateway");
  WriteFindings(reports.gateway, out);
  out.Key("instances");
  out.BeginArray();
  for (const Report& report : reports.instances) WriteReport(report, out);
  out.EndArray();
  out.EndObject();
  return base::PrintableJson(text) + "\n";
}

bool AllPassed(const Reports& reports) {
  return AllPassed(reports.gateway) &&
         std::ranges::all_of(reports.instances,
                             [](const Report& report) { return AllPassed(report.findings); });
}

}  // namespace gateway::check
