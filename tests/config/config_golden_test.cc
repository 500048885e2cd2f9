// Every folder here is a case: a file with settings, and what comes of it.
//
//   gateway.yaml   read from the case's folder, so that paths in it are relative
//   environment    NAME=VALUE, a line each; may be missing
//   arguments      one a line, behind --config gateway.yaml; may be missing
//   expected       all problems, or what `config print` shows
//
// UPDATE_GOLDEN=1 writes what is expected from what happens.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "config/config.h"

namespace gateway::config {
namespace {

namespace fs = std::filesystem;

const fs::path kCases = CONFIG_CASES;

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> LinesOf(const fs::path& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::map<std::string, std::string> EnvironmentOf(const fs::path& path) {
  std::map<std::string, std::string> environment;
  for (const std::string& line : LinesOf(path)) {
    const std::size_t equals = line.find('=');
    environment[line.substr(0, equals)] = line.substr(equals + 1);
  }
  return environment;
}

base::Result<Loaded> LoadCase(const std::string& name) {
  fs::current_path(kCases / name);
  const auto environment = EnvironmentOf("environment");
  const auto arguments = LinesOf("arguments");
  std::vector<const char*> argv = {"odoo-gateway", "config", "print", "--config", "gateway.yaml"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  return Load(static_cast<int>(argv.size()), argv.data(), [&](const char* variable) {
    const auto found = environment.find(variable);
    return found == environment.end() ? nullptr : found->second.c_str();
  });
}

std::vector<std::string> Cases() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kCases)) {
    if (entry.is_directory()) names.push_back(entry.path().filename());
  }
  return names;
}

class ConfigGolden : public testing::TestWithParam<std::string> {};

TEST_P(ConfigGolden, ComesOut) {
  const auto loaded = LoadCase(GetParam());
  const std::string happened = loaded ? loaded->effective : loaded.failure().message + "\n";
  const fs::path expected = kCases / GetParam() / "expected";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(expected) << happened;
  EXPECT_EQ(happened, ReadFile(expected)) << expected;
  EXPECT_THAT(happened, testing::Not(testing::HasSubstr("hunter2"))) << "a secret";
}

std::string TestName(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& letter : name) letter = letter == '-' ? '_' : letter;
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, ConfigGolden, testing::ValuesIn(Cases()), TestName);

// What is printed says the same when it is read: names of files and variables, no masked secrets.
TEST(ConfigPrint, CanBeReadBack) {
  const auto loaded = LoadCase("everything");
  ASSERT_TRUE(loaded) << loaded.failure().message;
  const std::string path = testing::TempDir() + "printed.yaml";
  std::ofstream(path) << loaded->effective;
  const auto environment = EnvironmentOf("environment");
  const char* argv[] = {"odoo-gateway", "config", "print", "--config", path.c_str()};
  const auto again = Load(std::size(argv), argv, [&](const char* variable) {
    const auto found = environment.find(variable);
    return found == environment.end() ? nullptr : found->second.c_str();
  });
  ASSERT_TRUE(again) << again.failure().message;
  const auto without_sources = [](const std::string& text) {
    std::string kept;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::string line = text.substr(begin, text.find('\n', begin) - begin);
      kept += line.substr(0, line.find("  # ")) + "\n";
      begin += line.size() + 1;
    }
    return kept;
  };
  EXPECT_EQ(without_sources(loaded->effective), without_sources(again->effective));
}

TEST(ConfigReference, IsAsCommitted) {
  EXPECT_EQ(ReadFile(CONFIG_REFERENCE), Reference())
      << "run: odoo-gateway config reference > server/config/REFERENCE.md";
}

}  // namespace
}  // namespace gateway::config
