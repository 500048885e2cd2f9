// Where tests find files of the repository, and where they leave their figures.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace gateway::test {

std::filesystem::path RepositoryRoot();

// Keeps figures for whoever reads the end of `make test`: NAME.txt in $ODOO_GATEWAY_FIGURES. Prints
// them where that is not set.
void KeepFigures(std::string_view name, const std::string& text);

}  // namespace gateway::test
