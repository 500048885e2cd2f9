// Steps of connecting: those that succeeded, and the one that did not.
#include "check/connect_checks.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "odoo/fault.h"

namespace gateway::check {
namespace {

using base::Reason;

// The last version that the tests cover.
constexpr int kNewestTested = 19;

std::string VersionMessage(const odoo::Session& session) {
  return "Odoo " + session.version_text + ", spoken to by " +
         std::string(odoo::ProtocolName(session.protocol)) + ".";
}

Finding Connection(const Facts& facts) {
  return {"connection", facts.url, Status::kOk, "An Odoo answers.", {}};
}

Finding Version(const Facts& facts) {
  Finding finding{
      "version", facts.session.version_text, Status::kOk, VersionMessage(facts.session), {}};
  if (facts.session.version <= kNewestTested) return finding;
  finding.status = Status::kWarning;
  finding.message += " The gateway was tested up to " + std::to_string(kNewestTested) + ".";
  finding.advice = "Look for a newer gateway before you rely on this one.";
  return finding;
}

Finding Database(const Facts& facts) {
  return {"database", facts.session.credentials.database, Status::kOk, "It is there.", {}};
}

Finding User(const Facts& facts) {
  const odoo::Session& session = facts.session;
  const std::string& login = session.credentials.username;
  return {"user",
          login.empty() ? "id " + std::to_string(session.uid) : login,
          Status::kOk,
          "Odoo accepts it: user " + std::to_string(session.uid) + ", company " +
              std::to_string(session.company_id) + ", language " +
              (session.lang.empty() ? "none" : session.lang) + ".",
          {}};
}

// In this order; those before the one that failed have passed.
struct ConnectCheck {
  std::string_view name;
  Finding (*passed)(const Facts& facts);
};
constexpr ConnectCheck kConnectChecks[] = {
    {"connection", &Connection}, {"version", &Version}, {"database", &Database}, {"user", &User}};

// Which check a failure belongs to within some steps, where the step alone does not tell.
struct Blame {
  Reason reason;
  Step first;
  Step last;
  std::string_view check;
};
constexpr Blame kBlames[] = {
    // Once the user was let in, the way to Odoo is not what is wrong.
    {Reason::kUpstreamUnavailable, Step::kReach, Step::kLogin, "connection"},
    {Reason::kTimeout, Step::kReach, Step::kLogin, "connection"},
    {Reason::kCancelled, Step::kReach, Step::kLogin, "connection"},
    {Reason::kRateLimited, Step::kReach, Step::kLogin, "connection"},
    {Reason::kDatabaseNotFound, Step::kReach, Step::kFields, "database"},
    {Reason::kIntegrationUserRejected, Step::kReach, Step::kFields, "user"},
    // Odoo was found: then it does not speak the protocol.
    {Reason::kEndpointNotFound, Step::kLogin, Step::kFields, "version"},
};

// By Step.
constexpr std::array<std::string_view, 6> kCheckOfStep = {"connection", "version", "user",
                                                          "user",       "fields",  "access"};

std::string_view BlamedCheck(const Facts& facts) {
  for (const Blame& blame : kBlames) {
    const bool within = blame.first <= facts.reached && facts.reached <= blame.last;
    if (within && blame.reason == facts.failure->reason) return blame.check;
  }
  return kCheckOfStep[static_cast<std::size_t>(facts.reached)];
}

struct AdviceRule {
  Reason reason;
  std::string_view advice;
};
constexpr AdviceRule kAdvice[] = {
    {Reason::kUpstreamUnavailable,
     "Check ODOO_URL, that Odoo runs, and that this machine reaches it: name, port, firewall, "
     "certificate (--odoo-ca-file), proxy."},
    {Reason::kTimeout,
     "Check that the host and port of ODOO_URL are Odoo's and not blocked, and that Odoo has a "
     "free worker."},
    {Reason::kCancelled,
     "Odoo answers, but far too slowly or not always: look at its load and its log."},
    {Reason::kEndpointNotFound,
     "Set ODOO_URL to the address that people open in the browser, without /web or /odoo, and "
     "let --odoo-protocol be auto."},
    {Reason::kMalformedResponse,
     "Something else answers at ODOO_URL: a login page, a proxy, another program. Set it to "
     "Odoo's own address."},
    {Reason::kDatabaseNotFound,
     "Set ODOO_DATABASE to the name of a database of this Odoo, exactly as its administrator "
     "wrote it; Odoo's dbfilter must let it pass."},
    {Reason::kIntegrationUserRejected,
     "Check ODOO_USERNAME and the API key or password. Keys expire and can be deleted: make a "
     "new one as that user, in the preferences under account security."},
};

// An Odoo that let the user in and then failed to answer: nothing is wrong with its address.
bool AnsweredBefore(const Facts& facts) {
  const Reason reason = facts.failure->reason;
  return facts.reached > Step::kLogin &&
         (reason == Reason::kUpstreamUnavailable || reason == Reason::kTimeout);
}

std::string AdviceFor(const Facts& facts) {
  const Reason reason = AnsweredBefore(facts) ? Reason::kCancelled : facts.failure->reason;
  const auto* rule = std::ranges::find(kAdvice, reason, &AdviceRule::reason);
  if (rule != std::end(kAdvice)) return std::string(rule->advice);
  return std::string(base::InfoOf(reason).advice);
}

// The transport's words, or the status that came: neither is Odoo's, whose tracebacks hold records.
std::string DetailOf(const base::Failure& failure) {
  if (odoo::IsRaisedByOdoo(failure)) return {};
  for (const auto& [key, value] : failure.metadata) {
    if (key == "http_status") return " (HTTP status " + value + ")";
  }
  const std::string line = failure.debug.substr(0, failure.debug.find('\n'));
  return line.empty() ? line : " (" + line + ")";
}

std::string SubjectOf(std::string_view check, const Facts& facts) {
  if (check == "database") return facts.session.credentials.database;
  if (check == "user") return facts.session.credentials.username;
  if (check == "version") return facts.session.version_text;
  return facts.url;
}

// A step's failure; all but the rights are needed.
Finding Failed(std::string_view check, const Facts& facts) {
  const bool needed = facts.reached != Step::kRights;
  const std::string_view what = needed ? "" : "The user's rights could not be looked up. ";
  return {check, SubjectOf(check, facts), needed ? Status::kFailed : Status::kWarning,
          std::string(what) + facts.failure->message + DetailOf(*facts.failure), AdviceFor(facts)};
}

}  // namespace

void JudgeConnecting(const Facts& facts, Findings& findings) {
  const std::string_view blamed = facts.failure ? BlamedCheck(facts) : std::string_view();
  for (const ConnectCheck& check : kConnectChecks) {
    if (check.name == blamed) break;
    findings.push_back(check.passed(facts));
  }
  if (!facts.failure) return;
  findings.push_back(Failed(blamed, facts));
}

}  // namespace gateway::check
