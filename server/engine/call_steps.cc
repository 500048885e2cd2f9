#include "engine/call_steps.h"

#include <algorithm>
#include <map>

#include "engine/asked.h"
#include "engine/diagnosis.h"
#include "engine/operations/operations.h"
#include "engine/owned_rows.h"
#include "engine/response.h"
#include "odoo/fault_text.h"

namespace gateway::engine {
namespace {

using base::Fail;
using base::Failure;
using base::Reason;
using codec::JsonView;

bool IsValueError(const Failure& failure) {
  return std::any_of(failure.metadata.begin(), failure.metadata.end(), [](const auto& entry) {
    return entry.first == "odoo_exception" && entry.second.find("ValueError") != std::string::npos;
  });
}

// What the caller named: `id 7` or an external id, and where.
struct Naming {
  std::string name;
  const std::vector<std::string>* paths;
};
// By model and id.
using References = std::map<std::string, std::map<std::int64_t, std::vector<Naming>>>;

References ReferencesOf(const plan::Plan& plan, const codec::ResolvedIds& resolved) {
  References references;
  for (const plan::NamedRecords& named : plan.named) {
    for (const plan::NamedRecords::Record& record : named.records) {
      references[named.model][record.id].push_back(
          {"id " + std::to_string(record.id), &record.paths});
    }
  }
  for (const plan::ExternalReference& reference : plan.references) {
    const auto found = resolved.find(reference.external_id);
    if (found == resolved.end() || reference.model.empty()) continue;
    references[reference.model][found->second].push_back(
        {"external id `" + reference.external_id + "`", &reference.paths});
  }
  return references;
}

// The same as for what is not there at all: whether it exists is not for the caller to know.
std::string NothingHas(std::string_view name) {
  return "Nothing that the integration user may see has the " + std::string(name) + ".";
}

void AddInvisible(const std::vector<Naming>& named, codec::Problems& problems) {
  for (const Naming& naming : named) {
    for (const std::string& path : *naming.paths) {
      problems.AddAt(path, Reason::kInvalidReference, NothingHas(naming.name));
    }
  }
}

}  // namespace

base::Task<Response> CallSteps::Run() {
  auto prepared = co_await Prepare();
  if (!prepared) {
    Withhold(prepared.failure());
    co_return std::move(prepared.failure());
  }
  if (plan_.validate_only) co_return ResponseBuilder(plan_, invoker_.session()).Finish(true);
  Response response = co_await std::visit(
      [this](const auto& body) { return engine::Run(invoker_, body); }, plan_.body);
  if (!response) {
    Translate(response.failure());
    Diagnosis diagnosis(invoker_, response.failure());
    co_await diagnosis.Run();
    Withhold(response.failure());
  }
  co_return std::move(response);
}

base::Task<base::Status> CallSteps::Prepare() {
  auto resolved = co_await Resolve();
  if (!resolved) co_return std::move(resolved.failure());
  auto visible = co_await CheckVisible();
  if (!visible) co_return std::move(visible.failure());
  co_return co_await CheckRows();
}

// Odoo raises ValueError for an external id that nothing has, and answers no id for a record that
// the user may not see.
base::Task<base::Result<CallSteps::Referred>> CallSteps::LookUp(const std::string& external_id) {
  const odoo::Call call = odoo::LookupCall(external_id);
  auto answer = co_await invoker_.LookUp(call);
  Referred referred;
  if (!answer && !IsValueError(answer.failure())) co_return std::move(answer.failure());
  if (!answer) co_return std::move(referred);
  answer->result().ForEachElement([&](const JsonView& part) {
    if (const auto text = part.Text()) referred.model = std::string(*text);
    if (const auto number = part.Integer()) referred.id = std::max<std::int64_t>(*number, 0);
    return true;
  });
  co_return std::move(referred);
}

std::string CallSteps::MistakeIn(const plan::ExternalReference& reference,
                                 const Referred& referred) const {
  const bool fits = reference.model.empty() || referred.model == reference.model;
  if (referred.id == 0 || (!fits && plan_.restricted)) {
    return NothingHas("external id `" + reference.external_id + "`");
  }
  if (fits) return {};
  return "`" + reference.external_id + "` is a record of " + referred.model + "; one of " +
         reference.model + " is needed.";
}

base::Task<base::Status> CallSteps::Resolve() {
  codec::Problems problems;
  std::map<std::string, Referred> known;
  for (const plan::ExternalReference& reference : plan_.references) {
    if (!known.contains(reference.external_id)) {
      auto looked_up = co_await LookUp(reference.external_id);
      if (!looked_up) co_return std::move(looked_up.failure());
      known.emplace(reference.external_id, std::move(*looked_up));
    }
    const Referred& referred = known.at(reference.external_id);
    const std::string mistake = MistakeIn(reference, referred);
    for (const std::string& path : reference.paths) {
      if (!mistake.empty()) problems.AddAt(path, Reason::kInvalidReference, mistake);
    }
    invoker_.resolved().emplace(reference.external_id, referred.id);
  }
  if (problems.empty()) co_return base::Done{};
  co_return std::move(problems).ToFailure();
}

base::Task<base::Result<std::vector<std::int64_t>>> CallSteps::Visible(
    const std::string& model, std::vector<std::int64_t> ids) {
  const odoo::Call call = odoo::VisibleCall(model, std::move(ids), plan_.companies);
  auto answer = co_await invoker_.LookUp(call);
  if (!answer) co_return std::move(answer.failure());
  auto visible = IdsIn(answer->result());
  if (visible) std::ranges::sort(*visible);
  co_return std::move(visible);
}

// One look-up per model. Odoo itself would take references to records of other companies, copy from
// them, and answer their names.
base::Task<base::Status> CallSteps::CheckVisible() {
  if (plan_.companies.empty()) co_return base::Done{};
  const References references = ReferencesOf(plan_, invoker_.resolved());
  codec::Problems problems;
  for (const auto& [model, records] : references) {
    std::vector<std::int64_t> ids;
    for (const auto& [id, named] : records) ids.push_back(id);
    auto visible = co_await Visible(model, std::move(ids));
    if (!visible) co_return std::move(visible.failure());
    for (const auto& [id, named] : records) {
      if (!std::ranges::binary_search(*visible, id)) AddInvisible(named, problems);
    }
  }
  if (problems.empty()) co_return base::Done{};
  co_return std::move(problems).ToFailure();
}

base::Task<base::Status> CallSteps::CheckRows() {
  const auto* write = std::get_if<plan::Write>(&plan_.body);
  if (write == nullptr || plan_.rows.empty()) co_return base::Done{};
  const odoo::Call call = odoo::RowsCall(plan_, write->id);
  auto answer = co_await invoker_.Invoke(call, false);
  if (!answer) co_return std::move(answer.failure());
  auto record = RecordAsked(answer->result(), write->id);
  if (!record) co_return std::move(record.failure());
  if (!record->has_value()) co_return NotFound(plan_, write->id);
  codec::Problems problems;
  for (const plan::OwnedRow* row : RowsOfOthers(plan_.rows, **record)) {
    problems.AddAt(
        row->path, Reason::kInvalidReference,
        "The record has no row with the id " + std::to_string(row->steps.back().id) + ".");
  }
  if (problems.empty()) co_return base::Done{};
  co_return std::move(problems).ToFailure();
}

void CallSteps::Withhold(Failure& failure) const {
  if (!plan_.restricted || failure.odoo_message.empty()) return;
  const auto meaning = odoo::MeaningOf(failure.odoo_message);
  if (meaning && meaning->fixed) return;
  failure.odoo_message_withheld = true;
  failure.message +=
      " Odoo's own message may name records that this caller cannot see: the operator finds it in "
      "the gateway's log.";
}

void CallSteps::Translate(Failure& failure) const {
  const plan::RequestPaths paths(plan_);
  for (base::Violation& violation : failure.violations) violation.path = paths.Of(violation.path);
}

}  // namespace gateway::engine
