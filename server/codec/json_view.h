// A parsed JSON document behind the View interface of RecordWriter.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <simdjson.h>

namespace gateway::codec {

// Cheap to copy; valid as long as the parser it came from.
class JsonView {
 public:
  explicit JsonView(simdjson::dom::element element) : element_(element) {}

  bool IsFalse() const {
    bool value = true;
    return element_.is_null() || (element_.get(value) == simdjson::SUCCESS && !value);
  }
  std::optional<bool> Boolean() const { return As<bool>(); }
  std::optional<std::int64_t> Integer() const { return As<std::int64_t>(); }
  std::optional<double> Number() const { return As<double>(); }
  std::optional<std::string_view> Text() const { return As<std::string_view>(); }

  template <class Visit>
  bool ForEachMember(const Visit& visit) const {
    simdjson::dom::object object;
    if (element_.get(object) != simdjson::SUCCESS) return false;
    for (const auto member : object) {
      if (!visit(member.key, JsonView(member.value))) break;
    }
    return true;
  }

  template <class Visit>
  bool ForEachElement(const Visit& visit) const {
    simdjson::dom::array array;
    if (element_.get(array) != simdjson::SUCCESS) return false;
    for (const simdjson::dom::element element : array) {
      if (!visit(JsonView(element))) break;
    }
    return true;
  }

  // A member of an object; nothing where it has none.
  std::optional<JsonView> Member(std::string_view name) const {
    simdjson::dom::element member;
    if (element_[name].get(member) != simdjson::SUCCESS) return std::nullopt;
    return JsonView(member);
  }

 private:
  template <class Value>
  std::optional<Value> As() const {
    Value value;
    if (element_.get(value) != simdjson::SUCCESS) return std::nullopt;
    return value;
  }

  simdjson::dom::element element_;
};

}  // namespace gateway::codec
