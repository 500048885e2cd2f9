// From a lead to an opportunity.
#include "base/clock.h"
#include "base/python.h"
#include "orm/crud.h"
#include "orm/records.h"
#include "rpc/actions.h"
#include "rpc/fault.h"
#include "rpc/handlers.h"

namespace sandbox {
namespace {

// Odoo's own code reads the lead from the context, and stumbles where it is not there.
void CheckActiveLead(const Env& env) {
  const Json ids = env.context().value("active_ids", Json());
  if (ids.is_array() && !ids.empty()) return;
  throw MakeFault("builtins.IndexError", "tuple index out of range");
}

int64_t MakeContact(const Env& env, int64_t lead, const std::string& name, Json values) {
  const Model& leads = env.model("crm.lead");
  values["name"] = name;
  for (const char* field :
       {"phone", "street", "street2", "zip", "city", "country_id", "state_id"}) {
    values[field] = RawValue(env, leads, lead, field);
  }
  values["email"] = RawValue(env, leads, lead, "email_from");
  return CreateOne(env.Sudo(), env.model("res.partner"), values);
}

// The person of the lead, under its company where it names both.
Json MakeCustomer(const Env& env, int64_t lead) {
  const Model& leads = env.model("crm.lead");
  const std::string company = RawText(env, leads, lead, "partner_name");
  std::string person = RawText(env, leads, lead, "contact_name");
  if (company.empty() && person.empty()) person = RawText(env, leads, lead, "name");
  Json parent = false;
  if (!company.empty()) parent = MakeContact(env, lead, company, {{"is_company", true}});
  if (person.empty()) return parent;
  return MakeContact(env, lead, person, {{"parent_id", parent}});
}

Json CustomerOf(const BoundCall& call, int64_t wizard, int64_t lead) {
  const std::string action = RawText(call.env, call.model, wizard, "action");
  if (action == "create") return MakeCustomer(call.env, lead);
  if (action == "exist") return RawValue(call.env, call.model, wizard, "partner_id");
  return RawValue(call.env, call.env.model("crm.lead"), lead, "partner_id");
}

void ConvertLead(const BoundCall& call, int64_t wizard, int64_t lead) {
  const Env& env = call.env;
  const Model& leads = env.model("crm.lead");
  // A lost lead stays as it is, without a word.
  if (!python::Truth(RawValue(env, leads, lead, "active"))) return;
  Json values = {{"type", "opportunity"},
                 {"date_conversion", NowDatetime()},
                 {"partner_id", CustomerOf(call, wizard, lead)}};
  for (const char* field : {"user_id", "team_id"}) {
    const Json given = RawValue(env, call.model, wizard, field);
    if (python::Truth(given)) values[field] = given;
  }
  Write(env, leads, {lead}, values);
}

// The lead swallows its duplicates, which the user needs no right to delete for.
void MergeDuplicates(const BoundCall& call, int64_t wizard, int64_t lead) {
  if (RawText(call.env, call.model, wizard, "name") != "merge") return;
  Ids others = RelatedIds(call.env, call.model, wizard, *call.model.Find("duplicated_lead_ids"));
  std::erase(others, lead);
  Unlink(call.env.Sudo(), call.env.model("crm.lead"), others);
}

Json Apply(const BoundCall& call) {
  const Ids wizards = RecordsOf(call);
  CheckActiveLead(call.env);
  Ids leads;
  for (const int64_t wizard : wizards) {
    leads.push_back(RawId(call.env, call.model, wizard, "lead_id"));
    ConvertLead(call, wizard, leads.back());
    MergeDuplicates(call, wizard, leads.back());
  }
  return WindowOf("Lead or Opportunity", "crm.lead", leads);
}

}  // namespace

const std::vector<HandlerEntry>& LeadHandlers() {
  static const std::vector<HandlerEntry> handlers{{"action_apply", Apply}};
  return handlers;
}

}  // namespace sandbox
