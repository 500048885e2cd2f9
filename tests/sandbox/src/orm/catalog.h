// Odoo's texts in the sandbox's languages, as data (data/<version>/messages.json, terms.json).
// A text that a version leaves untranslated has no entry for that language there, either.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"

namespace sandbox {

class Catalog {
 public:
  using Arguments = std::vector<std::pair<std::string, std::string>>;

  explicit Catalog(const std::string& version);

  // The text `key` in `language`, else in English, with its %(name)s filled in.
  std::string Text(const std::string& key, const std::string& language,
                   const Arguments& arguments = {}) const;

  // A field label, model or group name in `language`; itself where no translation is known.
  std::string Term(const std::string& term, const std::string& language) const;

 private:
  Json messages_, terms_;
};

}  // namespace sandbox
