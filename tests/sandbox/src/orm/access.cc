#include "orm/access.h"

#include <algorithm>

#include "base/embedded.h"
#include "base/text.h"
#include "orm/env.h"
#include "rpc/fault.h"

namespace sandbox {
namespace {

std::string GroupLines(const Env& env, const std::vector<std::string>& groups) {
  std::vector<std::string> lines;
  for (const std::string& group : groups) lines.push_back("\t- " + env.Term(group));
  return Join(lines, "\n");
}

Fault ModelDenied(const Env& env, const Model& model, const Operation& op) {
  const auto groups = env.access().AllowedGroups(model.name, op);
  const std::string allowed =
      groups.empty() ? env.Text("access_no_group")
                     : env.Text("access_groups", {{"groups", GroupLines(env, groups)}});
  return AccessError(env.Text("access_" + op, {{"document_kind", env.Term(model.description)},
                                               {"document_model", model.name}}) +
                     "\n\n" + allowed + "\n\n" + env.Text("access_contact"));
}

std::string GroupNames(const Env& env, const Field& field) {
  std::vector<std::string> names;
  for (const std::string& group : field.groups) {
    const std::string name = env.Term(env.access().GroupName(group));
    names.push_back(name.find('\'') == std::string::npos ? "'" + name + "'" : '"' + name + '"');
  }
  // Odoo lists them by their database ids, in which read-only accounting comes first.
  std::reverse(names.begin(), names.end());
  return Join(names, ", ");
}

Fault RuleDenied(const Env& env, const Model& model, const Ids& ids, const Operation& op) {
  std::string text = env.Text("rule_denied", {{"user", env.user_name()},
                                              {"uid", std::to_string(env.uid())},
                                              {"operation", op},
                                              {"document_kind", model.description},
                                              {"document_model", model.name}});
  const bool company_issue = std::ranges::any_of(ids, [&](int64_t id) {
    const Values* values = env.store().Find(model.name, id);
    return values && values->contains("company_id") && values->at("company_id").is_number();
  });
  if (company_issue) text += "\n\n" + env.Text("rule_company");
  return AccessError(text);
}

// False for a record of a company that the user cannot see. A product has that of its template.
bool CompanyAllows(const Env& env, const Values& values) {
  const auto company = values.find("company_id");
  const auto tmpl = values.find("product_tmpl_id");
  if (company == values.end() && tmpl != values.end() && tmpl->second.is_number_integer()) {
    const Values* above = env.store().Find("product.template", tmpl->second.get<int64_t>());
    return !above || CompanyAllows(env, *above);
  }
  if (company == values.end() || !company->second.is_number_integer()) return true;
  const Ids companies = env.companies();
  return std::ranges::find(companies, company->second.get<int64_t>()) != companies.end();
}

// Of companies themselves, users see their own.
bool IsShownCompany(const Env& env, const Model& model, int64_t id) {
  const Ids companies = env.companies();
  return model.name != "res.company" || std::ranges::find(companies, id) != companies.end();
}

bool PortalAllows(const Env& env, const Model& model, int64_t id) {
  if (env.profile() != "portal" || model.name != "res.partner") return true;
  return env.UserValue("partner_id") == id;
}

}  // namespace

Access::Access(const std::string& version)
    : data_(Json::parse(Embedded("data/" + version + "/access.json"))) {}

bool Access::Allows(const std::string& profile, const std::string& model,
                    const Operation& op) const {
  const Json& rights = data_["profiles"].at(profile)["rights"];
  if (rights.contains("*")) return true;
  // Models without an entry are reference data: everybody reads them.
  return rights.value(model, "r").find(op[0]) != std::string::npos;
}

bool Access::InGroup(const std::string& profile, const std::string& group) const {
  const Json& groups = data_["profiles"].at(profile)["groups"];
  return std::ranges::any_of(groups, [&](const Json& own) { return own == "*" || own == group; });
}

std::vector<std::string> Access::AllowedGroups(const std::string& model,
                                               const Operation& op) const {
  const Json& denied = data_["denied"];
  if (!denied.contains(model) || !denied[model].contains(op)) return {};
  return denied[model][op].get<std::vector<std::string>>();
}

std::vector<std::string> Access::ReadsBefore(const std::string& model, const Operation& op) const {
  const Json& before = data_["reads_before"];
  if (!before.contains(model) || !before[model].contains(op)) return {};
  return before[model][op].get<std::vector<std::string>>();
}

std::string Access::GroupName(const std::string& group) const {
  return data_["groups"].value(group, group);
}

bool HasAccess(const Env& env, const Model& model, const Operation& op) {
  return env.superuser() || env.access().Allows(env.profile(), model.name, op);
}

void CheckModelAccess(const Env& env, const Model& model, const Operation& op) {
  if (env.superuser()) return;
  for (const std::string& before : env.access().ReadsBefore(model.name, op)) {
    if (!HasAccess(env, env.model(before), "read")) {
      throw ModelDenied(env, env.model(before), "read");
    }
  }
  if (!HasAccess(env, model, op)) throw ModelDenied(env, model, op);
}

bool FieldAllowed(const Env& env, const Field& field) {
  if (env.superuser() || field.groups.empty()) return true;
  const std::string profile = env.profile();
  return std::ranges::any_of(
      field.groups, [&](const std::string& group) { return env.access().InGroup(profile, group); });
}

void CheckFieldAccess(const Env& env, const Model& model, const Field& field, const Operation& op) {
  if (FieldAllowed(env, field)) return;
  throw AccessError(env.Text("field_denied", {{"field", field.name},
                                              {"document_kind", env.Term(model.description)},
                                              {"document_model", model.name},
                                              {"operation", op},
                                              {"uid", std::to_string(env.uid())},
                                              {"groups", GroupNames(env, field)}}));
}

bool RuleAllows(const Env& env, const Model& model, int64_t id) {
  if (env.superuser()) return true;
  const Values* values = env.store().Find(model.name, id);
  return !values || (CompanyAllows(env, *values) && IsShownCompany(env, model, id) &&
                     PortalAllows(env, model, id));
}

void CheckRules(const Env& env, const Model& model, const Ids& ids, const Operation& op) {
  Ids denied;
  std::ranges::copy_if(ids, std::back_inserter(denied),
                       [&](int64_t id) { return !RuleAllows(env, model, id); });
  if (!denied.empty()) throw RuleDenied(env, model, denied, op);
}

}  // namespace sandbox
