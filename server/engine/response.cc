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

std::optional<JsonView> FirstRecord(JsonView result) {
  std::optional<JsonView> first;
  result.ForEachElement([&first](const JsonView& record) {
    first = record;
    return false;
  });
  return first;
}

std::string Validated(const plan::Plan& plan, const odoo::Session& session) {
  return Builder(plan, session).Finish(true);
}

Encoded Created(const plan::Plan& plan, const odoo::Session& session, JsonView result) {
  const auto& create = std::get<plan::Create>(plan.body);
  Builder builder(plan, session);
  if (!create.read.empty()) {
    const auto record = FirstRecord(result);
    if (record && builder.Record(ResponseRole::kRecord, create.read, *record))
      return builder.Finish();
    return builder.Malformed();
  }
  std::size_t count = 0;
  result.ForEachElement([&](const JsonView& element) {
    const auto id = element.Integer();
    if (!id) return false;
    ++count;
    if (create.batch) {
      builder.Integer(ResponseRole::kIds, *id);
    } else {
      builder.BareRecord(ResponseRole::kRecord, *id);
    }
    return true;
  });
  if (count == create.values.size()) return builder.Finish();
  return Builder::MalformedResult("create answered no list of ids");
}

Encoded Updated(const plan::Plan& plan, const odoo::Session& session, JsonView result) {
  const auto& write = std::get<plan::Write>(plan.body);
  Builder builder(plan, session);
  const auto record = FirstRecord(result);
  if (!record && result.ForEachElement([](const JsonView&) { return true; })) {
    return NotFound(plan, write.id);
  }
  if (record && write.read.empty()) {
    builder.BareRecord(ResponseRole::kRecord, write.id);
    return builder.Finish();
  }
  if (record && builder.Record(ResponseRole::kRecord, write.read, *record)) return builder.Finish();
  return record ? builder.Malformed() : Builder::MalformedResult("web_save answered no list");
}

Encoded Deleted(const plan::Plan& plan, const odoo::Session& session) {
  return Builder(plan, session).Finish();
}

Encoded Counted(const plan::Plan& plan, const odoo::Session& session, JsonView result) {
  const auto count = result.Integer();
  if (!count) return Builder::MalformedResult("search_count answered no number");
  Builder builder(plan, session);
  builder.Integer(ResponseRole::kCount, *count);
  return builder.Finish();
}

Encoded ReadOne(const plan::Plan& plan, const odoo::Session& session, const codec::ReadSpec& read,
                JsonView result) {
  const auto record = FirstRecord(result);
  // An empty list says that there is no such record; anything but a list says nothing.
  if (!record && !result.ForEachElement([](const JsonView&) { return true; })) {
    return Builder::MalformedResult("web_read answered no list");
  }
  if (!record) return NotFound(plan, IdOf(plan));
  Builder builder(plan, session);
  if (builder.Record(ResponseRole::kRecord, read, *record)) return builder.Finish();
  return builder.Malformed();
}

std::string Made(const plan::Plan& plan, const odoo::Session& session,
                 const std::vector<std::int64_t>& ids) {
  Builder builder(plan, session);
  for (const std::int64_t id : ids) builder.BareRecord(ResponseRole::kRecords, id);
  return builder.Finish();
}

Encoded ReadMade(const plan::Plan& plan, const odoo::Session& session, std::size_t count,
                 JsonView result) {
  const codec::ReadSpec& read = std::get<plan::Call>(plan.body).read;
  Builder builder(plan, session);
  std::size_t found = 0;
  bool good = true;
  result.ForEachElement([&](const JsonView& record) {
    ++found;
    good = builder.Record(ResponseRole::kRecords, read, record);
    return good;
  });
  if (!good) return builder.Malformed();
  if (found != count) {
    return Builder::MalformedResult("web_read answered " + std::to_string(found) + " of " +
                                    std::to_string(count) + " records");
  }
  return builder.Finish();
}

// web_search_read: {length, records}. One record more than the page means that there is a next
// page.
Encoded Found(const plan::Plan& plan, const odoo::Session& session, JsonView result,
              std::optional<std::int64_t> total) {
  const auto& search = std::get<plan::Search>(plan.body);
  const auto records = result.Member("records");
  Builder builder(plan, session);
  int count = 0;
  std::int64_t last = 0;
  bool good = true;
  const bool list = records.has_value() && records->ForEachElement([&](const JsonView& record) {
    if (++count > search.page_size) return false;
    const auto id = record.Member("id");
    last = id ? id->Integer().value_or(0) : 0;
    good = builder.Record(ResponseRole::kRecords, search.read, record);
    return good;
  });
  if (!list) return Builder::MalformedResult("web_search_read answered no records");
  if (!good) return builder.Malformed();
  if (count > search.page_size) {
    const std::int64_t position = search.keyset ? last : search.offset + search.page_size;
    builder.Text(ResponseRole::kNextPageToken,
                 plan::EncodePageToken({search.fingerprint, position}));
  }
  if (total) builder.Integer(ResponseRole::kTotalSize, *total);
  return builder.Finish();
}

}  // namespace gateway::engine
