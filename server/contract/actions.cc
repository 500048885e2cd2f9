// OPERATION_CALL: what is called, through which wizard, and how one knows that it happened.
#include <algorithm>

#include "contract/build.h"

namespace gateway::contract {
namespace {

bool HasCallRules(const options::MethodRule& rule) {
  return !rule.odoo_method().empty() || rule.done_when_size() != 0 ||
         rule.preconditions_size() != 0 || rule.has_wizard() || rule.context_size() != 0;
}

// A number as the codec writes what Odoo answers: no sign but minus, no needless zeros.
bool IsPlainNumber(std::string_view text) {
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  const std::size_t dot = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, dot);
  const std::string_view fraction = text.substr(std::min(dot + 1, text.size()));
  const auto digits = [](std::string_view part) {
    return std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  const bool whole_good =
      !whole.empty() && digits(whole) && (whole.size() == 1 || whole.front() != '0');
  const bool fraction_good =
      dot == text.size() || (!fraction.empty() && digits(fraction) && fraction.back() != '0');
  return whole_good && fraction_good;
}

bool Fits(const Field& field, std::string_view value) {
  const Type type = field.type;
  if (field.enumeration != nullptr) return field.enumeration->NumberOf(value) != 0;
  if (type == Type::kSelection) return !value.empty();
  if (type == Type::kBoolean) return value == "true" || value == "false";
  const bool number = type == Type::kInteger || type == Type::kFloat || type == Type::kMonetary;
  return number && IsPlainNumber(value);
}

class ActionCompiler {
 public:
  ActionCompiler(const pb::MethodDescriptor& descriptor, Build& build, Method& method)
      : descriptor_(descriptor), build_(build), method_(method) {}

  void Compile(const options::MethodRule& rule) {
    Action& action = method_.action;
    action.method = rule.odoo_method();
    if (action.method.empty() || action.method.front() == '_') {
      Note("OPERATION_CALL needs a public `odoo_method`");
    }
    States("done_when", rule.done_when(), action.done_when);
    States("preconditions", rule.preconditions(), action.preconditions);
    action.context = ContextOf(rule.context());
    CheckContext();
    CheckShape();
    if (rule.has_wizard()) CompileWizard(rule.wizard());
    if (rule.has_wizard() != (method_.values != nullptr)) {
      Note("a `wizard` and `values` of it in the request come together");
    }
  }

 private:
  void Note(std::string_view what) { build_.Note(descriptor_.full_name(), what); }

  // Keys that the gateway itself sends, or another entry, would be there twice.
  void CheckContext() {
    static constexpr std::string_view kOwn[] = {"lang",
                                                "tz",
                                                "allowed_company_ids",
                                                "active_test",
                                                "active_model",
                                                "active_id",
                                                "active_ids",
                                                "tracking_disable",
                                                "mail_create_nosubscribe",
                                                "mail_create_nolog"};
    std::vector<std::string_view> sent(std::begin(kOwn), std::end(kOwn));
    RefuseKeys(method_.action.context, sent);
    for (const auto& [number, chosen] : method_.action.choices) {
      std::vector<std::string_view> before = sent;
      RefuseKeys(chosen, before);
    }
  }

  // `sent`: keys that are sent already; those of `entries` join them.
  void RefuseKeys(const std::vector<ContextEntry>& entries, std::vector<std::string_view>& sent) {
    for (const ContextEntry& entry : entries) {
      if (entry.key.empty() || std::ranges::find(sent, entry.key) != sent.end()) {
        Note("`context` needs a key that is not sent already: " + entry.key);
      }
      sent.push_back(entry.key);
    }
  }

  // Which records it is about, and what it answers.
  void CheckShape() {
    const bool one = method_.number(RequestRole::kId) != 0;
    const bool several = method_.number(RequestRole::kIds) != 0;
    const bool record = method_.number(ResponseRole::kRecord) != 0;
    const bool records = method_.number(ResponseRole::kRecords) != 0;
    if (one == several) Note("OPERATION_CALL needs `id` or `ids` in its request");
    if (record == records) Note("OPERATION_CALL answers `record` or `records`");
    if (record && several) Note("a call with `ids` answers `records`");
    if (record == method_.action.done_when.empty()) {
      Note("`done_when` says when `record` is done, with fields of it and their values");
    }
  }

  void States(std::string_view rule, const pb::RepeatedPtrField<options::FieldState>& states,
              std::vector<FieldState>& into) {
    for (const options::FieldState& state : states) {
      const Field* field =
          method_.record == nullptr ? nullptr : method_.record->FindName(state.field());
      const bool fits = field != nullptr && state.one_of_size() != 0 &&
                        std::all_of(state.one_of().begin(), state.one_of().end(),
                                    [&](const auto& value) { return Fits(*field, value); });
      if (fits) {
        into.push_back({field, {state.one_of().begin(), state.one_of().end()}});
      } else {
        Note("`" + std::string(rule) +
             "` needs a selection, boolean or number of the record and values of its type: " +
             state.field());
      }
    }
  }

  void CompileWizard(const options::WizardRule& rule) {
    if (method_.values == nullptr || method_.values->record == nullptr) return;
    Wizard wizard;
    wizard.record = method_.values->record;
    wizard.active_records = rule.active_records();
    if (!rule.records_field().empty()) {
      wizard.records_field = OwnField(rule.records_field(), {Type::kMany2one, Type::kMany2many});
      CheckRecordsField(wizard.records_field);
    }
    if (rule.records_field().empty() && !wizard.active_records) {
      Note("`wizard` needs `records_field` or `active_records`");
    }
    for (const options::FixedValue& value : rule.values()) {
      const Field* field = OwnField(value.field(), {Type::kChar, Type::kSelection});
      if (field != nullptr && field->type == Type::kSelection && !Fits(*field, value.text())) {
        Note("`wizard` fixes " + value.field() + " to what is no key of it: " + value.text());
      }
      wizard.values.push_back({field, value.text()});
    }
    for (const std::string& name : rule.single_record_fields()) {
      const ValuesField* field = method_.values->FindName(name);
      if (field == nullptr) Note("`single_record_fields` needs fields of `values`: " + name);
      if (field != nullptr) wizard.single_record_fields.push_back(field->number);
    }
    method_.action.wizard = std::move(wizard);
    for (const auto& values : build_.values) {
      if (values.get() == method_.values) PlayWizard(*values);
    }
  }

  // Rows in a wizard decide as much as the wizard itself.
  void PlayWizard(Values& values) {
    if (values.role == Role::kWizard) return;
    values.role = Role::kWizard;
    for (const ValuesField& field : values.fields) {
      for (const auto& rows : build_.values) {
        if (rows.get() == field.rows) PlayWizard(*rows);
      }
    }
  }

  void CheckRecordsField(const Field* field) {
    if (field == nullptr || method_.record == nullptr) return;
    const bool several = method_.number(RequestRole::kIds) != 0;
    if (several && field->type == Type::kMany2one) {
      Note("a call with `ids` needs a many2many `records_field`: " + field->name);
    }
    if (field->relation != method_.record->model) {
      Note("`records_field` refers to " + field->relation +
           " and not to the service's model: " + field->name);
    }
  }

  // A field that the gateway itself fills.
  const Field* OwnField(const std::string& name, std::initializer_list<Type> types) {
    const Field* field = method_.values->record->FindName(name);
    const bool fits = field != nullptr && method_.values->FindName(name) == nullptr &&
                      std::find(types.begin(), types.end(), field->type) != types.end();
    if (!fits) {
      Note(
          "`wizard` needs a field of its record message that `values` does not offer, of a "
          "fitting type: " +
          name);
    }
    return fits ? field : nullptr;
  }

  const pb::MethodDescriptor& descriptor_;
  Build& build_;
  Method& method_;
};

}  // namespace

std::vector<ContextEntry> ContextOf(const pb::RepeatedPtrField<options::ContextEntry>& entries) {
  std::vector<ContextEntry> context;
  for (const options::ContextEntry& entry : entries) {
    context.push_back({entry.key(), entry.record_ids()});
  }
  return context;
}

void CompileAction(const pb::MethodDescriptor& descriptor, const options::MethodRule& rule,
                   Build& build, Method& method) {
  if (method.operation == Operation::kCall) {
    ActionCompiler(descriptor, build, method).Compile(rule);
  } else if (HasCallRules(rule)) {
    build.Note(descriptor.full_name(),
               "`odoo_method`, `done_when`, `preconditions`, `wizard` and `context` belong to "
               "OPERATION_CALL");
  }
}

}  // namespace gateway::contract
