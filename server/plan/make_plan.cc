#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <set>

#include "plan/filter.h"
#include "plan/mask.h"
#include "plan/page_token.h"
#include "plan/plan.h"

namespace gateway::plan {
namespace {

using base::Reason;
using codec::Problems;
using codec::WireField;
using codec::WireReader;
using codec::WireType;
using contract::Operation;
using contract::RequestRole;

constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 1000;
// A page further on still has its offset in an int.
constexpr std::int64_t kMaxOffset = std::numeric_limits<int>::max() - kMaxPageSize;
constexpr int kMaxBatch = 1000;
constexpr int kMaxMaskPaths = 500;
constexpr int kMaxOrder = 8;
// A lookup each.
constexpr int kMaxExternalIds = 100;

// Which fields of CallOptions and OrderBy are varints (bit n: field n).
constexpr std::uint32_t kOptionScalars = 1U << 1 | 1U << 3 | 1U << 4;
constexpr std::uint32_t kOrderScalars = 1U << 2;

// A request taken apart, by role.
struct Envelope {
  std::int64_t id = 0;
  std::vector<std::string_view> values;
  std::optional<std::string_view> filter;
  std::vector<std::string_view> conditions;
  std::vector<std::string_view> order_by;
  std::int64_t page_size = 0;
  std::string_view page_token;
  bool count_total = false;
  std::optional<std::string_view> read_mask;
  std::optional<std::string_view> options;
  bool validate_only = false;
};

// Collects what a values message refers to and Odoo has to be asked about before: external ids, and
// rows of the record.
class ReferenceCollector {
 public:
  ReferenceCollector(Plan& plan, const Problems& problems) : plan_(plan), problems_(problems) {}

  void BeginRecord(std::string_view) {}
  void EndRecord() {}
  void Field(std::string_view odoo_name) { field_ = odoo_name; }
  void Text(std::string_view) {}
  void Integer(std::int64_t) {}
  void Decimal(std::string_view) {}
  void Boolean(bool) {}
  void Binary(std::string_view) {}
  void Empty() {}
  void BeginRows() { steps_.push_back({std::string(field_), 0}); }
  void EndRows() { steps_.pop_back(); }
  void BeginRow(std::int64_t id) { NoteRow(id, ".id"); }
  void EndRow() {}
  void DeleteRow(std::int64_t id) { NoteRow(id, ""); }
  void Relation(std::string_view model) { model_ = model; }
  void One(const codec::Reference& reference) { Note(reference, ""); }
  void Set(const std::vector<codec::Reference>& references) { NoteAll(references, ".refs"); }
  void Delta(const std::vector<codec::Reference>& add,
             const std::vector<codec::Reference>& remove) {
    NoteAll(add, ".add");
    NoteAll(remove, ".remove");
  }

 private:
  void NoteAll(const std::vector<codec::Reference>& references, std::string_view list) {
    for (std::size_t i = 0; i < references.size(); ++i) {
      Note(references[i], std::string(list) + "[" + std::to_string(i) + "]");
    }
  }
  void Note(const codec::Reference& reference, std::string_view suffix) {
    if (reference.external_id.empty()) return;
    plan_.references.push_back({std::string(reference.external_id), std::string(model_),
                                problems_.Path() + std::string(suffix)});
  }
  void NoteRow(std::int64_t id, std::string_view suffix) {
    steps_.back().id = id;
    if (id != 0) plan_.rows.push_back({steps_, problems_.Path() + std::string(suffix)});
  }

  Plan& plan_;
  const Problems& problems_;
  std::string_view field_;
  std::vector<OwnedRow::Step> steps_;
  std::string_view model_;
};

class Planner {
 public:
  Planner(const contract::Catalog& catalog, const contract::Method& method,
          const codec::Target& target, std::string request)
      : catalog_(catalog), method_(method), target_(target) {
    plan_.method = &method;
    plan_.target = target;
    plan_.request = std::make_shared<const std::string>(std::move(request));
  }

  base::Result<Plan> Make() {
    Open();
    ReadOptions();
    plan_.validate_only = envelope_.validate_only;
    if (!malformed_) (this->*kBodies[static_cast<std::size_t>(method_.operation)])();
    CheckReferences();
    if (!problems_.empty()) return std::move(problems_).ToFailure();
    return std::move(plan_);
  }

 private:
  using BodyMaker = void (Planner::*)();
  static const std::array<BodyMaker, contract::kOperationCount> kBodies;

  // The request's own fields.
  void Open() {
    WireField wire;
    WireReader reader(*plan_.request);
    while (reader.Next(wire)) Take(wire);
    if (!reader.malformed()) return;
    malformed_ = true;
    problems_.Malformed();
  }

  void Take(const WireField& wire) {
    const auto begin = method_.request.begin();
    const auto found = std::find(begin, method_.request.end(), wire.number);
    if (found == method_.request.end()) {
      problems_.AddBelow(
          "#" + std::to_string(wire.number), Reason::kUnknownField,
          "The request has no field with this number; use stubs of the version that the "
          "gateway serves.");
      return;
    }
    const auto role = static_cast<RequestRole>(found - begin);
    if (wire.type != (IsScalar(role) ? WireType::kVarint : WireType::kBytes)) {
      malformed_ = true;
      return problems_.Malformed();
    }
    Put(role, wire);
  }

  static bool IsScalar(RequestRole role) {
    return role == RequestRole::kId || role == RequestRole::kPageSize ||
           role == RequestRole::kCountTotal || role == RequestRole::kValidateOnly;
  }

  // A message that comes in pieces would have to be joined; no client sends it so, and the last
  // piece alone would mean something else.
  void PutOnce(std::optional<std::string_view>& place, std::string_view bytes) {
    if (place) problems_.Malformed();
    place = bytes;
  }

  void Put(RequestRole role, const WireField& wire) {
    switch (role) {
      case RequestRole::kId:
        envelope_.id = static_cast<std::int64_t>(wire.integer);
        break;
      case RequestRole::kValues:
        envelope_.values.push_back(wire.bytes);
        break;
      case RequestRole::kFilter:
        PutOnce(envelope_.filter, wire.bytes);
        break;
      case RequestRole::kConditions:
        envelope_.conditions.push_back(wire.bytes);
        break;
      case RequestRole::kOrderBy:
        envelope_.order_by.push_back(wire.bytes);
        break;
      case RequestRole::kPageSize:
        envelope_.page_size = static_cast<std::int32_t>(wire.integer);
        break;
      case RequestRole::kPageToken:
        envelope_.page_token = wire.bytes;
        break;
      case RequestRole::kCountTotal:
        envelope_.count_total = wire.integer != 0;
        break;
      case RequestRole::kReadMask:
        PutOnce(envelope_.read_mask, wire.bytes);
        break;
      case RequestRole::kOptions:
        PutOnce(envelope_.options, wire.bytes);
        break;
      case RequestRole::kValidateOnly:
        envelope_.validate_only = wire.integer != 0;
        break;
    }
  }

  void CheckReferences() {
    std::set<std::string_view> distinct;
    for (const ExternalReference& reference : plan_.references)
      distinct.insert(reference.external_id);
    if (distinct.size() <= kMaxExternalIds) return;
    problems_.AddAt(plan_.references.front().path, Reason::kInvalidReference,
                    "More than 100 different external ids in one call; use several calls, or ids.");
  }

  // odoo.type.v1.CallOptions
  void ReadOptions() {
    const Problems::Scope scope(problems_, "options");
    WireField wire;
    WireReader reader(envelope_.options.value_or(std::string_view()));
    while (reader.NextTyped(wire, kOptionScalars)) {
      if (wire.number == 1) plan_.options.company_id = static_cast<std::int64_t>(wire.integer);
      if (wire.number == 2) plan_.options.lang = std::string(wire.bytes);
      if (wire.number == 3) plan_.options.include_archived = wire.integer != 0;
      if (wire.number == 4) plan_.options.quiet = wire.integer == 1;
      const bool known_policy = wire.number != 4 || wire.integer <= 1;
      if (wire.number > 4 || !known_policy) {
        problems_.AddBelow(wire.number > 4 ? "#" + std::to_string(wire.number) : "mail_policy",
                           Reason::kUnknownField, "The gateway has no such option.");
      }
    }
    if (reader.malformed()) problems_.Malformed();
    CheckCompany();
    CheckLang();
  }

  void CheckCompany() {
    const std::int64_t id = plan_.options.company_id;
    const std::vector<std::int64_t>& own = target_.company_ids;
    if (id == 0 || std::find(own.begin(), own.end(), id) != own.end()) return;
    problems_.AddBelow("company_id", Reason::kInvalidReference,
                       "The integration user does not belong to a company with this id.");
  }

  // The keys of res.partner.lang are the installed languages. Odoo would take any text and answer
  // in English.
  void CheckLang() {
    const std::string& lang = plan_.options.lang;
    if (lang.empty()) return;
    const auto is_part = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '_' || c == '@';
    };
    const schema::Field* live =
        target_.schema == nullptr ? nullptr : target_.schema->Find("res.partner", "lang");
    const bool installed = live == nullptr || std::find(live->keys.begin(), live->keys.end(),
                                                        lang) != live->keys.end();
    if (installed && lang.size() <= 16 && std::all_of(lang.begin(), lang.end(), is_part)) return;
    problems_.AddBelow("lang", Reason::kInvalidFieldValue,
                       "Not a language that this Odoo has installed; write it as `fr_FR`.");
  }

  std::int64_t Id() {
    if (!codec::IsId(envelope_.id)) {
      problems_.AddBelow(
          "id", envelope_.id == 0 ? Reason::kRequiredFieldMissing : Reason::kInvalidReference,
          "Name the record: ids are 1 to 2147483647.");
    }
    return envelope_.id;
  }

  // google.protobuf.FieldMask { repeated string paths = 1; }
  std::vector<std::string_view> MaskPaths() {
    std::vector<std::string_view> paths;
    WireField wire;
    WireReader reader(envelope_.read_mask.value_or(std::string_view()));
    while (reader.NextTyped(wire, 0)) {
      if (wire.number == 1) paths.push_back(wire.bytes);
    }
    if (reader.malformed()) problems_.Malformed();
    if (paths.size() > kMaxMaskPaths) {
      problems_.AddBelow("read_mask", Reason::kInvalidFieldValue,
                         "More than 500 paths; name rows whole.");
      paths.clear();
    }
    return paths;
  }

  // What reads answer.
  codec::ReadSpec ToRead() {
    const Problems::Scope scope(problems_, "read_mask");
    return ReadOf(*method_.record, MaskPaths(), target_, problems_);
  }

  // What writes answer besides the id.
  codec::ReadSpec ToReadBack() {
    const Problems::Scope scope(problems_, "read_mask");
    codec::ReadSpec read = MaskedRead(*method_.record, MaskPaths(), target_, problems_);
    // Odoo's web_save answers the sizes of binary fields instead of their bytes.
    if (HoldsBinary(read)) {
      problems_.Add(Reason::kInvalidFieldValue,
                    "Binary fields cannot be read back by a write; read them afterwards.");
    }
    return read;
  }

  static bool HoldsBinary(const codec::ReadSpec& read) {
    return std::any_of(read.fields.begin(), read.fields.end(),
                       [](const codec::ReadField& entry) {
                         return entry.field->type == contract::Type::kBinary ||
                                (entry.rows != nullptr && HoldsBinary(*entry.rows));
                       }) ||
           std::any_of(read.extra.begin(), read.extra.end(), [](const codec::ReadExtra& entry) {
             return entry.field->type == contract::Type::kBinary;
           });
  }

  void Walk(std::string_view values, codec::WriteMode mode) {
    ReferenceCollector collector(plan_, problems_);
    codec::ValuesWalk<ReferenceCollector>(target_, problems_, collector)
        .Walk(*method_.values, values, mode);
  }

  void MakeCreate() {
    if (envelope_.values.empty()) envelope_.values.emplace_back();
    if (envelope_.values.size() > 1) return problems_.Malformed();
    {
      const Problems::Scope scope(problems_, "values");
      Walk(envelope_.values.front(), codec::WriteMode::kCreate);
    }
    plan_.body = Create{std::move(envelope_.values), false, ToReadBack()};
  }

  void MakeBatchCreate() {
    const std::size_t count = envelope_.values.size();
    if (count == 0) {
      problems_.AddBelow("values", Reason::kRequiredFieldMissing, "Nothing to create; add values.");
    } else if (count > kMaxBatch) {
      problems_.AddBelow("values", Reason::kInvalidFieldValue,
                         "More than 1,000 records in one call; use several.");
    } else {
      for (std::size_t i = 0; i < count; ++i) {
        const Problems::Scope scope(problems_, "values", static_cast<int>(i));
        Walk(envelope_.values[i], codec::WriteMode::kCreate);
      }
    }
    plan_.body = Create{std::move(envelope_.values), true, {method_.record, {}, {}}};
  }

  void MakeGet() { plan_.body = Read{Id(), ToRead()}; }

  void MakeUpdate() {
    if (envelope_.values.size() > 1) return problems_.Malformed();
    Write write{Id(), {}, ToReadBack()};
    if (!envelope_.values.empty()) write.values = envelope_.values.front();
    {
      const Problems::Scope scope(problems_, "values");
      Walk(write.values, codec::WriteMode::kUpdate);
    }
    plan_.body = std::move(write);
  }

  void MakeDelete() { plan_.body = Unlink{Id()}; }

  void MakeCall() {
    Call call{Id(), ToReadBack()};
    const auto reads_done = std::any_of(
        call.read.fields.begin(), call.read.fields.end(),
        [this](const codec::ReadField& read) { return read.field == method_.done_field; });
    if (!reads_done) {
      call.read.fields.push_back(
          {method_.done_field, method_.done_field->OdooName(target_.version), nullptr});
    }
    plan_.body = std::move(call);
  }

  Domain ReadDomain() {
    std::vector<Domain> terms;
    FilterContext context{catalog_, target_, problems_};
    if (envelope_.filter) {
      const Problems::Scope scope(problems_, "filter");
      terms.push_back(ReadFilter(*method_.filter, *envelope_.filter, context));
    }
    int index = 0;
    for (const std::string_view condition : envelope_.conditions) {
      if (!context.Spend()) break;
      const Problems::Scope scope(problems_, "conditions", index++);
      terms.push_back(ReadCondition(*method_.record, condition, context));
    }
    Domain domain = All(std::move(terms));
    CollectReferences(domain);
    return domain;
  }

  void CollectReferences(const Domain& domain) {
    ForEachLeaf(domain, [this](const Leaf& leaf) { CollectReferences(leaf.value, leaf); });
  }

  void CollectReferences(const Operand& operand, const Leaf& leaf) {
    if (const auto* reference = std::get_if<codec::Reference>(&operand.value)) {
      if (!reference->external_id.empty()) {
        plan_.references.push_back(
            {std::string(reference->external_id), leaf.relation, leaf.request_path});
      }
    } else if (const auto* list = std::get_if<Operands>(&operand.value)) {
      for (const Operand& element : *list) CollectReferences(element, leaf);
    }
  }

  void MakeCount() { plan_.body = Count{ReadDomain()}; }

  void MakeSearch() {
    Search search;
    search.domain = ReadDomain();
    search.read = ToRead();
    search.order = ReadOrder();
    search.keyset = envelope_.order_by.empty();
    search.page_size = PageSize();
    search.count_total = envelope_.count_total;
    search.fingerprint = QueryFingerprint();
    Continue(search);
    plan_.body = std::move(search);
  }

  int PageSize() {
    if (envelope_.page_size < 0 || envelope_.page_size > kMaxPageSize) {
      problems_.AddBelow("page_size", Reason::kInvalidFieldValue, "0 (for 50) to 1000.");
    }
    return envelope_.page_size == 0 ? kDefaultPageSize : static_cast<int>(envelope_.page_size);
  }

  // odoo.type.v1.OrderBy { field = 1; descending = 2; }
  std::string ReadOrder() {
    std::string order;
    if (envelope_.order_by.size() > kMaxOrder) {
      problems_.AddBelow("order_by", Reason::kInvalidDomain, "At most 8 keys.");
      return order;
    }
    int index = 0;
    for (const std::string_view key : envelope_.order_by) {
      const Problems::Scope scope(problems_, "order_by", index++);
      std::string_view name;
      bool descending = false;
      WireField wire;
      WireReader reader(key);
      while (reader.NextTyped(wire, kOrderScalars)) {
        if (wire.number == 1) name = wire.bytes;
        if (wire.number == 2) descending = wire.integer != 0;
      }
      if (reader.malformed()) problems_.Malformed();
      order += Sortable(name);
      order += descending ? " desc, " : ", ";
    }
    return order + "id";
  }

  std::string_view Sortable(std::string_view name) {
    const contract::Field* field = method_.record->FindName(name);
    const std::string_view odoo_name =
        field == nullptr ? std::string_view() : field->OdooName(target_.version);
    const schema::Field* live = target_.schema == nullptr
                                    ? nullptr
                                    : target_.schema->Find(method_.record->model, odoo_name);
    const bool plain = field != nullptr && field->shape != contract::Shape::kRefs &&
                       field->shape != contract::Shape::kRows;
    if (plain && !odoo_name.empty() && (live == nullptr || live->sortable)) return odoo_name;
    problems_.AddBelow(
        "field", Reason::kInvalidDomain,
        "Odoo cannot sort by `" + std::string(name) + "`; name a stored field of the record.");
    return "id";
  }

  // Everything that decides which records come, and in which order.
  std::uint64_t QueryFingerprint() const {
    std::uint64_t hash = Fingerprint(method_.path);
    const auto add = [&hash](std::string_view part) {
      hash = Fingerprint(std::to_string(part.size()) + ":", hash);
      hash = Fingerprint(part, hash);
    };
    add(envelope_.filter.value_or(std::string_view()));
    for (const std::string_view condition : envelope_.conditions) add(condition);
    add("order");
    for (const std::string_view key : envelope_.order_by) add(key);
    add(envelope_.options.value_or(std::string_view()));
    return hash;
  }

  void Continue(Search& search) {
    search.page = search.domain;
    if (envelope_.page_token.empty()) return;
    const auto token = DecodePageToken(envelope_.page_token);
    const bool reachable = token && (search.keyset || token->position <= kMaxOffset);
    if (!reachable || token->fingerprint != search.fingerprint) {
      problems_.AddBelow("page_token", Reason::kInvalidDomain,
                         "Not a token of this query: send the same filter, conditions, order and "
                         "options as for the first page, or begin anew without a token.");
    } else if (search.keyset) {
      search.page.children.push_back(Where({"id", ">", {token->position}, {}, "page_token"}));
    } else {
      search.offset = static_cast<int>(token->position);
    }
  }

  const contract::Catalog& catalog_;
  const contract::Method& method_;
  const codec::Target& target_;
  Plan plan_;
  Envelope envelope_;
  Problems problems_;
  bool malformed_ = false;
};

const std::array<Planner::BodyMaker, contract::kOperationCount> Planner::kBodies = {
    nullptr,
    &Planner::MakeCreate,
    &Planner::MakeGet,
    &Planner::MakeSearch,
    &Planner::MakeCount,
    &Planner::MakeUpdate,
    &Planner::MakeDelete,
    &Planner::MakeBatchCreate,
    &Planner::MakeCall,
};

}  // namespace

base::Result<Plan> MakePlan(const contract::Catalog& catalog, const contract::Method& method,
                            const codec::Target& target, std::string request) {
  return Planner(catalog, method, target, std::move(request)).Make();
}

}  // namespace gateway::plan
