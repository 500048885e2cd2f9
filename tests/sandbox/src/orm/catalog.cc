#include "orm/catalog.h"

#include "base/embedded.h"
#include "base/text.h"

namespace sandbox {

Catalog::Catalog(const std::string& version)
    : messages_(Json::parse(Embedded("data/" + version + "/messages.json"))),
      terms_(Json::parse(Embedded("data/" + version + "/terms.json"))) {}

std::string Catalog::Text(const std::string& key, const std::string& language,
                          const Arguments& arguments) const {
  const Json& entry = messages_.at(key);
  std::string text = entry.contains(language) ? entry[language] : entry["en_US"];
  for (const auto& [name, value] : arguments) {
    text = ReplaceAll(std::move(text), "%(" + name + ")s", value);
  }
  return text;
}

std::string Catalog::Term(const std::string& term, const std::string& language) const {
  const auto terms = terms_.find(language);
  if (terms == terms_.end()) return term;
  return terms->value(term, term);
}

}  // namespace sandbox
