#include "config/print.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace gateway::config {
namespace {

constexpr int kIndent = 2;

bool IsPlainScalar(std::string_view text) {
  constexpr std::string_view kAlways =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/";
  constexpr std::string_view kInside = "._:-";
  return !text.empty() && kAlways.find(text.front()) != std::string_view::npos &&
         text.back() != ':' && text != "null" && text != "Null" && text != "NULL" &&
         std::ranges::all_of(text, [&](char c) {
           return kAlways.find(c) != std::string_view::npos ||
                  kInside.find(c) != std::string_view::npos;
         });
}

std::string DoubleQuoted(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += {'\\', c};
    } else if (byte < ' ' || byte == 0x7F) {
      quoted += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string Text(std::string_view text) {
  return IsPlainScalar(text) ? std::string(text) : DoubleQuoted(text);
}

std::string ValueOf(const Given& given) {
  if (given.setting->kind == Kind::kSecret) return Text("***");
  if (given.setting->kind != Kind::kList) return Text(given.texts.front());
  std::string list;
  for (const std::string& text : given.texts) list += (list.empty() ? "" : ", ") + Text(text);
  return "[" + list + "]";
}

// The place in the file is enough: the path stands before it.
std::string_view SourceOf(const Given& given) {
  const std::string_view name = given.origin.name;
  return given.origin.line == 0 ? name : name.substr(0, name.find(": "));
}

class Printer {
 public:
  void Fields(const Object& object, int indent) {
    for (const Given& given : object.given) {
      const std::string line = std::string(given.setting->key) + ": " + ValueOf(given);
      Line(indent, line + "  # " + std::string(SourceOf(given)));
    }
    for (const Section& section : object.section->sections) Inner(object, section, indent);
  }

  std::string Take() && { return std::move(text_); }

 private:
  void Inner(const Object& object, const Section& section, int indent) {
    bool first = true;
    for (const Object& inner : object.inner) {
      if (inner.section != &section) continue;
      if (std::exchange(first, false)) Line(indent, std::string(section.key) + ":");
      if (section.repeat == Repeat::kOnce) {
        Fields(inner, indent + kIndent);
      } else {
        Line(indent + kIndent, section.repeat == Repeat::kRows ? "-" : Text(inner.name) + ":");
        Fields(inner, indent + 2 * kIndent);
      }
    }
  }

  void Line(int indent, const std::string& line) {
    text_ += std::string(static_cast<std::size_t>(indent), ' ') + line + "\n";
  }

  std::string text_;
};

}  // namespace

std::string Print(const Object& top) {
  Printer printer;
  printer.Fields(top, 0);
  return std::move(printer).Take();
}

}  // namespace gateway::config
