#include "orm/external_ids.h"

#include "base/python.h"
#include "orm/constraints.h"

namespace sandbox {
namespace {

constexpr const char* kModel = "ir.model.data";

}  // namespace

std::pair<std::string, std::string> SplitExternalId(const std::string& external_id) {
  const size_t dot = external_id.find('.');
  if (dot == std::string::npos) return {"__import__", external_id};
  return {external_id.substr(0, dot), external_id.substr(dot + 1)};
}

std::optional<ExternalRecord> FindExternal(const Env& env, const std::string& external_id) {
  const auto [module, name] = SplitExternalId(external_id);
  for (const int64_t row : env.store().With(kModel, "name", name)) {
    const Values& values = *env.store().Find(kModel, row);
    if (values.at("module") != module) continue;
    return ExternalRecord{row, values.at("model"), values.at("res_id"),
                          python::Truth(values.at("noupdate"))};
  }
  return std::nullopt;
}

std::vector<ExternalId> ExternalIdsOf(const Env& env, const std::string& model, int64_t id) {
  std::vector<ExternalId> found;
  for (const int64_t row : env.store().With(kModel, "res_id", id)) {
    const Values& values = *env.store().Find(kModel, row);
    if (values.at("model") != model || values.at("res_id") != id) continue;
    found.push_back(
        {values.at("module").get<std::string>() + "." + values.at("name").get<std::string>(),
         python::Truth(values.at("noupdate"))});
  }
  return found;
}

void AddExternal(const Env& env, const std::string& external_id, const std::string& model,
                 int64_t id, bool noupdate) {
  const auto [module, name] = SplitExternalId(external_id);
  const int64_t row = env.store().NextId(kModel);
  env.store().Insert(kModel, row,
                     {{"module", module},
                      {"name", name},
                      {"model", model},
                      {"res_id", id},
                      {"noupdate", noupdate}});
  CheckRow(env, env.model(kModel), row);
}

}  // namespace sandbox
