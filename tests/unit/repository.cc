#include "repository.h"

#include <cstdlib>
#include <fstream>
#include <iostream>

namespace gateway::test {

std::filesystem::path RepositoryRoot() { return REPOSITORY_ROOT; }

void KeepFigures(std::string_view name, const std::string& text) {
  const char* folder = std::getenv("ODOO_GATEWAY_FIGURES");
  if (folder == nullptr) {
    std::cout << text;
    return;
  }
  std::filesystem::create_directories(folder);
  std::ofstream(std::filesystem::path(folder) / (std::string(name) + ".txt")) << text;
}

}  // namespace gateway::test
