#include "odoogw/names.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "odoogw/failure.h"

namespace odoogw {
namespace {

constexpr std::size_t kMostSuggestions = 3;

bool SwapsNeighbours(const std::string& from, const std::string& to, std::size_t i, std::size_t j) {
  return i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
}

// Edits (insert, delete or replace a character, swap two neighbours) that lead from one word to the
// other.
std::size_t EditDistance(const std::string& from, const std::string& to) {
  std::vector<std::vector<std::size_t>> edits(from.size() + 1,
                                              std::vector<std::size_t>(to.size() + 1));
  for (std::size_t i = 0; i <= from.size(); ++i) edits[i][0] = i;
  for (std::size_t j = 0; j <= to.size(); ++j) edits[0][j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = edits[i - 1][j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      edits[i][j] = std::min({replaced, edits[i - 1][j] + 1, edits[i][j - 1] + 1});
      if (SwapsNeighbours(from, to, i, j)) {
        edits[i][j] = std::min(edits[i][j], edits[i - 2][j - 2] + 1);
      }
    }
  }
  return edits.back().back();
}

// The last parts of a dotted name, as many as `pattern` has.
std::string LastPartsLike(const std::string& pattern, const std::string& name) {
  auto dots = std::count(pattern.begin(), pattern.end(), '.');
  std::size_t start = name.size();
  do {
    start = start == 0 ? std::string::npos : name.rfind('.', start - 1);
  } while (start != std::string::npos && dots-- > 0);
  return start == std::string::npos ? name : name.substr(start + 1);
}

bool IsShortFormOf(const std::string& wanted, const std::string& candidate) {
  return candidate == wanted || absl::EndsWith(candidate, absl::StrCat(".", wanted));
}

std::vector<std::string> FullNames(const std::string& wanted,
                                   const std::vector<std::string>& candidates) {
  if (std::find(candidates.begin(), candidates.end(), wanted) != candidates.end()) return {wanted};
  std::vector<std::string> names;
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(names),
               [&](const std::string& candidate) { return IsShortFormOf(wanted, candidate); });
  return names;
}

}  // namespace

std::string ResolveName(const std::string& kind, const std::string& wanted,
                        const std::vector<std::string>& candidates) {
  std::vector<std::string> names = FullNames(wanted, candidates);
  if (names.size() == 1) return names.front();
  if (names.empty()) {
    throw UsageFailure(absl::StrCat("no ", kind, " ", wanted, DidYouMean(wanted, candidates)));
  }
  throw UsageFailure(absl::StrCat(wanted, " is the name of several: ", absl::StrJoin(names, ", ")));
}

std::vector<std::string> NearNames(const std::string& wanted,
                                   const std::vector<std::string>& candidates) {
  const std::size_t most_edits = std::max<std::size_t>(1, wanted.size() / 4);
  const std::string lower = absl::AsciiStrToLower(wanted);
  std::vector<std::pair<std::size_t, std::string>> near;
  for (const std::string& candidate : candidates) {
    const std::string parts = absl::AsciiStrToLower(LastPartsLike(wanted, candidate));
    const std::size_t distance = EditDistance(lower, parts);
    if (distance <= most_edits || absl::StartsWith(parts, lower)) {
      near.emplace_back(distance, candidate);
    }
  }
  std::sort(near.begin(), near.end());
  near.resize(std::min(near.size(), kMostSuggestions));
  std::vector<std::string> names;
  for (auto& [distance, name] : near) names.push_back(std::move(name));
  return names;
}

std::string DidYouMean(const std::string& wanted, const std::vector<std::string>& candidates) {
  const std::vector<std::string> near = NearNames(wanted, candidates);
  if (near.empty()) return "";
  return absl::StrCat("; did you mean ", absl::StrJoin(near, " or "), "?");
}

}  // namespace odoogw
