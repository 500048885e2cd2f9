// Calls of public methods: which records, through which wizard, and what is read around them.
#include <algorithm>
#include <set>

#include "plan/planning.h"

namespace gateway::plan {
namespace {

using base::Reason;
using codec::Problems;

constexpr std::size_t kMaxRecords = 100;

std::vector<std::int64_t> ReadIds(Planning& planning) {
  if (planning.method.number(contract::RequestRole::kId) != 0) return {ReadId(planning)};
  const std::vector<std::int64_t>& ids = planning.envelope.ids;
  if (ids.empty() || ids.size() > kMaxRecords) {
    planning.problems.AddBelow(
        "ids", ids.empty() ? Reason::kRequiredFieldMissing : Reason::kInvalidFieldValue,
        "Name 1 to 100 records.");
    return {};
  }
  std::set<std::int64_t> seen;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const Problems::Scope scope(planning.problems, "ids", static_cast<int>(i));
    if (!codec::IsId(ids[i])) {
      planning.problems.Add(Reason::kInvalidReference, "Ids are 1 to 2147483647.");
    } else if (!seen.insert(ids[i]).second) {
      planning.problems.Add(Reason::kInvalidReference, "Named twice; name each record once.");
    }
  }
  return ids;
}

// What the chosen enum value sends along; null where the contract offers no choice.
const std::vector<contract::ContextEntry>* ReadChoice(Planning& planning) {
  const auto& choices = planning.method.action.choices;
  const auto chosen = choices.find(planning.envelope.choice);
  if (chosen != choices.end()) return &chosen->second;
  if (planning.envelope.choice != 0) {
    planning.problems.AddBelow(planning.method.action.choice_field, Reason::kInvalidFieldValue,
                               "The enum has no value " + std::to_string(planning.envelope.choice) +
                                   "; use one that the contract lists.");
  }
  return nullptr;
}

// Fields that the gateway itself looks at.
void AddStates(const std::vector<contract::FieldState>& states, Planning& planning,
               codec::ReadSpec& read) {
  const schema::Schema* schema = planning.target.schema;
  const schema::Model* live =
      schema == nullptr ? nullptr : schema->Find(planning.method.record->model);
  for (const contract::FieldState& state : states) {
    const std::string_view name = state.field->OdooName(planning.target.version);
    if (name.empty() || (live != nullptr && live->Find(name) == nullptr)) {
      planning.problems.AddAt("", Reason::kUnknownField,
                              planning.method.name + " looks at " + state.field->name +
                                  ", which the connected Odoo does not have or does not show to "
                                  "the integration user.");
    } else if (!read.Has(name)) {
      read.fields.push_back({state.field, name, nullptr});
    }
  }
}

// Odoo would pass over them without a word.
void RefuseSingleRecordFields(Planning& planning) {
  const std::vector<int>& fields = planning.method.action.wizard->single_record_fields;
  codec::WireField wire;
  codec::WireReader reader(planning.envelope.values.front());
  while (reader.Next(wire)) {
    if (std::find(fields.begin(), fields.end(), wire.number) == fields.end()) continue;
    planning.problems.AddBelow(planning.method.values->FindNumber(wire.number)->field->name,
                               Reason::kInvalidFieldValue,
                               "Counts for one record only; make a call for each.");
  }
}

std::string_view ReadWizard(Planning& planning) {
  if (!planning.method.action.wizard) return {};
  if (planning.envelope.values.size() > 1) planning.problems.Malformed();
  if (planning.envelope.values.empty()) planning.envelope.values.emplace_back();
  const Problems::Scope scope(planning.problems, "values");
  CheckValues(planning.envelope.values.front(), codec::WriteMode::kCreate, planning);
  if (planning.envelope.ids.size() > 1) RefuseSingleRecordFields(planning);
  return planning.envelope.values.front();
}

}  // namespace

Call MakeCall(Planning& planning) {
  const contract::Action& action = planning.method.action;
  const contract::Record& record = *planning.method.record;
  Call call;
  call.ids = ReadIds(planning);
  call.values = ReadWizard(planning);
  call.choice = ReadChoice(planning);
  call.before.record = &record;
  AddStates(action.preconditions, planning, call.before);
  call.read = ToReadBack(action.result == nullptr ? record : *action.result, planning);
  AddStates(action.done_when, planning, call.read);
  return call;
}

}  // namespace gateway::plan
