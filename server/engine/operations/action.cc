// An action: what must hold before, its wizard, its method, and the resulting records.
#include <algorithm>
#include <optional>
#include <vector>

#include "codec/text.h"
#include "engine/asked.h"
#include "engine/operations/operations.h"
#include "engine/response.h"

namespace gateway::engine {
namespace {

using base::Fail;
using base::Failure;
using base::Reason;
using codec::JsonView;
using contract::FieldState;

// A value in the form of FieldState::one_of; empty where the record has none.
std::string TextOf(const contract::Field& field, const JsonView& value) {
  if (field.type == contract::Type::kBoolean) return value.IsFalse() ? "false" : "true";
  if (const auto number = value.Number()) return codec::DecimalOf(*number);
  return std::string(value.Text().value_or(""));
}

struct Unmet {
  const contract::Field* field;
  std::string value;
};

// The first state that does not hold on a record of `web_read`.
std::optional<Unmet> FindUnmet(const std::vector<FieldState>& states, const JsonView& record,
                               int version) {
  for (const FieldState& state : states) {
    const auto member = record.Member(state.field->OdooName(version));
    std::string value = member ? TextOf(*state.field, *member) : std::string();
    if (std::find(state.one_of.begin(), state.one_of.end(), value) == state.one_of.end()) {
      return Unmet{state.field, std::move(value)};
    }
  }
  return std::nullopt;
}

std::string Wanted(const std::vector<FieldState>& states, const contract::Field* field) {
  std::string text;
  for (const FieldState& state : states) {
    if (state.field != field) continue;
    for (const std::string& value : state.one_of) {
      text += (text.empty() ? "`" : " or `") + value + "`";
    }
  }
  return text;
}

// The write happened, but what came back does not tell what the caller asked for.
Failure NotRead(Failure cause, std::string_view method) {
  return Unconfirmed(std::move(cause), "Odoo ran " + std::string(method) +
                                           ", but what came of it could not be read:");
}

// 7 or [7, 8]
base::Result<Ids> OneOrMore(const JsonView& value) {
  const auto one = value.Integer();
  if (one && *one > 0) return Ids{*one};
  auto ids = IdsIn(value);
  if (!ids) return ids;
  auto distinct = CheckDistinct(*ids);
  if (!distinct) return std::move(distinct.failure());
  return ids;
}

// ["id", "=", 7] or ["id", "in", [7, 8]] in the domain of an ir.actions.act_window.
base::Result<Ids> IdsOf(const JsonView& domain) {
  base::Result<Ids> ids = Ids();
  domain.ForEachElement([&](const JsonView& term) {
    std::vector<JsonView> parts;
    term.ForEachElement([&parts](const JsonView& part) {
      parts.push_back(part);
      return true;
    });
    const bool of_ids = parts.size() == 3 && parts[0].Text() == "id";
    if (of_ids) ids = OneOrMore(parts[2]);
    return !of_ids;
  });
  return ids;
}

// The records that an ir.actions.act_window shows: `res_id` if it is one. Empty if it names none.
base::Result<Ids> ShownBy(const JsonView& window) {
  const auto one = window.Member("res_id");
  const auto id = one ? one->Integer() : std::nullopt;
  if (id && *id > 0) return Ids{*id};
  const auto domain = window.Member("domain");
  return domain ? IdsOf(*domain) : Ids();
}

// A fault of Odoo's own that names no field.
bool MayBeAboutRecords(const Failure& failure) {
  return failure.violations.empty() && odoo::IsRaisedByOdoo(failure);
}

std::string ModelShown(const JsonView& window) {
  const auto model = window.Member("res_model");
  return model ? std::string(model->Text().value_or("")) : std::string();
}

// What an action made, by their ids.
std::string Made(const plan::Plan& plan, const odoo::Session& session, const Ids& ids) {
  ResponseBuilder builder(plan, session);
  for (const std::int64_t id : ids) builder.BareRecord(contract::ResponseRole::kRecords, id);
  return builder.Finish();
}

// The same as `web_read` answers them, which has to be all of them.
Response ReadMade(const plan::Plan& plan, const odoo::Session& session, const codec::ReadSpec& read,
                  const Ids& ids, JsonView result) {
  auto answered = RecordIdsIn(result);
  if (!answered) return std::move(answered.failure());
  auto missing = MissingIn(*answered, ids);
  if (!missing) return std::move(missing.failure());
  if (!missing->empty()) {
    return MalformedResult("web_read answered " + std::to_string(answered->size()) + " of " +
                           std::to_string(ids.size()) + " records");
  }
  ResponseBuilder builder(plan, session);
  if (builder.Records(read, result, ids.size())) return builder.Finish();
  return builder.Malformed();
}

class ActionSteps {
 public:
  ActionSteps(Invoker& invoker, const plan::Call& call)
      : invoker_(invoker),
        plan_(invoker.plan()),
        session_(invoker.session()),
        call_(call),
        method_(*plan_.method),
        action_(method_.action) {}

  base::Task<Response> Run();

 private:
  base::Task<base::Status> CheckPreconditions();
  // The first record that is not there or that the user may not see.
  base::Task<std::optional<std::int64_t>> FindAbsent();
  // The id of a new one. Nothing has happened in Odoo then but a record that nobody sees.
  base::Task<base::Result<std::int64_t>> MakeWizard();
  // Reads the record back: whether the method did what it is there for.
  base::Task<Response> Confirm(Answered acted);
  bool ChoseHow() const;
  Response Verify(const odoo::Answer& read, const odoo::Answer* acted) const;
  // Reads what the method says it made.
  base::Task<Response> Collect(Answered acted);

  Invoker& invoker_;
  const plan::Plan& plan_;
  const odoo::Session& session_;
  const plan::Call& call_;
  const contract::Method& method_;
  const contract::Action& action_;
};

base::Task<Response> ActionSteps::Run() {
  auto ready = co_await CheckPreconditions();
  if (!ready) co_return std::move(ready.failure());
  std::optional<std::int64_t> wizard;
  if (action_.wizard) {
    auto made = co_await MakeWizard();
    if (!made) co_return std::move(made.failure());
    wizard = *made;
  }
  const odoo::Call action = odoo::ActionCall(plan_, wizard);
  auto acted = co_await invoker_.Invoke(action, true);
  if (action_.result != nullptr) co_return co_await Collect(std::move(acted));
  co_return co_await Confirm(std::move(acted));
}

base::Task<base::Status> ActionSteps::CheckPreconditions() {
  if (action_.preconditions.empty()) co_return base::Done{};
  const odoo::Call reading = odoo::ReadCall(plan_, call_.ids, call_.before);
  auto read = co_await invoker_.Invoke(reading, false);
  if (!read) co_return std::move(read.failure());
  auto ids = RecordIdsIn(read->result());
  if (!ids) co_return std::move(ids.failure());
  auto missing = MissingIn(*ids, call_.ids);
  if (!missing) co_return std::move(missing.failure());
  std::optional<Failure> failure;
  std::size_t at = 0;
  read->result().ForEachElement([&](const JsonView& record) {
    const std::int64_t id = (*ids)[at++];
    const auto unmet = FindUnmet(action_.preconditions, record, session_.version);
    if (!unmet) return true;
    failure = Fail(Reason::kBusinessRule,
                   method_.name + " needs " + unmet->field->name + " to be " +
                       Wanted(action_.preconditions, unmet->field) + "; it is `" + unmet->value +
                       "` on " + method_.record->model + " " + std::to_string(id) + ".");
    failure->metadata.emplace_back(unmet->field->name, unmet->value);
    failure->resource = base::Resource{method_.record->model, {id}};
    return false;
  });
  if (failure) co_return std::move(*failure);
  if (!missing->empty()) co_return NotFound(plan_, missing->front());
  co_return base::Done{};
}

base::Task<std::optional<std::int64_t>> ActionSteps::FindAbsent() {
  for (const std::int64_t id : call_.ids) {
    plan::Domain domain = plan::All({});
    domain.children.push_back(plan::Where({"id", "=", {id}, {}, {}}));
    const odoo::Call looking = odoo::ExistsCall(plan_, domain);
    auto seen = co_await invoker_.Invoke(looking, false);
    if (!seen) break;
    if (seen->result().Integer() == 0) co_return id;
  }
  co_return std::nullopt;
}

base::Task<base::Result<std::int64_t>> ActionSteps::MakeWizard() {
  const odoo::Call making = odoo::WizardCall(plan_, invoker_.resolved());
  // Not a write: a wizard that is made twice or forgotten has done nothing.
  auto made = co_await invoker_.Invoke(making, false);
  const bool records_seen = !action_.preconditions.empty();
  if (!made && !records_seen && MayBeAboutRecords(made.failure())) {
    // Odoo's words are about the wizard; the caller named the records.
    auto absent = co_await FindAbsent();
    if (absent) co_return NotFound(plan_, *absent);
  }
  if (!made) co_return std::move(made.failure());
  const auto ids = IdsIn(made->result());
  if (ids && CheckMade(*ids, 1)) co_return ids->front();
  co_return Fail(Reason::kMalformedResponse, "Odoo did not tell the id of the wizard " +
                                                 action_.wizard->record->model +
                                                 "; nothing was done.");
}

base::Task<Response> ActionSteps::Confirm(Answered acted) {
  const bool lost = !acted && acted.failure().reason == Reason::kOutcomeUnknown;
  const bool settles = lost && !ChoseHow() && !invoker_.cancelled();
  if (!acted && !settles) co_return std::move(acted.failure());
  // A lost answer is settled by what the record says now, as far as there is time.
  const odoo::Call reading = odoo::ReadCall(plan_, call_.ids, call_.read);
  auto read = co_await invoker_.Invoke(reading, false);
  if (!read && lost) co_return std::move(acted.failure());
  if (!read) co_return NotRead(std::move(read.failure()), action_.method);
  Response verified = Verify(*read, acted ? &*acted : nullptr);
  if (verified) co_return std::move(verified);
  if (lost) co_return std::move(acted.failure());
  if (verified.failure().reason == Reason::kActionNotDone) co_return std::move(verified);
  co_return NotRead(std::move(verified.failure()), action_.method);
}

// The post-condition says that something was done, not how: what the caller chose may be lost.
bool ActionSteps::ChoseHow() const {
  return !call_.values.empty() || (call_.choice != nullptr && !call_.choice->empty());
}

Response ActionSteps::Verify(const odoo::Answer& read, const odoo::Answer* acted) const {
  auto record = RecordAsked(read.result(), call_.ids.front());
  if (!record) return std::move(record.failure());
  const auto unmet =
      *record ? FindUnmet(action_.done_when, **record, session_.version) : std::nullopt;
  if (!unmet) return Answer(plan_, session_, call_, {}, read.result());
  const std::string dialog = acted == nullptr ? std::string() : ModelShown(acted->result());
  Failure failure = Fail(Reason::kActionNotDone,
                         action_.method + " ran without an error, but " + unmet->field->name +
                             " is `" + unmet->value + "`" +
                             (dialog.empty() ? "." : ": Odoo asks for a decision in a dialog."));
  failure.metadata.emplace_back(unmet->field->name, unmet->value);
  if (!dialog.empty()) failure.metadata.emplace_back("dialog", dialog);
  failure.resource = base::Resource{method_.record->model, call_.ids};
  return failure;
}

base::Task<Response> ActionSteps::Collect(Answered acted) {
  if (!acted) co_return std::move(acted.failure());
  const std::string shown = ModelShown(acted->result());
  const bool others = !shown.empty() && shown != action_.result->model;
  auto made = others ? Ids() : ShownBy(acted->result());
  if (!made) co_return NotRead(std::move(made.failure()), action_.method);
  const Ids ids = std::move(*made);
  if (ids.empty()) {
    // A dialog that asks, or the work done and something else shown: nobody can tell.
    Failure failure =
        NotRead(Fail(Reason::kMalformedResponse, others ? "Odoo shows " + shown + " instead."
                                                        : "Odoo's answer names no records."),
                action_.method);
    if (others) failure.metadata.emplace_back("dialog", shown);
    co_return std::move(failure);
  }
  const auto unread = [&](Failure cause) {
    Failure failure = NotRead(std::move(cause), action_.method);
    failure.resource = base::Resource{action_.result->model, ids};
    return failure;
  };
  if (call_.read.empty()) co_return Made(plan_, session_, ids);
  const odoo::Call reading = odoo::ReadCall(plan_, ids, call_.read);
  auto read = co_await invoker_.Invoke(reading, false);
  if (!read) co_return unread(std::move(read.failure()));
  Response response = Answer(plan_, session_, call_, ids, read->result());
  if (!response) co_return unread(std::move(response.failure()));
  co_return std::move(response);
}

}  // namespace

base::Task<Response> Run(Invoker& invoker, const plan::Call& body) {
  ActionSteps steps(invoker, body);
  co_return co_await steps.Run();
}

Response Answer(const plan::Plan& plan, const odoo::Session& session, const plan::Call& body,
                const Ids& made, JsonView result) {
  return plan.method->action.result == nullptr
             ? OneRecord(plan, session, body.read, body.ids.front(), result)
             : ReadMade(plan, session, body.read, made, result);
}

}  // namespace gateway::engine
