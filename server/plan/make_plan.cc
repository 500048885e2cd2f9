#include <algorithm>
#include <array>

#include "plan/planning.h"

namespace gateway::plan {
namespace {

using base::Reason;
using codec::Problems;

constexpr int kMaxBatch = 1000;

bool HoldsBinary(const codec::ReadSpec& read) {
  return std::any_of(read.fields.begin(), read.fields.end(),
                     [](const codec::ReadField& entry) {
                       return entry.field->type == contract::Type::kBinary ||
                              (entry.rows != nullptr && HoldsBinary(*entry.rows));
                     }) ||
         std::any_of(read.extra.begin(), read.extra.end(), [](const codec::ReadExtra& entry) {
           return entry.field->type == contract::Type::kBinary;
         });
}

// What web_save is to answer.
codec::ReadSpec ToAnswer(Planning& planning) {
  codec::ReadSpec read = ToReadBack(*planning.method.record, planning);
  // web_save answers the sizes of binary fields instead of their bytes.
  if (HoldsBinary(read)) {
    planning.problems.AddBelow(
        "read_mask", Reason::kInvalidFieldValue,
        "Binary fields cannot be read back by a write; read them afterwards.");
  }
  return read;
}

// The one values message; nothing set where there is none.
std::string_view OneValues(codec::WriteMode mode, Planning& planning) {
  std::vector<std::string_view>& values = planning.envelope.values;
  if (values.size() > 1) planning.problems.Malformed();
  if (values.empty()) values.emplace_back();
  const Problems::Scope scope(planning.problems, "values");
  CheckValues(values.front(), mode, planning);
  return values.front();
}

Body MakeCreate(Planning& planning) {
  Create create;
  create.values = {OneValues(codec::WriteMode::kCreate, planning)};
  create.read = ToAnswer(planning);
  return create;
}

Body MakeBatchCreate(Planning& planning) {
  const std::vector<std::string_view>& values = planning.envelope.values;
  const std::size_t count = values.size();
  if (count == 0) {
    planning.problems.AddBelow("values", Reason::kRequiredFieldMissing,
                               "Nothing to create; add values.");
  } else if (count > kMaxBatch) {
    planning.problems.AddBelow("values", Reason::kInvalidFieldValue,
                               "More than 1,000 records in one call; use several.");
  }
  for (std::size_t i = 0; i < count && count <= kMaxBatch; ++i) {
    const Problems::Scope scope(planning.problems, "values", static_cast<int>(i));
    CheckValues(values[i], codec::WriteMode::kCreate, planning);
  }
  return Create{values, true, {planning.method.record, {}, {}}};
}

Body MakeGet(Planning& planning) { return Read{ReadId(planning), ToRead(planning)}; }

// A field that is never written, so that Odoo has to fetch it: what was just written comes from its
// cache also for a record that is not there.
std::string_view Witness(const Planning& planning) {
  const schema::Schema* schema = planning.target.schema;
  const bool dated =
      schema != nullptr && schema->Find(planning.method.record->model, "create_date") != nullptr;
  return dated ? "create_date" : "display_name";
}

Body MakeUpdate(Planning& planning) {
  Write write;
  write.id = ReadId(planning);
  write.values = OneValues(codec::WriteMode::kUpdate, planning);
  write.read = ToAnswer(planning);
  write.read.witness = Witness(planning);
  return write;
}

Body MakeDelete(Planning& planning) { return Unlink{ReadId(planning)}; }

template <auto Make>
Body BodyOf(Planning& planning) {
  return Make(planning);
}

// By contract::Operation; the first is never served.
constexpr std::array<Body (*)(Planning&), base::kContractOperationCount> kBodies = {
    nullptr,    MakeCreate, MakeGet,         BodyOf<MakeSearch>, BodyOf<MakeCount>,
    MakeUpdate, MakeDelete, MakeBatchCreate, BodyOf<MakeCall>,
};

}  // namespace

std::int64_t ReadId(Planning& planning) {
  const std::int64_t id = planning.envelope.id;
  if (!codec::IsId(id)) {
    planning.problems.AddBelow("id",
                               id == 0 ? Reason::kRequiredFieldMissing : Reason::kInvalidReference,
                               "Name the record: ids are 1 to 2147483647.");
  }
  return id;
}

base::Result<Plan> MakePlan(const contract::Catalog& catalog, const contract::Method& method,
                            const codec::Target& target, std::string request,
                            const contract::Permit* permit) {
  Plan plan;
  plan.method = &method;
  plan.target = target;
  plan.request = std::make_shared<const std::string>(std::move(request));
  Problems problems;
  plan.restricted = permit != nullptr && !permit->MayReadEverything();
  if (permit != nullptr) plan.companies = permit->companies();
  Planning planning{catalog, method, target, plan, problems, permit};
  const bool readable = ReadEnvelope(planning);
  ReadOptions(planning);
  plan.validate_only = planning.envelope.validate_only;
  if (readable) plan.body = kBodies[static_cast<std::size_t>(method.operation)](planning);
  if (!problems.empty()) return std::move(problems).ToFailure();
  return plan;
}

}  // namespace gateway::plan
