// The data files of the sandbox, linked into the binary (see cmake/EmbedFiles.cmake).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sandbox {

struct EmbeddedFile {
  std::string_view name;  // "fields/18.0/res.partner.json", "data/18.0/sql.json"
  std::string_view content;
};

const std::vector<EmbeddedFile>& EmbeddedFiles();

// The content of one file; the file must exist.
std::string_view Embedded(std::string_view name);

}  // namespace sandbox
