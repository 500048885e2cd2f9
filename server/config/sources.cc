#include "config/sources.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "config/suggest.h"

namespace gateway::config {
namespace {

using base::Reason;

std::string FlagName(std::string_view flag) { return "--" + std::string(flag); }

// The object that flags and variables of `section` are about.
Object& Place(const Section& section, Object* top) {
  return &section == top->section ? *top : top->At(section, section.flags_name);
}

Given* Find(const Setting* setting, Object* object) {
  const auto found = std::ranges::find(object->given, setting, &Given::setting);
  return found == object->given.end() ? nullptr : &*found;
}

// `secret` is of Kind::kSecret; its file has a setting of its own.
std::string InsteadOf(const Setting& secret) {
  return "a secret on the command line is visible to everybody on the machine; set " +
         std::string(secret.env) + ", or name a file by " + FlagName(secret.flag) + "-file";
}

std::vector<std::string_view> AllFlags() {
  std::vector<std::string_view> flags;
  for (const Section* section : Sections()) {
    for (const Setting& setting : section->settings) {
      if (!setting.flag.empty()) flags.push_back(setting.flag);
    }
  }
  return flags;
}

std::string UnknownFlag(std::string_view flag) {
  const Setting* nearest = FindFlag(Nearest(flag, AllFlags())).setting;
  if (nearest == nullptr) return "unknown flag; --help lists all";
  if (nearest->kind == Kind::kSecret) return "unknown flag, and " + InsteadOf(*nearest);
  return "unknown flag; did you mean " + FlagName(nearest->flag) + "?";
}

// The arguments of one command line, read once from left to right.
class FlagReader {
 public:
  FlagReader(int argc, const char* const* argv, std::size_t first, Problems* problems)
      : arguments_(argv + std::min(argc, 1), argv + argc), next_(first), problems_(problems) {}

  Object Read() && {
    while (next_ < arguments_.size()) {
      const std::string_view argument = arguments_[next_++];
      if (argument.starts_with("--")) {
        ReadFlag(argument.substr(2));
      } else {
        Refuse("arguments", Reason::kUnknownField,
               "number " + std::to_string(next_) +
                   " is no flag; flags start with --, and a command comes before them");
      }
    }
    return std::move(top_);
  }

 private:
  void ReadFlag(std::string_view argument) {
    const std::size_t equals = argument.find('=');
    const std::string_view name = argument.substr(0, equals);
    const Flag flag = FindFlag(name);
    std::optional<std::string_view> value;
    if (equals != std::string_view::npos) value = argument.substr(equals + 1);
    if (!value && flag.setting != nullptr && flag.setting->kind == Kind::kSwitch) value = "true";
    if (!value) value = TakeValue();
    Keep(name, flag, value);
  }

  void Keep(std::string_view flag, const Flag& found, std::optional<std::string_view> value) {
    const std::string name = FlagName(flag);
    const Setting* setting = found.setting;
    if (setting == nullptr) return Refuse(name, Reason::kUnknownField, UnknownFlag(flag));
    if (setting->kind == Kind::kSecret) {
      return Refuse(name, Reason::kUnknownField, InsteadOf(*setting));
    }
    if (!value) return Refuse(name, Reason::kInvalidFieldValue, "needs a value");
    Object& object = Place(*found.section, &top_);
    Given* before = Find(setting, &object);
    if (before == nullptr) {
      object.given.push_back({setting, {std::string(*value)}, {name}});
    } else if (setting->kind == Kind::kList) {
      before->texts.emplace_back(*value);
    } else {
      Refuse(name, Reason::kInvalidFieldValue, "is given twice");
    }
  }

  // The argument after a flag, unless it is a flag itself.
  std::optional<std::string_view> TakeValue() {
    if (next_ == arguments_.size() || arguments_[next_].starts_with("--")) return std::nullopt;
    return arguments_[next_++];
  }

  void Refuse(std::string name, Reason reason, std::string message) {
    problems_->push_back({{std::move(name)}, reason, std::move(message)});
  }

  std::vector<std::string_view> arguments_;
  std::size_t next_;
  Object top_{&Top()};
  Problems* problems_;
};

std::vector<std::string> Pieces(std::string_view text) {
  std::vector<std::string> pieces;
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, text.find(':'));
    if (!piece.empty()) pieces.emplace_back(piece);
    text.remove_prefix(std::min(piece.size() + 1, text.size()));
  }
  return pieces;
}

std::optional<Given> FromVariable(const Setting& setting, const Getenv& getenv) {
  if (setting.env.empty()) return std::nullopt;
  const std::string variable(setting.env);
  const char* value = getenv(variable.c_str());
  if (value == nullptr) return std::nullopt;
  std::vector<std::string> texts =
      setting.kind == Kind::kList ? Pieces(value) : std::vector<std::string>{value};
  const bool nothing = *value == '\0' || texts.empty();
  if (nothing && (setting.empty == Empty::kRefused || setting.kind == Kind::kList))
    return std::nullopt;
  return Given{&setting, std::move(texts), {variable}};
}

}  // namespace

Object FromFlags(int argc, const char* const* argv, std::size_t first, Problems* problems) {
  return FlagReader(argc, argv, first, problems).Read();
}

Object FromEnvironment(const Getenv& getenv) {
  Object top{&Top()};
  for (const Section* section : Sections()) {
    for (const Setting& setting : section->settings) {
      auto given = FromVariable(setting, getenv);
      if (given) Place(*section, &top).given.push_back(std::move(*given));
    }
  }
  return top;
}

}  // namespace gateway::config
