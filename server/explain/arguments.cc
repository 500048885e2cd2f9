#include "explain/arguments.h"

#include <algorithm>
#include <array>

namespace gateway::explain {
namespace {

constexpr std::size_t kMostPositions = 5;

struct Signature {
  std::string_view method;
  std::array<std::string_view, kMostPositions> names;
};

constexpr std::array kSignatures = {
    Signature{"create", {"vals_list"}},
    Signature{"load", {"fields", "data"}},
    Signature{"name_search", {"name", "domain"}},
    Signature{"search", {"domain", "offset", "limit", "order"}},
    Signature{"search_count", {"domain", "limit"}},
    Signature{"search_read", {"domain", "fields", "offset", "limit", "order"}},
    Signature{"web_search_read", {"domain", "specification", "offset", "limit", "order"}},
    Signature{"read_group", {"domain", "fields", "groupby"}},
    Signature{"formatted_read_group", {"domain", "groupby", "aggregates"}},
    Signature{"write", {"ids", "vals"}},
    Signature{"web_save", {"ids", "vals", "specification"}},
    Signature{"read", {"ids", "fields"}},
    Signature{"web_read", {"ids", "specification"}},
    Signature{"copy", {"ids", "default"}},
};
constexpr Signature kOfRecords{{}, {"ids"}};

const Signature& SignatureOf(std::string_view method) {
  const auto* row = std::find_if(kSignatures.begin(), kSignatures.end(),
                                 [&](const Signature& known) { return known.method == method; });
  return row == kSignatures.end() ? kOfRecords : *row;
}

}  // namespace

std::optional<element> MemberOf(element object, std::string_view name) {
  element member;
  if (object[name].get(member) != simdjson::SUCCESS) return std::nullopt;
  return member;
}

std::string_view TextOf(element value) {
  std::string_view text;
  return value.get(text) == simdjson::SUCCESS ? text : std::string_view();
}

std::string_view TextAt(element object, std::string_view name) {
  const auto member = MemberOf(object, name);
  return member ? TextOf(*member) : std::string_view();
}

std::optional<element> Arguments::Find(std::string_view name) const {
  if (call_.kwargs) {
    if (const auto named = MemberOf(*call_.kwargs, name)) return named;
  }
  const Signature& signature = SignatureOf(call_.method);
  const auto* position = std::find(signature.names.begin(), signature.names.end(), name);
  simdjson::dom::array list;
  if (position == signature.names.end() || !call_.args ||
      call_.args->get(list) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  element argument;
  const auto at = static_cast<std::size_t>(position - signature.names.begin());
  if (list.at(at).get(argument) != simdjson::SUCCESS) return std::nullopt;
  return argument;
}

}  // namespace gateway::explain
