#include "main/catalogs.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace gateway {
namespace {

using contract::Mistakes;
using DescriptorSets = std::vector<contract::DescriptorSet>;
using Compiled = std::variant<std::shared_ptr<const contract::Catalog>, Mistakes>;

// What `path` stands for: itself, or all descriptor sets in the folder, by name.
std::vector<std::string> FilesOf(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return {path};
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
    if (entry.path().extension() == ".binpb") files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  return files;
}

void ReadPath(const std::string& path, DescriptorSets* sets, Mistakes* unread) {
  const auto files = FilesOf(path);
  if (files.empty()) unread->push_back(path + ": the folder holds no *.binpb; check `contracts`.");
  for (const std::string& name : files) {
    std::error_code error;
    std::ifstream file(name, std::ios::binary);
    if (std::filesystem::is_regular_file(name, error) && file) {
      sets->push_back({name, {std::istreambuf_iterator<char>(file), {}}});
    } else {
      unread->push_back(name + ": cannot be read as a file; check `contracts`.");
    }
  }
}

DescriptorSets ReadAll(const std::vector<std::string>& paths, Mistakes* unread) {
  DescriptorSets sets;
  for (const std::string& path : paths) ReadPath(path, &sets, unread);
  return sets;
}

Compiled CompileSets(const DescriptorSets& sets) {
  auto compiled = contract::Compile(sets);
  if (auto* mistakes = std::get_if<Mistakes>(&compiled)) return std::move(*mistakes);
  return std::make_shared<const contract::Catalog>(
      std::move(std::get<contract::Catalog>(compiled)));
}

void Append(const DescriptorSets& more, DescriptorSets* sets) {
  sets->insert(sets->end(), more.begin(), more.end());
}

}  // namespace

std::vector<const contract::Catalog*> Catalogs::Distinct() const {
  std::vector<const contract::Catalog*> distinct;
  for (const auto& [name, catalog] : by_instance) {
    if (std::ranges::find(distinct, catalog.get()) == distinct.end())
      distinct.push_back(catalog.get());
  }
  return distinct;
}

std::variant<Catalogs, Mistakes> LoadCatalogs(const config::Config& config) {
  Mistakes mistakes;
  DescriptorSets shared = {{"built-in contracts", std::string(contract::BuiltInDescriptorSet())}};
  Append(ReadAll(config.contracts, &mistakes), &shared);
  std::map<std::string, DescriptorSets> own;
  DescriptorSets everything = shared;
  for (const config::Instance& instance : config.instances) {
    own[instance.name] = ReadAll(instance.contracts, &mistakes);
    Append(own[instance.name], &everything);
  }
  if (!mistakes.empty()) return mistakes;
  Compiled all = CompileSets(everything);
  if (auto* wrong = std::get_if<Mistakes>(&all)) return std::move(*wrong);
  Catalogs catalogs{std::get<0>(all), {}};
  const bool same = everything.size() == shared.size();
  for (const auto& [name, sets] : own) {
    DescriptorSets of_instance = shared;
    Append(sets, &of_instance);
    Compiled compiled = same ? all : CompileSets(of_instance);
    if (auto* wrong = std::get_if<Mistakes>(&compiled)) return std::move(*wrong);
    catalogs.by_instance[name] = std::get<0>(std::move(compiled));
  }
  return catalogs;
}

}  // namespace gateway
