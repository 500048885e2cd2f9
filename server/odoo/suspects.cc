#include "odoo/suspects.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>

#include "odoo/fault_words.h"

namespace gateway::odoo {
namespace {

using plan::NamedField;

// `order_line[0].` of `order_line[0].product_id`.
std::string_view RecordOf(std::string_view path) { return path.substr(0, path.rfind('.') + 1); }

template <class Wanted>
Paths PathsWhere(const Written& written, const Wanted& wanted) {
  Paths paths;
  for (const NamedField& field : written) {
    if (wanted(field)) paths.push_back(field.request_path);
  }
  return paths;
}

bool HoldsRows(const NamedField& field, const Written& written) {
  const std::string prefix = field.odoo_path + "[";
  return std::any_of(written.begin(), written.end(),
                     [&](const NamedField& other) { return other.odoo_path.starts_with(prefix); });
}

std::int64_t IdIn(std::string_view text) {
  std::int64_t id = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), id);
  return end.ec == std::errc() ? id : 0;
}

std::string_view MetadataOf(const base::Failure& failure, std::string_view key) {
  const auto found = std::find_if(failure.metadata.begin(), failure.metadata.end(),
                                  [&](const auto& entry) { return entry.first == key; });
  return found == failure.metadata.end() ? std::string_view() : std::string_view(found->second);
}

bool IsHintedAt(const NamedField& field, const base::Failure& failure) {
  const std::string model = "(" + std::string(field.comodel) + ")";
  if (failure.odoo_message.find(model) != std::string::npos) return true;
  const std::string key = "_" + std::string(NameOf(field)) + "_fkey";
  return MetadataOf(failure, "constraint").ends_with(key);
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// UTF-8 of quotes, dashes and spaces begins so; what else is beyond ASCII is taken for letters.
constexpr std::string_view kPunctuation = "\xE2\x80";
constexpr char kLatinPunctuation = '\xC2';

bool EndsInWord(std::string_view text) {
  if (text.empty() || !IsLetter(text.back())) return false;
  if (text.size() >= 3 && text.substr(text.size() - 3, 2) == kPunctuation) return false;
  return text.size() < 2 || text[text.size() - 2] != kLatinPunctuation;
}

bool BeginsWithWord(std::string_view text) {
  return !text.empty() && IsLetter(text.front()) && !text.starts_with(kPunctuation) &&
         text.front() != kLatinPunctuation;
}

// Where `words` say `wanted`, as words of their own.
std::vector<std::size_t> PlacesOf(std::string_view wanted, std::string_view words) {
  std::vector<std::size_t> places;
  for (std::size_t at = words.find(wanted); at != std::string_view::npos && !wanted.empty();
       at = words.find(wanted, at + 1)) {
    if (EndsInWord(words.substr(0, at))) continue;
    if (BeginsWithWord(words.substr(at + wanted.size()))) continue;
    places.push_back(at);
  }
  return places;
}

// A label in Odoo's words.
struct Mention {
  const NamedField* field;
  std::size_t begin;
  std::size_t end;
};

// `Due Date` is no mention of `Date`.
bool IsWithin(const Mention& inner, const Mention& outer) {
  return outer.begin <= inner.begin && inner.end <= outer.end &&
         outer.end - outer.begin > inner.end - inner.begin;
}

std::vector<Mention> MentionsOf(const Written& written, const Labels& labels,
                                std::string_view words) {
  std::vector<Mention> mentions;
  const std::string text = Lower(words);
  for (const NamedField& field : written) {
    const auto label = labels.find({std::string(field.model), std::string(NameOf(field))});
    if (label == labels.end() || HoldsRows(field, written)) continue;
    const std::string wanted = Lower(label->second);
    for (const std::size_t at : PlacesOf(wanted, text)) {
      mentions.push_back({&field, at, at + wanted.size()});
    }
  }
  return mentions;
}

std::string Joined(const Paths& paths) {
  constexpr std::size_t kMost = 5;
  std::string text;
  for (std::size_t at = 0; at < std::min(paths.size(), kMost); ++at) {
    text.append(at == 0 ? "" : ", ").append(paths[at]);
  }
  return paths.size() > kMost ? text + " and others" : text;
}

}  // namespace

std::string_view NameOf(const NamedField& field) {
  return std::string_view(field.odoo_path).substr(RecordOf(field.odoo_path).size());
}

std::vector<Referred> ReferredBy(const Written& written, const base::Failure& failure) {
  std::vector<Referred> models;
  const auto add = [&models](const NamedField& field) {
    auto known = std::find_if(models.begin(), models.end(),
                              [&](const Referred& one) { return one.model == field.comodel; });
    if (known == models.end()) known = models.insert(known, {field.comodel, {}});
    for (const std::string& text : field.texts) {
      const std::int64_t id = IdIn(text);
      const bool is_new = std::find(known->ids.begin(), known->ids.end(), id) == known->ids.end();
      if (id != 0 && is_new) known->ids.push_back(id);
    }
  };
  for (const bool hinted : {true, false}) {
    for (const NamedField& field : written) {
      if (!field.comodel.empty() && IsHintedAt(field, failure) == hinted) add(field);
    }
  }
  std::erase_if(models, [](const Referred& one) { return one.ids.empty(); });
  return models;
}

Paths PathsTo(const Written& written, std::string_view model,
              const std::vector<std::int64_t>& ids) {
  return PathsWhere(written, [&](const NamedField& field) {
    return field.comodel == model &&
           std::any_of(field.texts.begin(), field.texts.end(), [&](const std::string& text) {
             return std::find(ids.begin(), ids.end(), IdIn(text)) != ids.end();
           });
  });
}

Paths PathsLeadingTo(const Written& written, std::string_view model) {
  Paths references =
      PathsWhere(written, [&](const NamedField& field) { return field.comodel == model; });
  if (!references.empty()) return references;
  return PathsWhere(written, [&](const NamedField& field) {
    const std::string prefix = field.odoo_path + "[";
    return std::any_of(written.begin(), written.end(), [&](const NamedField& other) {
      return other.model == model && RecordOf(other.odoo_path).starts_with(prefix) &&
             other.odoo_path.find('[', prefix.size()) == std::string::npos;
    });
  });
}

Paths PathOfOnly(const Written& written) {
  Paths paths =
      PathsWhere(written, [&](const NamedField& field) { return !HoldsRows(field, written); });
  return paths.size() == 1 ? paths : Paths();
}

Paths PathsQuoted(const Written& written, std::string_view words) {
  // Shorter ones stand in any text.
  constexpr std::size_t kLeast = 3;
  std::set<std::string_view> names;
  Paths paths = PathsWhere(written, [&](const NamedField& field) {
    const bool quoted = field.comodel.empty() && field.texts.size() == 1 &&
                        field.texts.front().size() >= kLeast &&
                        !PlacesOf(field.texts.front(), words).empty();
    if (quoted) names.insert(NameOf(field));
    return quoted;
  });
  return names.size() == 1 ? paths : Paths();
}

Paths PathsLabelled(const Written& written, const Labels& labels, std::string_view words) {
  const std::vector<Mention> mentions = MentionsOf(written, labels, words);
  std::set<const NamedField*> named;
  for (const Mention& mention : mentions) {
    const bool part = std::any_of(mentions.begin(), mentions.end(),
                                  [&](const Mention& other) { return IsWithin(mention, other); });
    if (!part) named.insert(mention.field);
  }
  Paths paths =
      PathsWhere(written, [&](const NamedField& field) { return named.contains(&field); });
  return AreAlternatives(written, paths) ? Paths() : paths;
}

Paths InRecordsOf(const Paths& paths, const Paths& culprits) {
  Paths kept;
  std::copy_if(paths.begin(), paths.end(), std::back_inserter(kept), [&](const std::string& path) {
    return std::any_of(culprits.begin(), culprits.end(), [&](const std::string& culprit) {
      return RecordOf(culprit) == RecordOf(path);
    });
  });
  return kept.empty() ? paths : kept;
}

bool AreAlternatives(const Written& written, const Paths& paths) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  return std::any_of(written.begin(), written.end(), [&](const NamedField& field) {
    const bool named = std::find(paths.begin(), paths.end(), field.request_path) != paths.end();
    return named && !seen.insert({field.model, NameOf(field)}).second;
  });
}

void Blame(const Paths& paths, base::Reason reason, base::Failure& failure) {
  const std::string fields = Joined(paths);
  failure.reason = reason;
  failure.violations.clear();
  for (const std::string& path : paths) {
    failure.violations.push_back({path, reason, ViolationFor(reason, path)});
  }
  const auto sentence = [&](std::string_view named) {
    return SentenceFor(
        reason, {MetadataOf(failure, "model"), {}, MetadataOf(failure, "constraint"), named});
  };
  // Sentences that name no fields stay as they are.
  if (sentence(fields) != sentence({})) failure.message = sentence(fields);
}

}  // namespace gateway::odoo
