#include "orm/env.h"

#include <utility>

#include "base/python.h"
#include "models/behaviour.h"
#include "rpc/fault.h"

namespace sandbox {

Library::Library(const std::string& version, const std::set<std::string>& without,
                 const Json& fields)
    : schema(version, without, fields),
      catalog(version),
      access(version),
      behaviours(std::make_shared<const Behaviours>(schema)) {}

bool Env::ActiveTest() const {
  const auto active_test = context_.find("active_test");
  return active_test == context_.end() || python::Truth(*active_test);
}

int64_t Env::company() const {
  const auto allowed = context_.find("allowed_company_ids");
  if (allowed != context_.end() && allowed->is_array() && !allowed->empty()) {
    return (*allowed)[0].get<int64_t>();
  }
  const Json company = UserValue("company_id");
  return company.is_number_integer() ? company.get<int64_t>() : 1;
}

Ids Env::companies() const {
  const auto allowed = context_.find("allowed_company_ids");
  if (allowed != context_.end() && allowed->is_array() && !allowed->empty()) {
    return allowed->get<Ids>();
  }
  const Json companies = UserValue("company_ids");
  return companies.is_array() ? companies.get<Ids>() : Ids{};
}

std::string Env::profile() const {
  const Json profile = UserValue("_profile");
  return profile.is_string() ? profile.get<std::string>() : "limited";
}

std::string Env::user_name() const { return python::Str(UserValue("name")); }

Env Env::Sudo() const {
  Env env = *this;
  env.superuser_ = true;
  return env;
}

Env Env::WithContext(Json context) const {
  Env env = *this;
  env.context_ = std::move(context);
  const auto language = env.context_.find("lang");
  env.language_ = language != env.context_.end() && language->is_string()
                      ? language->get<std::string>()
                      : "en_US";
  return env;
}

Env Env::WithContextValue(const std::string& key, Json value) const {
  Json context = context_;
  context[key] = std::move(value);
  return WithContext(std::move(context));
}

void Env::CheckDisturbed() const {
  if (world_->disturbance) throw Fault(*world_->disturbance);
}

Json Env::UserValue(const std::string& field) const {
  const Values* user = store().Find("res.users", uid_);
  if (!user) return false;
  const auto value = user->find(field);
  return value == user->end() ? Json(false) : value->second;
}

}  // namespace sandbox
