// RPCs -> methods, with the numbers of the fields that requests and responses know by name.
#include <algorithm>
#include <array>

#include "contract/build.h"

namespace gateway::contract {
namespace {

constexpr unsigned Bit(Operation operation) { return 1U << static_cast<unsigned>(operation); }

constexpr unsigned kSearches = Bit(Operation::kSearch) | Bit(Operation::kCount);
constexpr unsigned kCalls = Bit(Operation::kCall);
constexpr unsigned kById = Bit(Operation::kGet) | Bit(Operation::kUpdate) | Bit(Operation::kDelete);
constexpr unsigned kSingleRecord =
    Bit(Operation::kCreate) | Bit(Operation::kGet) | Bit(Operation::kUpdate);
constexpr unsigned kWritesValues = Bit(Operation::kCreate) | Bit(Operation::kUpdate);
constexpr unsigned kAll = ~0U;

// A field of requests or responses: its name, its form, and the operations that know and that need
// it. Without a name, the form alone tells it. What calls need depends on the call: see actions.cc.
template <class Role>
struct RoleRule {
  Role role;
  std::string_view name;
  std::string_view form;
  unsigned allowed;
  unsigned needed;
};

constexpr unsigned kChecked = Bit(Operation::kCreate) | Bit(Operation::kUpdate) |
                              Bit(Operation::kDelete) | Bit(Operation::kBatchCreate);

constexpr std::array<RoleRule<RequestRole>, 14> kRequestRules = {{
    {RequestRole::kId, "id", "int64", kById | kCalls, kById},
    {RequestRole::kIds, "ids", "repeated int64", kCalls, 0},
    {RequestRole::kValues, "values", "values", kWritesValues | kCalls, kWritesValues},
    {RequestRole::kValues, "values", "repeated values", Bit(Operation::kBatchCreate),
     Bit(Operation::kBatchCreate)},
    {RequestRole::kFilter, "filter", "filter", kSearches, 0},
    {RequestRole::kConditions, "conditions", "repeated odoo.type.v1.Condition", kSearches, 0},
    {RequestRole::kOrderBy, "order_by", "repeated odoo.type.v1.OrderBy", Bit(Operation::kSearch),
     0},
    {RequestRole::kPageSize, "page_size", "int32", Bit(Operation::kSearch),
     Bit(Operation::kSearch)},
    {RequestRole::kPageToken, "page_token", "string", Bit(Operation::kSearch),
     Bit(Operation::kSearch)},
    {RequestRole::kCountTotal, "count_total", "bool", Bit(Operation::kSearch), 0},
    {RequestRole::kReadMask, "read_mask", "google.protobuf.FieldMask",
     kSingleRecord | kCalls | Bit(Operation::kSearch), 0},
    {RequestRole::kOptions, "options", "odoo.type.v1.CallOptions", kAll, 0},
    {RequestRole::kValidateOnly, "validate_only", "bool", kChecked, 0},
    {RequestRole::kChoice, "", "choice", kCalls, 0},
}};

constexpr std::array<RoleRule<ResponseRole>, kResponseRoleCount> kResponseRules = {{
    {ResponseRole::kRecord, "record", "record", kSingleRecord | kCalls, kSingleRecord},
    {ResponseRole::kRecords, "records", "repeated record", Bit(Operation::kSearch) | kCalls,
     Bit(Operation::kSearch)},
    {ResponseRole::kIds, "ids", "repeated int64", Bit(Operation::kBatchCreate),
     Bit(Operation::kBatchCreate)},
    {ResponseRole::kCount, "count", "int64", Bit(Operation::kCount), Bit(Operation::kCount)},
    {ResponseRole::kNextPageToken, "next_page_token", "string", Bit(Operation::kSearch),
     Bit(Operation::kSearch)},
    {ResponseRole::kTotalSize, "total_size", "int64", Bit(Operation::kSearch), 0},
    {ResponseRole::kInfo, "info", "odoo.type.v1.CallInfo", kAll, 0},
}};

class MethodCompiler {
 public:
  explicit MethodCompiler(Build& build) : build_(build) {}

  void Run() {
    for (const File& file : build_.files) {
      const pb::FileDescriptor& descriptor = *build_.pool->FindFileByName(file.name);
      for (int i = 0; i < descriptor.service_count(); ++i) AddService(*descriptor.service(i));
    }
    for (const auto& method : build_.methods) CheckWizard(*method);
  }

 private:
  void AddService(const pb::ServiceDescriptor& service) {
    if (!service.options().HasExtension(options::service)) return;
    const auto& rule = service.options().GetExtension(options::service);
    model_ = rule.model();
    module_ = rule.module();
    if (model_.empty())
      build_.Note(service.full_name(), "(odoo.contract.v1.service) needs `model`");
    for (int i = 0; i < service.method_count(); ++i) AddMethod(*service.method(i));
  }

  // A wizard may be created more than once; a model with a service of its own is no wizard.
  void CheckWizard(const Method& method) {
    if (!method.action.wizard) return;
    const std::string& model = method.action.wizard->record->model;
    const bool served =
        std::any_of(build_.methods.begin(), build_.methods.end(), [&model](const auto& other) {
          return other->record != nullptr && other->record->model == model;
        });
    if (served) {
      build_.Note(method.service + "." + method.name,
                  "has a `wizard` of a model with a service, so not a transient one: " + model);
    }
  }

  void AddMethod(const pb::MethodDescriptor& descriptor) {
    const auto& rule = descriptor.options().GetExtension(options::method);
    auto method = std::make_unique<Method>();
    method->service = descriptor.service()->full_name();
    method->name = descriptor.name();
    method->module = module_;
    method->path = "/" + method->service + "/" + method->name;
    if (!options::Operation_IsValid(rule.operation())) {
      build_.Note(descriptor.full_name(), "has an operation that this gateway does not know: " +
                                              std::to_string(rule.operation()));
      return;
    }
    method->operation = static_cast<Operation>(rule.operation());
    if (method->operation == Operation::kUnspecified) {
      build_.Note(descriptor.full_name(), "needs (odoo.contract.v1.method).operation");
      return;
    }
    if (descriptor.client_streaming() || descriptor.server_streaming()) {
      build_.Note(descriptor.full_name(), "streaming is not offered for this operation");
      return;
    }
    CheckIdempotency(descriptor, method->operation);
    method_ = method.get();
    Number(kRequestRules, *descriptor.input_type(), method->request);
    Number(kResponseRules, *descriptor.output_type(), method->response);
    FindRecord(descriptor);
    CompileAction(descriptor, rule, build_, *method_);
    build_.methods.push_back(std::move(method));
  }

  // Clients and proxies may repeat, cache or send as HTTP GET what is marked NO_SIDE_EFFECTS. Reads
  // need no mark: contracts of users predate it.
  void CheckIdempotency(const pb::MethodDescriptor& descriptor, Operation operation) {
    if (!base::Writes(operation)) return;
    if (descriptor.options().idempotency_level() != pb::MethodOptions::NO_SIDE_EFFECTS) return;
    build_.Note(descriptor.full_name(),
                "is marked `idempotency_level = NO_SIDE_EFFECTS`, but operation " +
                    std::string(base::NameOf(operation)) +
                    " writes to Odoo: remove the option, or clients may repeat the write");
  }

  // Fills `numbers` from the fields of `message`; notes fields that no rule knows and rules that no
  // field meets.
  template <class Rules, class Numbers>
  void Number(const Rules& rules, const pb::Descriptor& message, Numbers& numbers) {
    const unsigned operation = Bit(method_->operation);
    for (int i = 0; i < message.field_count(); ++i) {
      const pb::FieldDescriptor& field = *message.field(i);
      const std::string form = Take(field);
      const auto rule = std::find_if(rules.begin(), rules.end(), [&](const auto& candidate) {
        const bool meant =
            candidate.name.empty() ? candidate.form == form : candidate.name == field.name();
        return meant && (candidate.allowed & operation) != 0;
      });
      if (rule == rules.end()) {
        build_.Note(field.full_name(),
                    "means nothing to operation " + std::string(base::NameOf(method_->operation)));
      } else if (form != rule->form) {
        build_.Note(field.full_name(), "is written as `" + std::string(rule->form) + "`");
      } else {
        numbers[static_cast<std::size_t>(rule->role)] = field.number();
      }
    }
    for (const auto& rule : rules) {
      if ((rule.needed & operation) != 0 &&
          message.FindFieldByName(std::string(rule.name)) == nullptr) {
        build_.Note(message.full_name(), "needs a field `" + std::string(rule.name) + "`");
      }
    }
  }

  // The part a field plays, remembered in the method where it is a message of the model.
  std::string Take(const pb::FieldDescriptor& field) {
    const std::string repeated = field.is_repeated() ? "repeated " : "";
    if (const auto record = build_.record_of.find(field.message_type());
        record != build_.record_of.end()) {
      // What comes of a call may be of any model.
      const bool result = field.is_repeated() && method_->operation == Operation::kCall;
      (result ? method_->action.result : method_->record) = record->second;
      return repeated + "record";
    }
    if (const auto values = build_.values_of.find(field.message_type());
        values != build_.values_of.end()) {
      method_->values = values->second;
      return repeated + "values";
    }
    if (const auto filter = build_.filter_of.find(field.message_type());
        filter != build_.filter_of.end()) {
      method_->filter = filter->second;
      return repeated + "filter";
    }
    if (TakeChoices(field)) return repeated + "choice";
    return FormOf(field);
  }

  // An enum whose values say what they send along.
  bool TakeChoices(const pb::FieldDescriptor& field) {
    if (field.enum_type() == nullptr) return false;
    Action& action = method_->action;
    bool sends = false;
    if (!action.choice_field.empty())
      build_.Note(field.full_name(), "is a second choice; a call has one");
    action.choice_field = field.name();
    for (int i = 0; i < field.enum_type()->value_count(); ++i) {
      const pb::EnumValueDescriptor& value = *field.enum_type()->value(i);
      const auto& rule = value.options().GetExtension(options::enum_value);
      action.choices[value.number()] = ContextOf(rule.context());
      sends = sends || rule.context_size() != 0;
    }
    if (!sends)
      build_.Note(field.full_name(), "has an enum without `context`: it would choose nothing");
    return true;
  }

  // Methods whose messages hold no record (delete, count) still need one: for the model's name and
  // its fields.
  void FindRecord(const pb::MethodDescriptor& descriptor) {
    // Those of a call are of its wizard.
    const bool call = method_->operation == Operation::kCall;
    if (method_->record == nullptr && method_->values != nullptr && !call) {
      method_->record = method_->values->record;
    }
    if (method_->record == nullptr && method_->filter != nullptr) {
      method_->record = method_->filter->record;
    }
    const std::string& package = descriptor.file()->package();
    for (const auto& [message, record] : build_.record_of) {
      if (method_->record == nullptr && record->model == model_ &&
          message->file()->package() == package) {
        method_->record = record;
      }
    }
    if (method_->record == nullptr || method_->record->model != model_) {
      build_.Note(descriptor.full_name(), "finds no record message of model " + model_);
      method_->record = nullptr;
    }
    const bool values_fit =
        call || method_->values == nullptr || IsOfModel(method_->values->record);
    const bool filter_fits = method_->filter == nullptr || IsOfModel(method_->filter->record);
    if (!values_fit || !filter_fits) {
      build_.Note(descriptor.full_name(), "has " + std::string(values_fit ? "a filter" : "values") +
                                              " of another model than " + model_);
    }
  }

  bool IsOfModel(const Record* record) const {
    return record == nullptr || record->model == model_;
  }

  Build& build_;
  std::string model_;
  std::string module_;
  Method* method_ = nullptr;
};

}  // namespace

void CompileMethods(Build& build) { MethodCompiler(build).Run(); }

}  // namespace gateway::contract
