#include "config/sources.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "config/suggest.h"

namespace gateway::config {
namespace {

using base::Reason;

std::string FlagName(std::string_view flag) { return "--" + std::string(flag); }

// `secret` is of Kind::kSecret; its file has a setting of its own.
std::string InsteadOf(const Setting& secret) {
  return "a secret on the command line is visible to everybody on the machine; set " +
         std::string(secret.env) + ", or name a file by " + FlagName(secret.flag) + "-file";
}

std::string UnknownFlag(std::string_view flag) {
  const Setting* nearest = FindSetting(Nearest(flag));
  if (nearest == nullptr) return "unknown flag; --help lists all";
  if (nearest->kind == Kind::kSecret) return "unknown flag, and " + InsteadOf(*nearest);
  return "unknown flag; did you mean " + FlagName(nearest->flag) + "?";
}

// The arguments of one command line, read once from left to right.
class FlagReader {
 public:
  FlagReader(int argc, const char* const* argv, std::size_t first, Problems* problems)
      : arguments_(argv + std::min(argc, 1), argv + argc), next_(first), problems_(problems) {}

  Source Read() && {
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
    return std::move(source_);
  }

 private:
  void ReadFlag(std::string_view argument) {
    const std::size_t equals = argument.find('=');
    const std::string_view flag = argument.substr(0, equals);
    const Setting* setting = FindSetting(flag);
    std::optional<std::string_view> value;
    if (equals != std::string_view::npos) value = argument.substr(equals + 1);
    if (!value && setting != nullptr && setting->kind == Kind::kSwitch) value = "true";
    if (!value) value = TakeValue();
    Keep(flag, setting, value);
  }

  void Keep(std::string_view flag, const Setting* setting, std::optional<std::string_view> value) {
    const std::string name = FlagName(flag);
    if (setting == nullptr) return Refuse(name, Reason::kUnknownField, UnknownFlag(flag));
    if (setting->kind == Kind::kSecret) {
      return Refuse(name, Reason::kUnknownField, InsteadOf(*setting));
    }
    if (!value) return Refuse(name, Reason::kInvalidFieldValue, "needs a value");
    if (setting->kind != Kind::kList && Has(setting)) {
      return Refuse(name, Reason::kInvalidFieldValue, "is given twice");
    }
    source_.push_back({setting, std::string(*value), name});
  }

  // The argument after a flag, unless it is a flag itself.
  std::optional<std::string_view> TakeValue() {
    if (next_ == arguments_.size() || arguments_[next_].starts_with("--")) return std::nullopt;
    return arguments_[next_++];
  }

  bool Has(const Setting* setting) const {
    return std::ranges::find(source_, setting, &Given::setting) != source_.end();
  }

  void Refuse(std::string origin, Reason reason, std::string message) {
    problems_->push_back({std::move(origin), reason, std::move(message)});
  }

  std::vector<std::string_view> arguments_;
  std::size_t next_;
  Source source_;
  Problems* problems_;
};

void AddPieces(const Setting& setting, std::string_view text, Source* source) {
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, text.find(':'));
    if (!piece.empty()) {
      source->push_back({&setting, std::string(piece), std::string(setting.env)});
    }
    text.remove_prefix(std::min(piece.size() + 1, text.size()));
  }
}

}  // namespace

Source FromFlags(int argc, const char* const* argv, std::size_t first, Problems* problems) {
  return FlagReader(argc, argv, first, problems).Read();
}

Source FromEnvironment(const Getenv& getenv) {
  Source source;
  for (const Setting& setting : Settings()) {
    const char* value = setting.env.empty() ? nullptr : getenv(std::string(setting.env).c_str());
    if (value == nullptr || (*value == '\0' && !setting.may_be_empty)) continue;
    if (setting.kind == Kind::kList) {
      AddPieces(setting, value, &source);
    } else {
      source.push_back({&setting, value, std::string(setting.env)});
    }
  }
  return source;
}

Source FromDefaults() {
  Source source;
  for (const Setting& setting : Settings()) {
    if (setting.fallback.empty()) continue;
    source.push_back({&setting, std::string(setting.fallback), FlagName(setting.flag)});
  }
  return source;
}

}  // namespace gateway::config
