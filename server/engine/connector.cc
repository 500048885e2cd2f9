#include "engine/connector.h"

#include <algorithm>

#include "engine/asked.h"
#include "engine/fan_out.h"
#include "odoo/schema_answer.h"

namespace gateway::engine {
namespace {

using base::Fail;
using base::Failure;
using base::Reason;
using base::Result;
using codec::JsonView;
using odoo::Protocol;
using std::chrono::milliseconds;

constexpr milliseconds kExchangeTimeout{20000};
// The first version with JSON-2.
constexpr int kJson2Since = 19;
constexpr int kOldestVersion = 18;

// `[19, 0, 0, "final", 0, ""]`; 0 where it is none.
int MajorOf(const JsonView& answer, std::string_view member) {
  int major = 0;
  const auto info = answer.Member(member);
  if (!info) return major;
  info->ForEachElement([&major](const JsonView& part) {
    major = static_cast<int>(part.Integer().value_or(0));
    return false;
  });
  return major;
}

std::string TextOf(const JsonView& answer, std::string_view member) {
  const auto text = answer.Member(member);
  return text ? std::string(text->Text().value_or("")) : std::string();
}

Failure NotOdoo() {
  return Fail(Reason::kEndpointNotFound,
              "What answers at Odoo's URL does not tell a version of Odoo. Check the URL.");
}

bool IsOutage(Reason reason) {
  return reason == Reason::kUpstreamUnavailable || reason == Reason::kTimeout;
}

// Failures that mean: no such model, at least not for us. Its calls get Odoo's own answer.
struct AbsenceRule {
  Reason reason;
  schema::Absence absence;
};
constexpr AbsenceRule kAbsences[] = {
    {Reason::kModelNotFound, schema::Absence::kMissing},
    {Reason::kModelAccessDenied, schema::Absence::kHidden},
    {Reason::kRecordAccessDenied, schema::Absence::kHidden},
};

// Language and companies from the answer of `read`. False if the companies are missing.
bool TakeUser(const JsonView& user, odoo::Session& session) {
  session.lang = TextOf(user, "lang");
  const auto companies = user.Member("company_ids");
  if (companies) {
    auto ids = IdsIn(*companies);
    if (!ids) return false;
    session.company_ids = std::move(*ids);
  }
  const auto company = user.Member("company_id");
  if (!company) return false;
  // many2one: [id, name]
  company->ForEachElement([&session](const JsonView& id) {
    session.company_id = id.Integer().value_or(0);
    return false;
  });
  return session.company_id > 0;
}

Purpose PurposeOf(Cancellation& cancellation) {
  return {observe::Operation::kConnect, false, http::Clock::now() + kExchangeTimeout, cancellation};
}

}  // namespace

base::Task<Result<odoo::Session>> Connector::Connect(std::size_t width,
                                                     Cancellation& cancellation) {
  auto session = co_await Detect(cancellation);
  if (!session) co_return std::move(session);
  auto supported = Supported(*session);
  if (!supported) co_return std::move(supported.failure());
  auto uid = co_await Authenticate(*session, cancellation);
  if (!uid) co_return std::move(uid.failure());
  session->uid = *uid;
  auto user = co_await ReadUser(*session, cancellation);
  if (!user) co_return std::move(user.failure());
  auto fields = co_await ReadSchema(*session, width, cancellation);
  if (!fields) co_return std::move(fields.failure());
  co_return std::move(session);
}

// `/web/version` answers from 19 on; older ones tell it by RPC. Where XML-RPC is asked for, nothing
// else may be open.
base::Task<Result<odoo::Session>> Connector::Detect(Cancellation& cancellation) {
  odoo::Session session;
  session.credentials = options_.credentials;
  if (options_.protocol == Protocol::kXmlRpc)
    co_return co_await DetectByRpc(std::move(session), Protocol::kXmlRpc, cancellation);
  auto web = co_await Ask(odoo::VersionMessage(), Protocol::kJson2, cancellation);
  if (web) {
    session.version = MajorOf(web->result(), "version_info");
    session.version_text = TextOf(web->result(), "version");
  } else if (IsOutage(web.failure().reason)) {
    co_return std::move(web.failure());
  }
  if (session.version == 0) {
    auto told = co_await DetectByRpc(std::move(session), Protocol::kJsonRpc, cancellation);
    if (!told) co_return std::move(told.failure());
    session = std::move(*told);
  }
  const bool json2 = session.version >= kJson2Since && !options_.credentials.api_key.empty();
  session.protocol = options_.protocol.value_or(json2 ? Protocol::kJson2 : Protocol::kJsonRpc);
  co_return std::move(session);
}

base::Task<Result<odoo::Session>> Connector::DetectByRpc(odoo::Session session, Protocol protocol,
                                                         Cancellation& cancellation) {
  auto message = odoo::CommonVersionMessage(protocol, upstream_.NextMessageId());
  auto common = co_await Ask(std::move(message), protocol, cancellation);
  // No database was named so far: an Odoo that asks for one has no such address.
  if (!common && common.failure().reason == Reason::kDatabaseNotFound) co_return NotOdoo();
  if (!common) co_return std::move(common.failure());
  session.protocol = protocol;
  session.version = MajorOf(common->result(), "server_version_info");
  session.version_text = TextOf(common->result(), "server_version");
  if (session.version == 0) co_return NotOdoo();
  co_return std::move(session);
}

base::Status Connector::Supported(const odoo::Session& session) {
  if (session.version >= kOldestVersion) return base::Done{};
  return Fail(Reason::kEndpointNotFound,
              "Odoo " + session.version_text + " is older than the gateway supports (18).");
}

base::Task<Result<std::int64_t>> Connector::Authenticate(const odoo::Session& session,
                                                         Cancellation& cancellation) {
  // JSON-2 knows the user by its key; asking who that is checks the key.
  if (session.protocol == Protocol::kJson2) {
    const odoo::Call who{"res.users", "context_get", false, {}, {}, {}};
    auto answer = co_await Ask(who, session, cancellation);
    if (!answer) co_return std::move(answer.failure());
    const auto member = answer->result().Member("uid");
    const std::int64_t uid = member ? member->Integer().value_or(0) : 0;
    if (uid > 0) co_return uid;
    co_return Fail(Reason::kMalformedResponse, "Odoo did not tell the id of the integration user.");
  }
  auto message =
      odoo::AuthenticateMessage(session.credentials, session.protocol, upstream_.NextMessageId());
  auto answer = co_await Ask(std::move(message), session.protocol, cancellation);
  if (!answer) co_return std::move(answer.failure());
  const std::int64_t uid = answer->result().Integer().value_or(0);
  if (uid > 0) co_return uid;
  co_return odoo::RejectedLogin();
}

base::Task<base::Status> Connector::ReadUser(odoo::Session& session, Cancellation& cancellation) {
  const odoo::Call call = odoo::UserCall(session.uid);
  auto answer = co_await Ask(call, session, cancellation);
  if (!answer) co_return std::move(answer.failure());
  auto user = RecordAsked(answer->result(), session.uid);
  if (!user) co_return std::move(user.failure());
  if (*user && TakeUser(**user, session)) co_return base::Done{};
  co_return Fail(Reason::kMalformedResponse,
                 "Odoo did not tell the company of the integration user.");
}

base::Task<base::Status> Connector::ReadSchema(odoo::Session& session, std::size_t width,
                                               Cancellation& cancellation) {
  schema::Schema schema;
  FanOut models(
      options_.models.size(), width,
      [&](std::size_t at, Cancellation& lane) {
        return ReadModel(options_.models[at], session, schema, lane);
      },
      cancellation);
  auto status = co_await models;
  if (status) session.schema = std::make_shared<const schema::Schema>(std::move(schema));
  co_return std::move(status);
}

base::Task<base::Status> Connector::ReadModel(const std::string& model,
                                              const odoo::Session& session, schema::Schema& schema,
                                              Cancellation& cancellation) {
  const odoo::Call call = odoo::FieldsCall(model, session.lang);
  auto answer = co_await Ask(call, session, cancellation);
  if (!answer) {
    const auto* rule = std::ranges::find(kAbsences, answer.failure().reason, &AbsenceRule::reason);
    if (rule == std::end(kAbsences)) co_return std::move(answer.failure());
    schema.AddAbsent(model, rule->absence);
    co_return base::Done{};
  }
  auto fields = odoo::ModelOf(answer->result());
  if (!fields) co_return std::move(fields.failure());
  schema.Add(model, std::move(*fields));
  co_return base::Done{};
}

base::Task<Result<odoo::Answer>> Connector::Ask(Result<odoo::Message> message, Protocol protocol,
                                                Cancellation& cancellation) {
  const Purpose purpose = PurposeOf(cancellation);
  co_return co_await upstream_.Exchange(std::move(message), protocol, purpose,
                                        [] { return odoo::FaultContext{}; });
}

base::Task<Result<odoo::Answer>> Connector::Ask(const odoo::Call& call,
                                                const odoo::Session& session,
                                                Cancellation& cancellation) {
  const Purpose purpose = PurposeOf(cancellation);
  auto message = odoo::Encode(call, session, upstream_.NextMessageId());
  co_return co_await upstream_.Exchange(std::move(message), session.protocol, purpose,
                                        [&call] { return odoo::ContextOf(call); });
}

}  // namespace gateway::engine
