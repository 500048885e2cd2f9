#include "odoo/suspects.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>
#include <unordered_set>

#include "odoo/fault_paths.h"
#include "odoo/fault_words.h"

namespace gateway::odoo {
namespace {

using plan::NamedField;

template <class Wanted>
Paths PathsWhere(const Written& written, const Wanted& wanted) {
  Paths paths;
  for (const NamedField& field : written) {
    if (wanted(field)) paths.push_back(field.request_path);
  }
  return paths;
}

// A field of rows is followed by what is in them.
bool HoldsRows(const NamedField& field, const Written& written) {
  const NamedField* next = &field + 1;
  return next != written.data() + written.size() &&
         next->odoo_path.starts_with(field.odoo_path + "[");
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

// The first place from `at` on where `words` say `wanted`, as words of their own.
std::size_t PlaceOf(std::string_view wanted, std::string_view words, std::size_t at = 0) {
  if (wanted.empty()) return std::string_view::npos;
  for (at = words.find(wanted, at); at != std::string_view::npos; at = words.find(wanted, at + 1)) {
    if (EndsInWord(words.substr(0, at))) continue;
    if (!BeginsWithWord(words.substr(at + wanted.size()))) break;
  }
  return at;
}

// A field's name in its model; many records of a request have it.
using FieldKey = std::pair<std::string_view, std::string_view>;

FieldKey KeyOf(const NamedField& field) { return {field.model, NameOf(field)}; }

// A label in Odoo's words.
struct Mention {
  FieldKey field;
  std::size_t begin;
  std::size_t end;
};

void AddMentions(FieldKey field, std::string_view label, std::string_view text,
                 std::vector<Mention>& mentions) {
  const std::string wanted = Lower(label);
  for (std::size_t at = PlaceOf(wanted, text); at != std::string_view::npos;
       at = PlaceOf(wanted, text, at + 1)) {
    mentions.push_back({field, at, at + wanted.size()});
  }
}

std::vector<Mention> MentionsOf(const Written& written, const Labels& labels,
                                std::string_view words) {
  std::vector<Mention> mentions;
  std::set<FieldKey> seen;
  const std::string text = Lower(words);
  for (const NamedField& field : written) {
    if (HoldsRows(field, written) || !seen.insert(KeyOf(field)).second) continue;
    const auto label = labels.find({std::string(field.model), std::string(NameOf(field))});
    if (label != labels.end()) AddMentions(KeyOf(field), label->second, text, mentions);
  }
  return mentions;
}

// `Due Date` is no mention of `Date`.
void EraseParts(std::vector<Mention>& mentions) {
  const auto wider_first = [](const Mention& a, const Mention& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  };
  std::sort(mentions.begin(), mentions.end(), wider_first);
  // Of all that begin no later, the one that ends last.
  std::size_t begin = 0;
  std::size_t end = 0;
  std::erase_if(mentions, [&](const Mention& mention) {
    const bool part = mention.end < end || (mention.end == end && mention.begin > begin);
    if (!part) {
      begin = mention.begin;
      end = mention.end;
    }
    return part;
  });
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
  std::map<std::string_view, std::unordered_set<std::int64_t>> seen;
  const auto add = [&](const NamedField& field) {
    auto known = std::find_if(models.begin(), models.end(),
                              [&](const Referred& one) { return one.model == field.comodel; });
    if (known == models.end()) known = models.insert(known, {field.comodel, {}});
    for (const std::string& text : field.texts) {
      const std::int64_t id = IdIn(text);
      if (id != 0 && seen[field.comodel].insert(id).second) known->ids.push_back(id);
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
  const std::unordered_set<std::int64_t> wanted(ids.begin(), ids.end());
  return PathsWhere(written, [&](const NamedField& field) {
    return field.comodel == model &&
           std::any_of(field.texts.begin(), field.texts.end(),
                       [&](const std::string& text) { return wanted.contains(IdIn(text)); });
  });
}

Paths PathsLeadingTo(const Written& written, std::string_view model) {
  Paths references =
      PathsWhere(written, [&](const NamedField& field) { return field.comodel == model; });
  if (!references.empty()) return references;
  // `order_line` of `order_line[0].name`.
  std::unordered_set<std::string_view> holders;
  for (const NamedField& field : written) {
    const std::string_view record = RecordOf(field.odoo_path);
    if (field.model == model) holders.insert(record.substr(0, record.rfind('[')));
  }
  return PathsWhere(written,
                    [&](const NamedField& field) { return holders.contains(field.odoo_path); });
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
                        PlaceOf(field.texts.front(), words) != std::string_view::npos;
    if (quoted) names.insert(NameOf(field));
    return quoted;
  });
  return names.size() == 1 ? paths : Paths();
}

Paths PathsLabelled(const Written& written, const Labels& labels, std::string_view words) {
  std::vector<Mention> mentions = MentionsOf(written, labels, words);
  EraseParts(mentions);
  std::set<FieldKey> named;
  for (const Mention& mention : mentions) named.insert(mention.field);
  Paths paths = PathsWhere(written, [&](const NamedField& field) {
    return named.contains(KeyOf(field)) && !HoldsRows(field, written);
  });
  return AreAlternatives(written, paths) ? Paths() : paths;
}

Paths InRecordsOf(const Paths& paths, const Paths& culprits) {
  std::unordered_set<std::string_view> records;
  for (const std::string& culprit : culprits) records.insert(RecordOf(culprit));
  Paths kept;
  std::copy_if(paths.begin(), paths.end(), std::back_inserter(kept),
               [&](const std::string& path) { return records.contains(RecordOf(path)); });
  return kept.empty() ? paths : kept;
}

bool AreAlternatives(const Written& written, const Paths& paths) {
  const std::unordered_set<std::string_view> named(paths.begin(), paths.end());
  std::set<FieldKey> seen;
  return std::any_of(written.begin(), written.end(), [&](const NamedField& field) {
    return named.contains(field.request_path) && !seen.insert(KeyOf(field)).second;
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
