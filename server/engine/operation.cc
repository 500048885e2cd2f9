#include "engine/operation.h"

#include <algorithm>
#include <map>

#include "engine/response.h"

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

// Follows the ids of rows down from a record of `web_read`.
bool Owns(JsonView record, const std::vector<plan::OwnedRow::Step>& steps) {
  for (const plan::OwnedRow::Step& step : steps) {
    std::optional<JsonView> found;
    const auto rows = record.Member(step.field);
    if (!rows) return false;
    rows->ForEachElement([&](const JsonView& row) {
      const auto id = row.Member("id");
      if (id && id->Integer() == step.id) found = row;
      return !found.has_value();
    });
    if (!found) return false;
    record = *found;
  }
  return true;
}

// The write happened, but what came back does not tell what the caller asked for.
Failure Unconfirmed(Failure cause, std::string_view what) {
  Failure failure = Fail(Reason::kOutcomeUnknown, std::string(what) + " " + cause.message);
  failure.metadata = std::move(cause.metadata);
  failure.metadata.emplace_back("cause", base::InfoOf(cause.reason).name);
  failure.debug = std::move(cause.debug);
  return failure;
}

}  // namespace

Purpose Operation::PurposeOf(observe::Operation operation, bool write) const {
  return {operation, write, deadline_, cancellation_};
}

base::Task<Response> Operation::Run() {
  auto resolved = co_await Resolve();
  if (!resolved) co_return std::move(resolved.failure());
  auto owned = co_await CheckRows();
  if (!owned) co_return std::move(owned.failure());
  if (plan_.validate_only) co_return Validated(plan_, session_);
  Response response = co_await Execute();
  if (!response) Translate(response.failure());
  co_return std::move(response);
}

// Odoo raises ValueError for an external id that nothing has, and answers no id for a record that
// the user may not see.
base::Task<base::Result<Operation::Referred>> Operation::LookUp(const std::string& external_id) {
  const odoo::Call call = odoo::LookupCall(external_id);
  auto answer =
      co_await upstream_.Invoke(call, session_, PurposeOf(observe::Operation::kLookup, false),
                                [&call] { return odoo::ContextOf(call); });
  Referred referred;
  if (!answer && !IsValueError(answer.failure())) co_return std::move(answer.failure());
  if (!answer) co_return std::move(referred);
  answer->result().ForEachElement([&](const JsonView& part) {
    if (const auto text = part.Text()) referred.model = std::string(*text);
    if (const auto number = part.Integer()) referred.id = *number;
    return true;
  });
  co_return std::move(referred);
}

base::Task<base::Status> Operation::Resolve() {
  codec::Problems problems;
  std::map<std::string, Referred> known;
  for (const plan::ExternalReference& reference : plan_.references) {
    if (!known.contains(reference.external_id)) {
      auto looked_up = co_await LookUp(reference.external_id);
      if (!looked_up) co_return std::move(looked_up.failure());
      known.emplace(reference.external_id, std::move(*looked_up));
    }
    const Referred& referred = known.at(reference.external_id);
    if (referred.id == 0) {
      problems.AddAt(reference.path, Reason::kInvalidReference,
                     "Nothing that the integration user may see has the external id `" +
                         reference.external_id + "`.");
    } else if (!reference.model.empty() && referred.model != reference.model) {
      problems.AddAt(reference.path, Reason::kInvalidReference,
                     "`" + reference.external_id + "` is a record of " + referred.model +
                         "; one of " + reference.model + " is needed.");
    }
    resolved_.emplace(reference.external_id, referred.id);
  }
  if (problems.empty()) co_return base::Done{};
  co_return std::move(problems).ToFailure();
}

base::Task<base::Status> Operation::CheckRows() {
  const auto* write = std::get_if<plan::Write>(&plan_.body);
  if (write == nullptr || plan_.rows.empty()) co_return base::Done{};
  const odoo::Call call = odoo::RowsCall(plan_, write->id);
  auto answer = co_await Invoke(call, false);
  if (!answer) co_return std::move(answer.failure());
  const auto record = FirstRecord(answer->result());
  if (!record) co_return NotFound(plan_, write->id);
  codec::Problems problems;
  for (const plan::OwnedRow& row : plan_.rows) {
    if (Owns(*record, row.steps)) continue;
    problems.AddAt(
        row.path, Reason::kInvalidReference,
        "The record has no row with the id " + std::to_string(row.steps.back().id) + ".");
  }
  if (problems.empty()) co_return base::Done{};
  co_return std::move(problems).ToFailure();
}

base::Task<Operation::Answered> Operation::Invoke(const odoo::Call& call, bool write) {
  co_return co_await upstream_.Invoke(
      call, session_, PurposeOf(ObservedAs(plan_.method->operation), write), [this, &call] {
        odoo::FaultContext context = odoo::ContextOf(call);
        for (plan::NamedField& field : plan::FieldsOf(plan_, resolved_)) {
          for (std::string& text : field.texts) {
            context.values.push_back(
                {field.odoo_path, field.model, field.comodel, std::move(text)});
          }
          context.fields.push_back(std::move(field.odoo_path));
        }
        return context;
      });
}

base::Task<Response> Operation::Execute() {
  if (const auto* call = std::get_if<plan::Call>(&plan_.body)) co_return co_await Act(*call);
  if (const auto* unlink = std::get_if<plan::Unlink>(&plan_.body))
    co_return co_await Delete(*unlink);
  const bool write = contract::IsWrite(plan_.method->operation);
  const odoo::Call call = odoo::CallOf(plan_, resolved_);
  auto answer = co_await Invoke(call, write);
  if (!answer) co_return std::move(answer.failure());
  if (const auto* search = std::get_if<plan::Search>(&plan_.body))
    co_return co_await Find(*search, *answer);
  const JsonView result = answer->result();
  Response response = std::visit(
      [&](const auto& body) -> Response {
        using Body = std::decay_t<decltype(body)>;
        if constexpr (std::is_same_v<Body, plan::Create>) return Created(plan_, session_, result);
        if constexpr (std::is_same_v<Body, plan::Write>) return Updated(plan_, session_, result);
        if constexpr (std::is_same_v<Body, plan::Count>) return Counted(plan_, session_, result);
        if constexpr (std::is_same_v<Body, plan::Read>)
          return ReadOne(plan_, session_, body.read, result);
        return Fail(Reason::kServerError, "Not reached: other plans are answered above.");
      },
      plan_.body);
  if (!response && write) {
    co_return Unconfirmed(std::move(response.failure()),
                          "Odoo wrote, but its answer cannot be read.");
  }
  co_return std::move(response);
}

// Models without record rules let `unlink` succeed on ids that are not there, so the gateway looks
// first. What it cannot see may still be hidden by a rule: Odoo is asked all the same and has the
// last word.
base::Task<Response> Operation::Delete(const plan::Unlink& unlink) {
  plan::Domain domain = plan::All({});
  domain.children.push_back(plan::Where({"id", "=", {unlink.id}, {}, {}}));
  const odoo::Call looking = odoo::ExistsCall(plan_, domain);
  auto seen = co_await Invoke(looking, false);
  if (!seen) co_return std::move(seen.failure());
  const odoo::Call call = odoo::CallOf(plan_, resolved_);
  auto answer = co_await Invoke(call, true);
  if (!answer) co_return std::move(answer.failure());
  if (seen->result().Integer() == 0) co_return NotFound(plan_, unlink.id);
  co_return Deleted(plan_, session_);
}

base::Task<Response> Operation::Find(const plan::Search& search, const odoo::Answer& answer) {
  std::optional<std::int64_t> total;
  if (search.count_total) {
    const odoo::Call call = odoo::CountCall(plan_, search.domain, resolved_);
    auto counted = co_await Invoke(call, false);
    if (!counted) co_return std::move(counted.failure());
    total = counted->result().Integer();
  }
  co_return Found(plan_, session_, answer.result(), total);
}

base::Task<Response> Operation::Act(const plan::Call& call) {
  const odoo::Call action = odoo::CallOf(plan_, resolved_);
  auto acted = co_await Invoke(action, true);
  const bool lost = !acted && acted.failure().reason == Reason::kOutcomeUnknown;
  if (!acted && (!lost || cancellation_.requested())) co_return std::move(acted.failure());
  // A lost answer is settled by what the record says now, as far as there is time.
  const odoo::Call reading = odoo::ReadCall(plan_, call.id, call.read);
  auto read = co_await Invoke(reading, false);
  if (!read && lost) co_return std::move(acted.failure());
  if (!read) {
    co_return Unconfirmed(std::move(read.failure()),
                          "Odoo ran the action, but the record could not be read afterwards:");
  }
  Response verified = Verify(call, *read, acted ? &*acted : nullptr);
  if (!verified && lost) co_return std::move(acted.failure());
  co_return std::move(verified);
}

Response Operation::Verify(const plan::Call& call, const odoo::Answer& read,
                           const odoo::Answer* acted) {
  const contract::Method& method = *plan_.method;
  const auto record = FirstRecord(read.result());
  const auto state =
      record ? record->Member(method.done_field->OdooName(session_.version)) : std::nullopt;
  const std::string key(state ? state->Text().value_or("") : "");
  const auto& wanted = method.done_keys;
  if (std::find(wanted.begin(), wanted.end(), key) != wanted.end()) {
    return ReadOne(plan_, session_, call.read, read.result());
  }
  const auto dialog = acted == nullptr ? std::nullopt : acted->result().Member("res_model");
  Failure failure =
      Fail(Reason::kActionNotDone, method.odoo_method + " ran without an error, but " +
                                       method.done_field->name + " is `" + key + "`" +
                                       (dialog ? ": Odoo asks for a decision in a dialog." : "."));
  failure.metadata.emplace_back(method.done_field->name, key);
  if (dialog) failure.metadata.emplace_back("dialog", std::string(dialog->Text().value_or("")));
  failure.resource = base::Resource{method.record->model, {call.id}};
  return failure;
}

void Operation::Translate(Failure& failure) const {
  for (base::Violation& violation : failure.violations) {
    violation.path = plan::RequestPathOf(plan_, violation.path);
  }
}

}  // namespace gateway::engine
