// What a policy says that cannot be meant.
#include <algorithm>
#include <set>

#include "access/access.h"
#include "access/field_names.h"

namespace gateway::access {
namespace {

using Catalogs = std::span<const contract::Catalog* const>;
using Names = std::set<std::string, std::less<>>;

Names ServedModels(Catalogs catalogs) {
  Names models;
  for (const contract::Catalog* catalog : catalogs) {
    for (const auto& method : catalog->methods()) models.insert(method->record->model);
  }
  return models;
}

Names Operations(Catalogs catalogs) {
  Names names;
  for (int i = 1; i < base::kContractOperationCount; ++i)
    names.emplace(base::NameOf(static_cast<contract::Operation>(i)));
  for (const contract::Catalog* catalog : catalogs) {
    for (const auto& method : catalog->methods()) names.insert(method->name);
  }
  return names;
}

class Finder {
 public:
  explicit Finder(Catalogs catalogs)
      : catalogs_(catalogs), models_(ServedModels(catalogs)), operations_(Operations(catalogs)) {}

  void Look(const config::AllowRule& rule) {
    for (const std::string& model : rule.models) {
      if (model.find('*') == std::string::npos && !models_.contains(model))
        Add(rule.at + ".models", "no contract serves the model `" + model + "`");
    }
    for (const std::string& operation : rule.operations) {
      if (!operations_.contains(operation))
        Add(rule.at + ".operations",
            "`" + operation + "` is no operation (get, search, ...) and no RPC of a contract");
    }
    const FieldNames fields(rule, catalogs_);
    LookAt(rule.read_fields, fields, rule.at + ".read_fields");
    LookAt(rule.write_fields, fields, rule.at + ".write_fields");
  }

  std::vector<std::string> Take() && { return std::move(mistakes_); }

 private:
  void LookAt(const std::vector<std::string>& names, const FieldNames& fields,
              const std::string& path) {
    for (const std::string& name : names) {
      const std::string mistake = fields.MistakeIn(name);
      if (!mistake.empty()) Add(path, mistake);
    }
  }

  void Add(const std::string& path, const std::string& problem) {
    mistakes_.push_back(path + ": " + problem);
  }

  const Catalogs catalogs_;
  const Names models_;
  const Names operations_;
  std::vector<std::string> mistakes_;
};

}  // namespace

std::vector<std::string> MistakesIn(const std::vector<config::Caller>& callers, Catalogs catalogs) {
  Finder finder(catalogs);
  for (const config::Caller& caller : callers) {
    for (const config::AllowRule& rule : caller.allow) finder.Look(rule);
  }
  return std::move(finder).Take();
}

}  // namespace gateway::access
