#include "engine/diagnosis.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "engine/asked.h"

namespace gateway::engine {
namespace {

using base::Reason;
using codec::JsonView;
using odoo::Paths;
using plan::NamedField;

// Ids and values in one question.
constexpr std::size_t kMostAsked = 1000;

std::string_view ModelNamedBy(const base::Failure& failure) {
  for (const auto& [key, value] : failure.metadata) {
    if (key == "model") return value;
  }
  return {};
}

bool HasValues(const plan::Plan& plan) {
  return std::holds_alternative<plan::Create>(plan.body) ||
         std::holds_alternative<plan::Write>(plan.body) ||
         (std::holds_alternative<plan::Call>(plan.body) && plan.method->values != nullptr);
}

// A field that is cleared is at fault at its own place, as where Odoo names it; one that the
// contract lacks stands where it was written.
odoo::Written WrittenBy(const plan::Plan& plan, const codec::ResolvedIds& resolved) {
  odoo::Written written = plan::FieldsOf(plan, resolved);
  const plan::RequestPaths paths(plan);
  for (NamedField& field : written) {
    std::string path = paths.Of(field.odoo_path);
    if (path != field.odoo_path) field.request_path = std::move(path);
  }
  return written;
}

// Labels from the answer of `fields_get`.
void AddLabels(const std::string& model, const JsonView& answer, odoo::Labels& labels) {
  answer.ForEachMember([&](std::string_view name, const JsonView& field) {
    const auto label = field.Member("string");
    if (const auto text = label ? label->Text() : std::nullopt) {
      labels.emplace(std::pair(model, std::string(name)), std::string(*text));
    }
    return true;
  });
}

// The models that fields are written of, the request's own first.
std::vector<std::string_view> ModelsOf(const odoo::Written& written) {
  std::vector<std::string_view> models;
  for (const NamedField& field : written) {
    if (std::find(models.begin(), models.end(), field.model) == models.end()) {
      models.push_back(field.model);
    }
  }
  return models;
}

std::vector<std::string> NamesIn(const odoo::Written& written, std::string_view model) {
  std::vector<std::string> names;
  std::unordered_set<std::string_view> seen;
  for (const NamedField& field : written) {
    const std::string_view name = odoo::NameOf(field);
    if (field.model == model && seen.insert(name).second) names.emplace_back(name);
  }
  return names;
}

}  // namespace

// What may tell who is to blame for failures of this reason, the surest first.
struct Diagnosis::Row {
  Reason reason;
  std::array<Clue, 3> clues;
  // Of several records.
  Clue narrows = nullptr;
  // What the reason becomes: a reference to nothing makes Odoo stumble anywhere.
  Reason becomes = reason;
};

const Diagnosis::Row* Diagnosis::RowOf(Reason reason) {
  using D = Diagnosis;
  static constexpr std::array kRows = {
      Row{Reason::kInvalidReference, {&D::Absent, &D::OnlyChange}, &D::Absent},
      Row{Reason::kServerError, {&D::Absent}, nullptr, Reason::kInvalidReference},
      Row{Reason::kRecordAccessDenied, {&D::ForeignCompany, &D::Absent}},
      Row{Reason::kModelAccessDenied, {&D::Denied}},
      Row{Reason::kInvalidFieldValue, {&D::OnlyChange, &D::OnlyBinary}},
      Row{Reason::kUniqueViolation, {&D::OnlyChange, &D::Quoted, &D::Labelled}, &D::Taken},
      Row{Reason::kCheckViolation, {&D::OnlyChange, &D::Labelled}},
      Row{Reason::kValidationFailed, {&D::OnlyChange, &D::Labelled}},
      Row{Reason::kBusinessRule, {&D::OnlyChange, &D::Labelled}},
  };
  const auto* row = std::find_if(kRows.begin(), kRows.end(),
                                 [&](const Row& known) { return known.reason == reason; });
  return row == kRows.end() ? nullptr : row;
}

Diagnosis::Diagnosis(Invoker& invoker, base::Failure& failure)
    : invoker_(invoker),
      plan_(invoker.plan()),
      failure_(failure),
      model_(plan_.method->record->model) {}

base::Task<base::Done> Diagnosis::Run() {
  const Row* row = RowOf(failure_.reason);
  if (row == nullptr || !IsCalledFor()) co_return base::Done{};
  written_ = WrittenBy(plan_, invoker_.resolved());
  if (failure_.violations.empty()) co_return co_await Find(*row);
  co_return co_await Narrow(*row);
}

// Only a refusal by Odoo itself has a cause in the request. Nobody waits for it after a
// cancellation.
bool Diagnosis::IsCalledFor() const {
  return HasValues(plan_) && odoo::IsRaisedByOdoo(failure_) && !invoker_.cancelled();
}

base::Task<base::Done> Diagnosis::Find(const Row& row) {
  for (const Clue clue : row.clues) {
    if (clue == nullptr) break;
    const Paths culprits = co_await (this->*clue)();
    if (culprits.empty()) continue;
    odoo::Blame(culprits, row.becomes, failure_);
    break;
  }
  co_return base::Done{};
}

base::Task<base::Done> Diagnosis::Narrow(const Row& row) {
  const Paths blamed = Blamed();
  const std::unordered_set<std::string_view> paths(blamed.begin(), blamed.end());
  if (row.narrows == nullptr || !odoo::AreAlternatives(written_, blamed)) co_return base::Done{};
  std::erase_if(written_,
                [&](const NamedField& field) { return !paths.contains(field.request_path); });
  const Paths culprits = co_await (this->*row.narrows)();
  if (!culprits.empty()) {
    odoo::Blame(odoo::InRecordsOf(blamed, culprits), failure_.reason, failure_);
  }
  co_return base::Done{};
}

Paths Diagnosis::Blamed() const {
  Paths paths;
  for (const base::Violation& violation : failure_.violations) paths.push_back(violation.path);
  return paths;
}

base::Task<Answered> Diagnosis::Ask(const odoo::Call& call) {
  if (questions_left_-- <= 0) co_return base::Fail(Reason::kTimeout, "Enough was asked.");
  co_return co_await invoker_.Ask(call);
}

base::Task<Paths> Diagnosis::OnlyChange() {
  if (!std::holds_alternative<plan::Write>(plan_.body)) co_return Paths();
  co_return odoo::PathOfOnly(written_);
}

// All other values were looked at before they were sent.
base::Task<Paths> Diagnosis::OnlyBinary() {
  Paths paths;
  for (const NamedField& field : written_) {
    const schema::Field* known = plan_.target.schema->Find(field.model, odoo::NameOf(field));
    if (known != nullptr && known->type == contract::Type::kBinary) {
      paths.push_back(field.request_path);
    }
  }
  co_return paths.size() == 1 ? paths : Paths();
}

base::Task<Paths> Diagnosis::ForeignCompany() {
  std::vector<std::int64_t> foreign;
  for (const odoo::Referred& referred : odoo::ReferredBy(written_, failure_)) {
    if (referred.model == "res.company") foreign = referred.ids;
  }
  std::erase_if(foreign, [&](std::int64_t id) {
    const std::vector<std::int64_t>& own = invoker_.session().company_ids;
    return std::find(own.begin(), own.end(), id) != own.end();
  });
  co_return odoo::PathsTo(written_, "res.company", foreign);
}

base::Task<Paths> Diagnosis::Denied() {
  const std::string_view denied = ModelNamedBy(failure_);
  if (denied.empty() || denied == model_) co_return Paths();
  co_return odoo::PathsLeadingTo(written_, denied);
}

base::Task<Paths> Diagnosis::Quoted() {
  co_return odoo::PathsQuoted(written_, failure_.odoo_message);
}

base::Task<Paths> Diagnosis::Absent() {
  for (const odoo::Referred& referred : odoo::ReferredBy(written_, failure_)) {
    if (referred.ids.size() > kMostAsked) continue;
    const odoo::Call call =
        odoo::SeenCall(std::string(referred.model), referred.ids, plan_.options);
    const auto seen = co_await Ask(call);
    if (!seen) continue;
    const auto present = IdsIn(seen->result());
    if (!present) continue;
    const auto absent = MissingIn(*present, referred.ids);
    if (absent && !absent->empty()) co_return odoo::PathsTo(written_, referred.model, *absent);
  }
  co_return Paths();
}

// Odoo's words say a field's label, in the language of the call. Those about a wizard are mostly
// about the records that it acts on, whose fields are called alike.
base::Task<Paths> Diagnosis::Labelled() {
  const bool of_wizard = std::holds_alternative<plan::Call>(plan_.body);
  if (of_wizard || failure_.odoo_message.empty()) co_return Paths();
  odoo::Labels labels;
  for (const std::string_view model : ModelsOf(written_)) {
    const std::string& lang =
        plan_.options.lang.empty() ? invoker_.session().lang : plan_.options.lang;
    const odoo::Call call = odoo::LabelsCall(std::string(model), NamesIn(written_, model), lang);
    const auto told = co_await Ask(call);
    if (told) AddLabels(std::string(model), told->result(), labels);
  }
  co_return odoo::PathsLabelled(written_, labels, failure_.odoo_message);
}

// Which of the values other records have, or an earlier one of the same request.
base::Task<Paths> Diagnosis::Taken() {
  std::vector<std::string> texts;
  std::unordered_set<std::string_view> seen;
  Paths repeated;
  for (const NamedField& field : written_) {
    if (field.texts.size() != 1 || !field.comodel.empty()) continue;
    if (odoo::NameOf(field) != odoo::NameOf(written_.front())) continue;
    if (seen.insert(field.texts.front()).second) {
      texts.push_back(field.texts.front());
    } else {
      repeated.push_back(field.request_path);
    }
  }
  if (!repeated.empty() || texts.empty() || texts.size() > kMostAsked) co_return repeated;
  const std::string name(odoo::NameOf(written_.front()));
  const odoo::Call call =
      odoo::TakenCall(std::string(written_.front().model), name, texts, plan_.options);
  const auto answer = co_await Ask(call);
  if (!answer) co_return Paths();
  const std::unordered_set<std::string> taken = TakenOf(*answer, name);
  Paths paths;
  for (const NamedField& field : written_) {
    if (odoo::NameOf(field) != name || field.texts.size() != 1) continue;
    if (taken.contains(field.texts.front())) paths.push_back(field.request_path);
  }
  co_return paths;
}

std::unordered_set<std::string> Diagnosis::TakenOf(const odoo::Answer& answer,
                                                   std::string_view field) const {
  std::unordered_set<std::string> taken;
  answer.result().ForEachElement([&](const JsonView& record) {
    const auto value = record.Member(field);
    if (const auto text = value ? value->Text() : std::nullopt) taken.emplace(*text);
    return true;
  });
  return taken;
}

}  // namespace gateway::engine
