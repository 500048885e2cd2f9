#include "engine/response.h"

#include <utility>

#include "codec/records.h"
#include "engine/asked.h"

namespace gateway::engine {
namespace {

using base::Fail;
using base::Failure;
using base::Reason;
using codec::JsonView;
using contract::ResponseRole;

// odoo.type.v1.CallInfo
constexpr int kCompanyId = 1;
constexpr int kValidatedOnly = 2;

}  // namespace

ResponseBuilder::ResponseBuilder(const plan::Plan& plan, const odoo::Session& session)
    : plan_(plan), session_(session), out_(bytes_) {}

bool ResponseBuilder::Record(ResponseRole role, const codec::ReadSpec& read,
                             const JsonView& record) {
  const std::size_t begin = out_.Begin(plan_.method->number(role));
  codec::RecordWriter<JsonView> writer(bytes_);
  const bool good = writer.Write(read, record);
  out_.End(begin);
  if (!good) problem_ = writer.problem();
  return good;
}

bool ResponseBuilder::Records(const codec::ReadSpec& read, const JsonView& records,
                              std::size_t count) {
  bool good = true;
  records.ForEachElement([&](const JsonView& record) {
    if (count-- == 0) return false;
    good = Record(ResponseRole::kRecords, read, record);
    return good;
  });
  return good;
}

void ResponseBuilder::BareRecord(ResponseRole role, std::int64_t id) {
  const std::size_t begin = out_.Begin(plan_.method->number(role));
  out_.Varint(contract::kIdNumber, static_cast<std::uint64_t>(id));
  out_.End(begin);
}

void ResponseBuilder::Integer(ResponseRole role, std::int64_t value) {
  const int number = plan_.method->number(role);
  if (number != 0) out_.Varint(number, static_cast<std::uint64_t>(value));
}

void ResponseBuilder::Text(ResponseRole role, std::string_view text) {
  out_.Bytes(plan_.method->number(role), text);
}

std::string ResponseBuilder::Finish(bool validated_only) {
  const int number = plan_.method->number(ResponseRole::kInfo);
  if (number != 0) {
    const std::size_t begin = out_.Begin(number);
    const std::int64_t asked = plan_.options.company_id;
    const std::int64_t company = asked != 0 ? asked : session_.company_id;
    out_.Varint(kCompanyId, static_cast<std::uint64_t>(company));
    if (validated_only) out_.Varint(kValidatedOnly, 1);
    out_.End(begin);
  }
  return std::move(bytes_);
}

Failure ResponseBuilder::Malformed() const { return MalformedResult(problem_); }

Failure MalformedResult(std::string_view problem) {
  return Fail(Reason::kMalformedResponse,
              "Odoo's answer does not fit the contract: " + std::string(problem) +
                  ". Compare `odoo-gateway --dump-catalog` with the model's fields in Odoo.");
}

Failure Unconfirmed(Failure cause, std::string_view what) {
  Failure failure = Fail(Reason::kOutcomeUnknown, std::string(what) + " " + cause.message);
  failure.metadata = std::move(cause.metadata);
  failure.metadata.emplace_back("cause", base::InfoOf(cause.reason).name);
  failure.debug = std::move(cause.debug);
  return failure;
}

Response Confirmed(Response response) {
  if (response || response.failure().reason == Reason::kRecordNotFound) return response;
  return Unconfirmed(std::move(response.failure()), "Odoo wrote, but its answer cannot be read.");
}

Response OneRecord(const plan::Plan& plan, const odoo::Session& session,
                   const codec::ReadSpec& read, std::int64_t id, JsonView result) {
  auto record = RecordAsked(result, id);
  if (!record) return std::move(record.failure());
  if (!*record) return NotFound(plan, id);
  ResponseBuilder builder(plan, session);
  if (builder.Record(ResponseRole::kRecord, read, **record)) return builder.Finish();
  return builder.Malformed();
}

Failure NotFound(const plan::Plan& plan, std::int64_t id) {
  const std::string& model = plan.method->record->model;
  Failure failure = Fail(Reason::kRecordNotFound,
                         "No record of " + model + " has the id " + std::to_string(id) + ".");
  failure.resource = base::Resource{model, {id}};
  return failure;
}

}  // namespace gateway::engine
