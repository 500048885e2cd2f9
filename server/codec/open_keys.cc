#include "codec/open_keys.h"

#include <algorithm>

#include <absl/hash/hash.h>
#include <absl/strings/string_view.h>

namespace gateway::codec {
namespace {

// Enough for the objects that most requests have open at a time.
constexpr std::size_t kFirstSlots = 128;
constexpr std::size_t kUsualDepth = 16;
// Spreads the keys of different objects, which often have the same names: 2^64 over the golden
// ratio.
constexpr std::size_t kSpread = 0x9E3779B97F4A7C15U;

}  // namespace

void OpenKeys::BeginObject() {
  if (outer_.empty()) outer_.reserve(kUsualDepth);
  outer_.push_back(first_);
  first_ = keys_.size();
}

// In the reverse order of insertion, so that each slot that is freed is the last of its chain.
void OpenKeys::EndObject() {
  while (keys_.size() > first_) {
    slots_[keys_.back().slot] = 0;
    keys_.pop_back();
  }
  first_ = outer_.back();
  outer_.pop_back();
}

bool OpenKeys::Add(std::string_view text, std::size_t begin, std::size_t end) {
  if (2 * keys_.size() >= slots_.size()) Enlarge();
  const std::string_view name = text.substr(begin, end - begin);
  // Of Abseil's own view: std::string_view gets the hash of the standard library, which has no
  // seed.
  const std::size_t hash =
      absl::HashOf(absl::string_view(name.data(), name.size())) + first_ * kSpread;
  std::size_t slot = hash & (slots_.size() - 1);
  for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
    const std::size_t number = slots_[slot];
    const Key& key = keys_[number - 1];
    const bool same_object = number > first_;
    if (same_object && key.hash == hash && text.compare(key.begin, key.size, name) == 0)
      return false;
  }
  keys_.push_back({hash, begin, name.size(), slot});
  slots_[slot] = static_cast<std::uint32_t>(keys_.size());
  return true;
}

std::string* OpenKeys::Refuse(std::string_view key, std::string& text, std::size_t end) {
  text.resize(end);
  refused_ = std::string(key);
  return &dropped_;
}

void OpenKeys::Enlarge() {
  slots_.assign(std::max(kFirstSlots, 2 * slots_.size()), 0);
  keys_.reserve(slots_.size() / 2);
  std::uint32_t number = 0;
  for (Key& key : keys_) {
    key.slot = key.hash & (slots_.size() - 1);
    while (slots_[key.slot] != 0) key.slot = (key.slot + 1) & (slots_.size() - 1);
    slots_[key.slot] = ++number;
  }
}

}  // namespace gateway::codec
