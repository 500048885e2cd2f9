#include "odoo/call.h"

#include <array>
#include <map>

#include "odoo/session.h"

namespace gateway::odoo {
namespace {

using codec::ResolvedIds;

Context OptionsContext(const plan::Options& options) {
  std::vector<std::int64_t> companies;
  if (options.company_id != 0) companies.push_back(options.company_id);
  return {options.lang, std::move(companies), options.include_archived, options.quiet, {}};
}

Argument Specification(const codec::ReadSpec& read) {
  return {"specification", [&read](auto& out) { codec::WriteSpecification(read, out); }};
}

Argument DomainArgument(const plan::Domain& domain, const ResolvedIds& resolved) {
  return {"domain",
          [&domain, &resolved](auto& out) { plan::DomainWriter(out, resolved).Write(domain); }};
}

Argument Integer(std::string_view name, std::int64_t value) {
  return {name, [value](auto& out) { out.Integer(value); }};
}

Argument Text(std::string_view name, std::string value) {
  return {name, [value = std::move(value)](auto& out) { out.Text(value); }};
}

// What each plan asks of Odoo.
class CallMaker {
 public:
  CallMaker(const plan::Plan& plan, const ResolvedIds& resolved)
      : plan_(plan), resolved_(resolved) {}

  Call Make() {
    Call call = std::visit([this](const auto& body) { return MakeCall(body); }, plan_.body);
    call.model = plan_.method->record->model;
    call.context = OptionsContext(plan_.options);
    return call;
  }

 private:
  template <class Writer>
  void WriteValues(std::string_view values, Writer& out) const {
    // The plan is checked: nothing is found wrong a second time.
    codec::Problems none;
    codec::RpcValues<Writer> sink(out, resolved_);
    const bool create = std::holds_alternative<plan::Create>(plan_.body);
    codec::ValuesWalk<codec::RpcValues<Writer>>(plan_.target, none, sink)
        .Walk(*plan_.method->values, values,
              create ? codec::WriteMode::kCreate : codec::WriteMode::kUpdate);
  }

  Argument Values(std::string_view values) const {
    return {"vals", [maker = *this, values](auto& out) { maker.WriteValues(values, out); }};
  }

  Call MakeCall(const plan::Create& create) const {
    // With something to read back, record and answer come from one transaction.
    if (!create.read.empty()) return WebSave({}, create.values.front(), create.read);
    Argument list{"vals_list",
                  [maker = *this, &create](auto& out) {
                    out.BeginArray();
                    for (const std::string_view values : create.values)
                      maker.WriteValues(values, out);
                    out.EndArray();
                  },
                  true};
    return {{}, "create", false, {}, {std::move(list)}, {}};
  }

  // Always reads something back: `write` answers true for a record that is not there, where its
  // model has no record rules.
  Call MakeCall(const plan::Write& write) const {
    return WebSave({write.id}, write.values, write.read);
  }

  Call WebSave(std::vector<std::int64_t> ids, std::string_view values,
               const codec::ReadSpec& read) const {
    return {{}, "web_save", true, std::move(ids), {Values(values), Specification(read)}, {}};
  }

  Call MakeCall(const plan::Read& read) const {
    return {{}, "web_read", true, {read.id}, {Specification(read.read)}, {}};
  }

  Call MakeCall(const plan::Search& search) const {
    // One record more than the page tells whether there is a next one. count_limit keeps Odoo from
    // counting all matches.
    return {{},
            "web_search_read",
            false,
            {},
            {DomainArgument(search.page, resolved_), Specification(search.read),
             Integer("offset", search.offset), Integer("limit", search.page_size + 1),
             Text("order", search.order), Integer("count_limit", 1)},
            {}};
  }

  Call MakeCall(const plan::Count& count) const {
    return {{}, "search_count", false, {}, {DomainArgument(count.domain, resolved_)}, {}};
  }

  Call MakeCall(const plan::Unlink& unlink) const {
    return {{}, "unlink", true, {unlink.id}, {}, {}};
  }

  Call MakeCall(const plan::Call& call) const {
    return {{}, plan_.method->action.method, true, call.ids, {}, {}};
  }

  const plan::Plan& plan_;
  const ResolvedIds& resolved_;
};

// Writes a wizard's values, those that the gateway decides first.
template <class Writer>
class WizardValues : public codec::RpcValues<Writer> {
 public:
  using Base = codec::RpcValues<Writer>;
  WizardValues(const plan::Plan& plan, Writer& out, const ResolvedIds& resolved)
      : Base(out, resolved), plan_(plan) {}

  // Rows have records, too.
  void BeginRecord(std::string_view model) {
    Base::BeginRecord(model);
    if (!begun_) WriteOwn();
    begun_ = true;
  }

 private:
  void WriteOwn() {
    const contract::Wizard& wizard = *plan_.method->action.wizard;
    for (const contract::Wizard::FixedValue& value : wizard.values) {
      this->Field(value.field->OdooName(plan_.target.version));
      this->Text(value.text);
    }
    if (wizard.records_field == nullptr) return;
    this->Field(wizard.records_field->OdooName(plan_.target.version));
    std::vector<codec::Reference> records;
    for (const std::int64_t id : std::get<plan::Call>(plan_.body).ids) records.push_back({id, {}});
    if (wizard.records_field->type == contract::Type::kMany2one) {
      this->One(records.front());
    } else {
      this->Set(records);
    }
  }

  const plan::Plan& plan_;
  bool begun_ = false;
};

Argument Ids(std::string_view name, const std::vector<std::int64_t>& ids) {
  return {name, [&ids](auto& out) {
            out.BeginArray();
            for (const std::int64_t id : ids) out.Integer(id);
            out.EndArray();
          }};
}

Argument True(std::string_view name) {
  return {name, [](auto& out) { out.Boolean(true); }};
}

// What Odoo's own client sends to say which records are meant.
void AddActive(const plan::Plan& plan, Context& context) {
  const contract::Action& action = plan.method->action;
  if (!action.wizard || !action.wizard->active_records) return;
  const std::vector<std::int64_t>& ids = std::get<plan::Call>(plan.body).ids;
  context.entries.push_back(Text("active_model", plan.method->record->model));
  context.entries.push_back(Integer("active_id", ids.front()));
  context.entries.push_back(Ids("active_ids", ids));
}

void AddEntries(const std::vector<contract::ContextEntry>& entries,
                const std::vector<std::int64_t>& ids, Context& context) {
  for (const contract::ContextEntry& entry : entries) {
    context.entries.push_back(entry.record_ids ? Ids(entry.key, ids) : True(entry.key));
  }
}

// A web_read specification of rows within rows.
struct FieldTree {
  std::map<std::string, FieldTree> fields;
};

template <class Writer>
void WriteTree(const FieldTree& tree, Writer& out) {
  out.BeginObject();
  for (const auto& [name, rows] : tree.fields) {
    out.Key(name);
    out.BeginObject();
    out.Key("fields");
    WriteTree(rows, out);
    out.EndObject();
  }
  out.EndObject();
}

Argument Texts(std::string_view name, std::vector<std::string_view> values) {
  return {name, [values = std::move(values)](auto& out) {
            out.BeginArray();
            for (const std::string_view value : values) out.Text(value);
            out.EndArray();
          }};
}

// [(field, "in", [...])]; `write` writes each element.
template <class Element, class Write>
Argument AnyOf(std::string field, std::vector<Element> elements, Write write) {
  return {"domain", [field = std::move(field), elements = std::move(elements), write](auto& out) {
            out.BeginArray();
            out.BeginArray();
            out.Text(field);
            out.Text("in");
            out.BeginArray();
            for (const Element& element : elements) write(out, element);
            out.EndArray();
            out.EndArray();
            out.EndArray();
          }};
}

Context WithArchived(const plan::Options& options) {
  Context context = OptionsContext(options);
  context.include_archived = true;
  return context;
}

}  // namespace

std::string_view ProtocolName(Protocol protocol) {
  static constexpr std::array<std::string_view, 3> kNames = {"jsonrpc", "json2", "xmlrpc"};
  return kNames[static_cast<std::size_t>(protocol)];
}

FaultContext ContextOf(const Call& call) {
  FaultContext context;
  context.model = call.model;
  context.method = call.method;
  context.ids = call.ids;
  context.lang = call.context.lang;
  return context;
}

Call CallOf(const plan::Plan& plan, const ResolvedIds& resolved) {
  return CallMaker(plan, resolved).Make();
}

Call WizardCall(const plan::Plan& plan, const ResolvedIds& resolved) {
  Context context = OptionsContext(plan.options);
  AddActive(plan, context);
  Argument list{"vals_list",
                [&plan, &resolved](auto& out) {
                  codec::Problems none;
                  using Sink = WizardValues<std::decay_t<decltype(out)>>;
                  Sink sink(plan, out, resolved);
                  out.BeginArray();
                  codec::ValuesWalk<Sink>(plan.target, none, sink)
                      .Walk(*plan.method->values, std::get<plan::Call>(plan.body).values,
                            codec::WriteMode::kCreate);
                  out.EndArray();
                },
                true};
  return {plan.method->action.wizard->record->model,
          "create",
          false,
          {},
          {std::move(list)},
          std::move(context)};
}

Call ActionCall(const plan::Plan& plan, std::optional<std::int64_t> wizard) {
  const contract::Action& action = plan.method->action;
  const auto& body = std::get<plan::Call>(plan.body);
  Context context = OptionsContext(plan.options);
  AddActive(plan, context);
  AddEntries(action.context, body.ids, context);
  if (body.choice != nullptr) AddEntries(*body.choice, body.ids, context);
  if (wizard) return {action.wizard->record->model, action.method, true, {*wizard}, {}, context};
  return {plan.method->record->model, action.method, true, body.ids, {}, std::move(context)};
}

Call ReadCall(const plan::Plan& plan, std::vector<std::int64_t> ids, const codec::ReadSpec& read) {
  Context context = OptionsContext(plan.options);
  context.include_archived = true;
  return {read.record->model,    "web_read",        true, std::move(ids),
          {Specification(read)}, std::move(context)};
}

Call CountCall(const plan::Plan& plan, const plan::Domain& domain, const ResolvedIds& resolved) {
  return {
      plan.method->record->model,  "search_count", false, {}, {DomainArgument(domain, resolved)},
      OptionsContext(plan.options)};
}

Call ExistsCall(const plan::Plan& plan, const plan::Domain& domain) {
  static const ResolvedIds kNone;
  Call call = CountCall(plan, domain, kNone);
  call.context.include_archived = true;
  return call;
}

Call RowsCall(const plan::Plan& plan, std::int64_t id) {
  FieldTree tree;
  for (const plan::OwnedRow& row : plan.rows) {
    FieldTree* level = &tree;
    for (const plan::OwnedRow::Step& step : row.steps) level = &level->fields[step.field];
  }
  Context context = OptionsContext(plan.options);
  context.include_archived = true;
  Argument specification{"specification",
                         [tree = std::move(tree)](auto& out) { WriteTree(tree, out); }};
  return {plan.method->record->model, "web_read",        true, {id},
          {std::move(specification)}, std::move(context)};
}

Call LookupCall(std::string_view external_id) {
  const std::size_t dot = external_id.find('.');
  Call call{"ir.model.data",
            "check_object_reference",
            false,
            {},
            {Text("module", std::string(external_id.substr(0, dot))),
             Text("xml_id", std::string(external_id.substr(dot + 1)))},
            {}};
  // An id that refers to an archived record is taken as well.
  call.context.include_archived = true;
  return call;
}

Call SeenCall(std::string model, std::vector<std::int64_t> ids, const plan::Options& options) {
  Argument domain =
      AnyOf("id", std::move(ids), [](auto& out, std::int64_t id) { out.Integer(id); });
  return {std::move(model), "search", false, {}, {std::move(domain)}, WithArchived(options)};
}

Call VisibleCall(std::string model, std::vector<std::int64_t> ids,
                 std::vector<std::int64_t> company_ids) {
  Call call = SeenCall(std::move(model), std::move(ids), {});
  call.context.company_ids = std::move(company_ids);
  return call;
}

Call TakenCall(std::string model, std::string field, std::vector<std::string> texts,
               const plan::Options& options) {
  Argument fields{"fields", [field](auto& out) {
                    out.BeginArray();
                    out.Text(field);
                    out.EndArray();
                  }};
  Argument domain = AnyOf(std::move(field), std::move(texts),
                          [](auto& out, const std::string& text) { out.Text(text); });
  return {std::move(model),     "search_read", false, {}, {std::move(domain), std::move(fields)},
          WithArchived(options)};
}

Call LabelsCall(std::string model, std::vector<std::string> fields, const std::string& lang) {
  Argument names{"allfields", [fields = std::move(fields)](auto& out) {
                   out.BeginArray();
                   for (const std::string& field : fields) out.Text(field);
                   out.EndArray();
                 }};
  return {std::move(model),
          "fields_get",
          false,
          {},
          {std::move(names), Texts("attributes", {"string"})},
          {lang, {}, false, false, {}}};
}

Call FieldsCall(std::string model, const std::string& lang) {
  return {std::move(model),
          "fields_get",
          false,
          {},
          {Texts("attributes", {"type", "relation", "relation_field", "selection", "readonly",
                                "required", "searchable", "sortable", "size"})},
          {lang, {}, false, false, {}}};
}

Call UserCall(std::int64_t uid) {
  return {
      "res.users", "read", true, {uid}, {Texts("fields", {"company_id", "company_ids", "lang"})},
      {}};
}

Call RightCall(std::string model, std::string_view right) {
  return {std::move(model), "has_access", true, {}, {Text("operation", std::string(right))}, {}};
}

Call GroupCall(std::int64_t uid, std::string_view group) {
  return {"res.users", "has_group", true, {uid}, {Text("group_ext_id", std::string(group))}, {}};
}

Call KeysCall(std::int64_t uid) {
  Argument own{"domain", [uid](auto& out) {
                 out.BeginArray();
                 out.BeginArray();
                 out.Text("user_id");
                 out.Text("=");
                 out.Integer(uid);
                 out.EndArray();
                 out.EndArray();
               }};
  return {"res.users.apikeys",
          "search_read",
          false,
          {},
          {std::move(own), Texts("fields", {"scope", "expiration_date"})},
          {}};
}

}  // namespace gateway::odoo
