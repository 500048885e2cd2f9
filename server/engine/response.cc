#include "engine/response.h"

#include "codec/records.h"
#include "plan/page_token.h"

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

// A response under construction.
class Builder {
 public:
  Builder(const plan::Plan& plan, const odoo::Session& session)
      : plan_(plan), session_(session), out_(bytes_) {}

  // False: the problem is noted.
  bool Record(ResponseRole role, const codec::ReadSpec& read, const JsonView& record) {
    const std::size_t begin = out_.Begin(plan_.method->number(role));
    codec::RecordWriter<JsonView> writer(bytes_);
    const bool good = writer.Write(read, record);
    out_.End(begin);
    if (!good) problem_ = writer.problem();
    return good;
  }

  // The first `count` of a list.
  bool Records(const codec::ReadSpec& read, const JsonView& records, std::size_t count) {
    bool good = true;
    records.ForEachElement([&](const JsonView& record) {
      if (count-- == 0) return false;
      good = Record(ResponseRole::kRecords, read, record);
      return good;
    });
    return good;
  }

  void BareRecord(ResponseRole role, std::int64_t id) {
    const std::size_t begin = out_.Begin(plan_.method->number(role));
    out_.Varint(contract::kIdNumber, static_cast<std::uint64_t>(id));
    out_.End(begin);
  }

  void Integer(ResponseRole role, std::int64_t value) {
    const int number = plan_.method->number(role);
    if (number != 0) out_.Varint(number, static_cast<std::uint64_t>(value));
  }
  void Text(ResponseRole role, std::string_view text) {
    out_.Bytes(plan_.method->number(role), text);
  }

  std::string Finish(bool validated_only = false) {
    const int number = plan_.method->number(ResponseRole::kInfo);
    if (number != 0) {
      const std::size_t begin = out_.Begin(number);
      const std::int64_t asked = plan_.options.company_id;
      out_.Varint(kCompanyId, static_cast<std::uint64_t>(asked != 0 ? asked : session_.company_id));
      if (validated_only) out_.Varint(kValidatedOnly, 1);
      out_.End(begin);
    }
    return std::move(bytes_);
  }

  Failure Malformed() const { return MalformedResult(problem_); }

  static Failure MalformedResult(const std::string& problem) {
    return Fail(Reason::kMalformedResponse,
                "Odoo's answer does not fit the contract: " + problem +
                    ". Compare `odoo-gateway --dump-catalog` with the model's fields in Odoo.");
  }

 private:
  const plan::Plan& plan_;
  const odoo::Session& session_;
  std::string bytes_;
  codec::WireWriter out_;
  std::string problem_;
};

bool IsCount(const std::optional<std::int64_t>& count) { return count && *count >= 0; }

std::int64_t IdOf(const plan::Plan& plan) {
  if (const auto* read = std::get_if<plan::Read>(&plan.body)) return read->id;
  if (const auto* call = std::get_if<plan::Call>(&plan.body)) return call->ids.front();
  return 0;
}

}  // namespace

Failure Unconfirmed(Failure cause, std::string_view what) {
  Failure failure = Fail(Reason::kOutcomeUnknown, std::string(what) + " " + cause.message);
  failure.metadata = std::move(cause.metadata);
  failure.metadata.emplace_back("cause", base::InfoOf(cause.reason).name);
  failure.debug = std::move(cause.debug);
  return failure;
}

Failure NotFound(const plan::Plan& plan, std::int64_t id) {
  const std::string& model = plan.method->record->model;
  Failure failure = Fail(Reason::kRecordNotFound,
                         "No record of " + model + " has the id " + std::to_string(id) + ".");
  failure.resource = base::Resource{model, {id}};
  return failure;
}

std::string Validated(const plan::Plan& plan, const odoo::Session& session) {
  return Builder(plan, session).Finish(true);
}

Encoded Created(const plan::Plan& plan, const odoo::Session& session, JsonView result) {
  const auto& create = std::get<plan::Create>(plan.body);
  const bool read_back = !create.read.empty();
  auto ids = read_back ? RecordIdsIn(result) : IdsIn(result);
  if (!ids) return std::move(ids.failure());
  auto made = CheckMade(*ids, create.values.size());
  if (!made) return std::move(made.failure());
  Builder builder(plan, session);
  if (read_back) {
    const bool good = builder.Record(ResponseRole::kRecord, create.read, *FirstRecord(result));
    return good ? Encoded(builder.Finish()) : builder.Malformed();
  }
  for (const std::int64_t id : *ids) {
    if (create.batch) {
      builder.Integer(ResponseRole::kIds, id);
    } else {
      builder.BareRecord(ResponseRole::kRecord, id);
    }
  }
  return builder.Finish();
}

Encoded Updated(const plan::Plan& plan, const odoo::Session& session, JsonView result) {
  const auto& write = std::get<plan::Write>(plan.body);
  auto record = RecordAsked(result, write.id);
  if (!record) return std::move(record.failure());
  if (!*record) return NotFound(plan, write.id);
  Builder builder(plan, session);
  if (write.read.empty()) {
    builder.BareRecord(ResponseRole::kRecord, write.id);
  } else if (!builder.Record(ResponseRole::kRecord, write.read, **record)) {
    return builder.Malformed();
  }
  return builder.Finish();
}

Encoded Deleted(const plan::Plan& plan, const odoo::Session& session) {
  return Builder(plan, session).Finish();
}

Encoded Counted(const plan::Plan& plan, const odoo::Session& session, JsonView result) {
  const auto count = result.Integer();
  if (!IsCount(count)) return Builder::MalformedResult("search_count answered no number");
  Builder builder(plan, session);
  builder.Integer(ResponseRole::kCount, *count);
  return builder.Finish();
}

Encoded ReadOne(const plan::Plan& plan, const odoo::Session& session, const codec::ReadSpec& read,
                JsonView result) {
  auto record = RecordAsked(result, IdOf(plan));
  if (!record) return std::move(record.failure());
  if (!*record) return NotFound(plan, IdOf(plan));
  Builder builder(plan, session);
  if (builder.Record(ResponseRole::kRecord, read, **record)) return builder.Finish();
  return builder.Malformed();
}

std::string Made(const plan::Plan& plan, const odoo::Session& session, const Ids& ids) {
  Builder builder(plan, session);
  for (const std::int64_t id : ids) builder.BareRecord(ResponseRole::kRecords, id);
  return builder.Finish();
}

Encoded ReadMade(const plan::Plan& plan, const odoo::Session& session, const Ids& ids,
                 JsonView result) {
  auto answered = RecordIdsIn(result);
  if (!answered) return std::move(answered.failure());
  auto missing = MissingIn(*answered, ids);
  if (!missing) return std::move(missing.failure());
  if (!missing->empty()) {
    return Builder::MalformedResult("web_read answered " + std::to_string(answered->size()) +
                                    " of " + std::to_string(ids.size()) + " records");
  }
  Builder builder(plan, session);
  const codec::ReadSpec& read = std::get<plan::Call>(plan.body).read;
  if (builder.Records(read, result, ids.size())) return builder.Finish();
  return builder.Malformed();
}

// web_search_read: {length, records}. One record more than the page means that there is a next
// page.
Encoded Found(const plan::Plan& plan, const odoo::Session& session, JsonView result,
              std::optional<std::int64_t> total) {
  const auto& search = std::get<plan::Search>(plan.body);
  const auto records = result.Member("records");
  if (!records) return Builder::MalformedResult("web_search_read answered no records");
  auto ids = RecordIdsIn(*records);
  if (!ids) return std::move(ids.failure());
  auto page = CheckPage(search, *ids);
  if (!page) return std::move(page.failure());
  if (search.count_total && !IsCount(total)) {
    return Builder::MalformedResult("search_count answered no number");
  }
  Builder builder(plan, session);
  const auto size = static_cast<std::size_t>(search.page_size);
  if (!builder.Records(search.read, *records, size)) return builder.Malformed();
  if (ids->size() > size) {
    const std::int64_t position =
        search.keyset ? (*ids)[size - 1] : search.offset + search.page_size;
    builder.Text(ResponseRole::kNextPageToken,
                 plan::EncodePageToken({search.fingerprint, position}));
  }
  if (total) builder.Integer(ResponseRole::kTotalSize, *total);
  return builder.Finish();
}

}  // namespace gateway::engine
