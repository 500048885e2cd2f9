#include "odoo/fault_paths.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace gateway::odoo {
namespace {

// A record of a batch is no nested one.
bool IsNested(std::string_view record) {
  if (record.starts_with('[')) record.remove_prefix(std::min(record.size(), record.find('.') + 1));
  return !record.empty();
}

bool IsRow(std::string_view record) { return record.empty() || record.ends_with("]."); }

// Requests name tens of thousands of fields: nothing here goes through all of them for each.
Paths Distinct(Paths paths) {
  std::unordered_set<std::string> seen;
  std::erase_if(paths, [&](const std::string& path) { return !seen.insert(path).second; });
  return paths;
}

// Keeps what belongs to `model` as far as nesting tells: the request's own model is at the top,
// others are not.
Paths KeepModel(Paths paths, std::string_view model, const FaultContext& context) {
  if (model.empty()) return paths;
  const bool nested = model != context.model;
  Paths kept;
  std::copy_if(paths.begin(), paths.end(), std::back_inserter(kept),
               [&](const std::string& path) { return IsNested(RecordOf(path)) == nested; });
  return kept.empty() ? paths : kept;
}

// The first value at each path.
using ValuesByPath = std::unordered_map<std::string_view, std::string_view>;

ValuesByPath ValuesIn(const FaultContext& context) {
  ValuesByPath values;
  for (const RequestValue& value : context.values) values.emplace(value.path, value.text);
  return values;
}

bool IsUnset(std::string_view path, const ValuesByPath& values) {
  const auto value = values.find(path);
  return value != values.end() && value->second.empty();
}

template <class Wanted>
Paths PathsWhere(const FaultContext& context, Wanted wanted) {
  Paths paths;
  for (const RequestValue& value : context.values) {
    if (wanted(value)) paths.push_back(value.path);
  }
  return Distinct(std::move(paths));
}

// The records of the request, by one path each that `field` would have in them.
Paths PathsInRecords(std::string_view field, const FaultContext& context) {
  Paths paths;
  for (const std::string& path : context.fields) {
    const std::string_view record = RecordOf(path);
    if (IsRow(record)) paths.push_back(std::string(record).append(field));
  }
  return Distinct(std::move(paths));
}

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool OpensName(std::string_view before) {
  constexpr std::array<std::string_view, 10> kMarks = {"'",  "\"", "(",  "“", "„",
                                                       "« ", "«",  "- ", "`", ","};
  return std::any_of(kMarks.begin(), kMarks.end(),
                     [&](std::string_view mark) { return before.ends_with(mark); });
}

// `'company_id and barcode'`
bool ClosesName(std::string_view after) {
  constexpr std::array<std::string_view, 6> kMarks = {"'", "\"", "“", "”", " »", "`"};
  return std::any_of(kMarks.begin(), kMarks.end(),
                     [&](std::string_view mark) { return after.starts_with(mark); });
}

// Whether `name` stands in `text` as a word that is no word of prose.
bool Mentions(std::string_view text, std::string_view name) {
  const bool unmistakable = name.find('_') != std::string_view::npos;
  for (std::size_t at = text.find(name); at != std::string_view::npos;
       at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if (at > 0 && (IsNameByte(text[at - 1]) || text[at - 1] == '.')) continue;
    if (end < text.size() && IsNameByte(text[end])) continue;
    if (unmistakable || OpensName(text.substr(0, at)) || ClosesName(text.substr(end))) return true;
  }
  return false;
}

bool IsTableOf(std::string_view table, std::string_view model) {
  return std::equal(table.begin(), table.end(), model.begin(), model.end(),
                    [](char t, char m) { return t == (m == '.' ? '_' : m); });
}

}  // namespace

std::string_view RecordOf(std::string_view path) { return path.substr(0, path.rfind('.') + 1); }

Paths PathsMentioned(std::string_view text, const FaultContext& context) {
  Paths paths;
  std::map<std::string_view, bool> mentioned;
  for (const std::string& path : context.fields) {
    const std::string_view name = std::string_view(path).substr(RecordOf(path).size());
    const auto [known, is_new] = mentioned.try_emplace(name, false);
    if (is_new) known->second = !name.empty() && Mentions(text, name);
    if (known->second) paths.push_back(path);
  }
  return Distinct(std::move(paths));
}

Paths PathsWith(std::string_view field, std::string_view model, const FaultContext& context) {
  Paths paths;
  // Of a request that nobody described, a field of its own model stands where it always does.
  const bool is_own = model.empty() || model == context.model;
  if (context.fields.empty() && is_own && !field.empty()) return {std::string(field)};
  for (const std::string& path : context.fields) {
    const bool is_it =
        path == field || std::string_view(path).substr(RecordOf(path).size()) == field;
    if (is_it) paths.push_back(path);
  }
  return KeepModel(Distinct(std::move(paths)), model, context);
}

Paths PathsWithout(std::string_view field, std::string_view model, const FaultContext& context) {
  Paths records = KeepModel(PathsInRecords(field, context), model, context);
  const std::unordered_set<std::string_view> present(context.fields.begin(), context.fields.end());
  const ValuesByPath values = ValuesIn(context);
  Paths missing;
  std::copy_if(
      records.begin(), records.end(), std::back_inserter(missing),
      [&](const std::string& path) { return !present.contains(path) || IsUnset(path, values); });
  if (!missing.empty()) return missing;
  // The only record has the field, set to nothing as it seems.
  if (records.size() == 1) return records;
  return {std::string(field)};
}

Paths PathsReferringTo(std::string_view model, std::string_view id, const FaultContext& context) {
  return PathsWhere(context, [&](const RequestValue& value) {
    return value.comodel == model && value.text == id;
  });
}

Paths PathsOfValue(std::string_view text, const FaultContext& context) {
  if (text.empty()) return {};
  return PathsWhere(context, [&](const RequestValue& value) { return value.text == text; });
}

Paths WithValue(Paths paths, std::string_view text, const FaultContext& context) {
  const ValuesByPath values = ValuesIn(context);
  Paths kept;
  std::copy_if(paths.begin(), paths.end(), std::back_inserter(kept), [&](const std::string& path) {
    const auto value = values.find(path);
    return value != values.end() && value->second == text;
  });
  return kept.empty() ? paths : kept;
}

Paths WithoutUnset(Paths paths, const FaultContext& context) {
  const ValuesByPath values = ValuesIn(context);
  std::erase_if(paths, [&](const std::string& path) { return IsUnset(path, values); });
  return paths;
}

std::string_view ModelAt(std::string_view path, const FaultContext& context) {
  const std::string_view record = RecordOf(path);
  const auto beside =
      std::find_if(context.values.begin(), context.values.end(), [&](const RequestValue& value) {
        return !value.model.empty() && RecordOf(value.path) == record;
      });
  if (beside != context.values.end()) return beside->model;
  return IsNested(record) ? std::string_view() : context.model;
}

std::string ModelOfTable(std::string_view table, const FaultContext& context) {
  if (IsTableOf(table, context.model)) return std::string(context.model);
  for (const RequestValue& value : context.values) {
    for (const std::string_view model : {value.model, value.comodel}) {
      if (IsTableOf(table, model)) return std::string(model);
    }
  }
  std::string model(table);
  std::replace(model.begin(), model.end(), '_', '.');
  return model;
}

bool HoldsRecordsOf(std::string_view model, const FaultContext& context) {
  return model == context.model ||
         std::any_of(context.values.begin(), context.values.end(),
                     [&](const RequestValue& value) { return value.model == model; });
}

}  // namespace gateway::odoo
