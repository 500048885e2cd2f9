#include "engine/asked.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "engine/response.h"

namespace gateway::engine {
namespace {

using base::Failure;
using codec::JsonView;

Failure NotAsked(std::string_view what, std::string detail) {
  Failure failure =
      base::Fail(base::Reason::kMalformedResponse,
                 "Odoo's answer is not about what was asked: " + std::string(what) + ".");
  failure.debug = std::move(detail);
  return failure;
}

std::string Text(const Ids& ids) {
  constexpr std::size_t kMaxShown = 20;
  std::string text;
  for (std::size_t i = 0; i < ids.size() && i < kMaxShown; ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(ids[i]);
  }
  return text + (ids.size() > kMaxShown ? ", ..." : "");
}

std::string Detail(const Ids& answered, const Ids& asked) {
  return "ids answered: " + Text(answered) + "; asked for: " + Text(asked);
}

Ids Sorted(Ids ids) {
  std::ranges::sort(ids);
  return ids;
}

// `what`: the elements; `id_of` takes one, and returns nothing if it has no id.
template <class IdOf>
base::Result<Ids> Collect(const JsonView& list, std::string_view what, const IdOf& id_of) {
  Ids ids;
  bool good = true;
  const bool is_list = list.ForEachElement([&](const JsonView& element) {
    const std::int64_t id = id_of(element).value_or(0);
    good = id > 0;
    ids.push_back(id);
    return good;
  });
  if (is_list && good) return ids;
  return base::Fail(base::Reason::kMalformedResponse,
                    "Odoo's answer is not a list of " + std::string(what) + ".");
}

// Where a page that follows the id begins: the condition that its token added to the query.
std::int64_t BeginOf(const plan::Search& search) {
  if (search.page.children.size() == search.domain.children.size()) return 0;
  const auto* position = std::get_if<std::int64_t>(&search.page.children.back().leaf.value.value);
  return position == nullptr ? 0 : *position;
}

bool IsAscending(const Ids& ids) {
  return std::ranges::adjacent_find(ids, std::ranges::greater_equal()) == ids.end();
}

}  // namespace

base::Result<Ids> IdsIn(JsonView numbers) {
  return Collect(numbers, "ids", [](const JsonView& number) { return number.Integer(); });
}

base::Result<Ids> RecordIdsIn(JsonView records) {
  return Collect(records, "records with ids", [](const JsonView& record) {
    const auto id = record.Member("id");
    return id ? id->Integer() : std::nullopt;
  });
}

std::optional<JsonView> FirstRecord(JsonView records) {
  std::optional<JsonView> first;
  records.ForEachElement([&first](const JsonView& record) {
    first = record;
    return false;
  });
  return first;
}

base::Result<std::int64_t> CountIn(JsonView answer) {
  const auto count = answer.Integer();
  if (count && *count >= 0) return *count;
  return MalformedResult("search_count answered no number");
}

base::Result<Ids> MissingIn(const Ids& answered, const Ids& asked) {
  const Ids came = Sorted(answered);
  if (std::ranges::adjacent_find(came) != came.end()) {
    return NotAsked("it has a record twice", Detail(answered, asked));
  }
  if (!std::ranges::includes(Sorted(asked), came)) {
    return NotAsked("it has a record that was not asked for", Detail(answered, asked));
  }
  Ids missing;
  std::ranges::copy_if(asked, std::back_inserter(missing),
                       [&came](std::int64_t id) { return !std::ranges::binary_search(came, id); });
  return missing;
}

base::Result<std::optional<JsonView>> RecordAsked(JsonView records, std::int64_t id) {
  auto ids = RecordIdsIn(records);
  if (!ids) return std::move(ids.failure());
  auto missing = MissingIn(*ids, {id});
  if (!missing) return std::move(missing.failure());
  return FirstRecord(records);
}

base::Status CheckDistinct(const Ids& ids) {
  const Ids sorted = Sorted(ids);
  const auto twice = std::ranges::adjacent_find(sorted);
  if (twice == sorted.end()) return base::Done{};
  return NotAsked("it has a record twice", "id: " + std::to_string(*twice));
}

base::Status CheckMade(const Ids& ids, std::size_t count) {
  if (ids.size() == count) return CheckDistinct(ids);
  const std::string answered = std::to_string(ids.size());
  return NotAsked("the number of new records is " + answered + ", not " + std::to_string(count),
                  "ids answered: " + Text(ids));
}

base::Status CheckPage(const plan::Search& search, const Ids& ids) {
  if (ids.size() > static_cast<std::size_t>(search.page_size) + 1) {
    return NotAsked("it has more records than the page", "records: " + std::to_string(ids.size()));
  }
  if (!search.keyset) return CheckDistinct(ids);
  const std::int64_t begin = BeginOf(search);
  if (IsAscending(ids) && (ids.empty() || ids.front() > begin)) return base::Done{};
  return NotAsked("its records are not in the order of their ids, after the page before",
                  "ids answered: " + Text(ids) + "; after: " + std::to_string(begin));
}

}  // namespace gateway::engine
