#include <fstream>
#include <optional>
#include <set>
#include <utility>

#include "config/document.h"
#include "config/sources.h"
#include "config/suggest.h"

namespace gateway::config {
namespace {

using base::Reason;

constexpr std::size_t kMaxFileBytes = 1 << 20;

// `instances.default` and `url` -> `instances.default.url`.
std::string Join(std::string_view path, std::string_view key) {
  return path.empty() ? std::string(key) : std::string(path) + "." + std::string(key);
}

std::string Indexed(std::string_view path, std::size_t index) {
  return std::string(path) + "[" + std::to_string(index) + "]";
}

// By Node::Kind.
constexpr std::string_view kShapes[] = {"empty", "a single value", "a list", "a mapping"};

std::string_view ShapeOf(const Node& node) { return kShapes[static_cast<std::size_t>(node.kind)]; }

// The file's own name: its folders are of no interest in every line of a list.
std::string NameOf(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::vector<std::string_view> KeysOf(const Section& section) {
  std::vector<std::string_view> keys;
  for (const Setting& setting : section.settings) {
    if (!setting.key.empty()) keys.push_back(setting.key);
  }
  for (const Section& inner : section.sections) keys.push_back(inner.key);
  return keys;
}

// Where else a key stands, also one that is written as its flag: `odoo_url`.
const Section* OwnerOf(const std::string& key) {
  for (const Section* section : Sections()) {
    if (FindKey(*section, key) != nullptr || FindSection(*section, key) != nullptr) return section;
  }
  return nullptr;
}

std::optional<std::string> PathOfFlag(std::string key) {
  for (char& letter : key) letter = letter == '_' ? '-' : letter;
  const Flag flag = FindFlag(key);
  if (flag.setting == nullptr || flag.setting->key.empty()) return std::nullopt;
  return Join(flag.section->title, flag.setting->key);
}

std::string UnknownKey(const Section& section, const std::string& key) {
  const std::string problem = "no such setting";
  const auto keys = KeysOf(section);
  if (const Section* owner = OwnerOf(key)) {
    return problem + " here; it stands in " +
           (owner->title.empty() ? "the file's top" : std::string(owner->title));
  }
  if (const auto nearest = Nearest(key, keys); !nearest.empty())
    return problem + "; did you mean " + std::string(nearest) + "?";
  if (const auto path = PathOfFlag(key)) return problem + "; did you mean " + *path + "?";
  return problem + "; `odoo-gateway config reference` lists all";
}

class FileReader {
 public:
  FileReader(std::string name, Problems* problems) : name_(std::move(name)), problems_(problems) {}

  Object Read(const Node& root) {
    Object top{&Top(), "", {name_}};
    ReadObject(root, "", &top);
    return top;
  }

 private:
  Origin At(const Node& node, const std::string& path) const {
    std::string name = name_ + ":" + std::to_string(node.line);
    if (!path.empty()) name += ": " + path;
    return {std::move(name), node.line};
  }

  void Refuse(Origin origin, std::string message, Reason reason = Reason::kInvalidFieldValue) {
    problems_->push_back({std::move(origin), reason, std::move(message)});
  }

  bool Expect(Node::Kind kind, const Node& node, const std::string& path) {
    if (node.kind == kind) return true;
    Refuse(At(node, path), "is " + std::string(ShapeOf(node)) + " and must be " +
                               std::string(kShapes[static_cast<std::size_t>(kind)]));
    return false;
  }

  void ReadObject(const Node& node, const std::string& path, Object* object) {
    if (!Expect(Node::Kind::kMapping, node, path)) return;
    std::set<std::string_view> seen;
    for (const Node& entry : node.items) {
      const std::string inner = Join(path, entry.key);
      if (!seen.insert(entry.key).second) {
        Refuse(At(entry, inner), "is given twice");
      } else {
        ReadEntry(entry, inner, object);
      }
    }
  }

  void ReadEntry(const Node& entry, const std::string& path, Object* object) {
    const Section& section = *object->section;
    if (const Setting* setting = FindKey(section, entry.key)) {
      ReadSetting(*setting, entry, path, object);
    } else if (const Section* inner = FindSection(section, entry.key)) {
      ReadSection(*inner, entry, path, object);
    } else {
      Refuse(At(entry, path), UnknownKey(section, entry.key), Reason::kUnknownField);
    }
  }

  void ReadSetting(const Setting& setting, const Node& node, const std::string& path,
                   Object* object) {
    if (setting.kind == Kind::kSecret) {
      const std::string key(setting.key);
      return Refuse(At(node, path),
                    "a secret in this file is seen by everybody who reads it; use " + key +
                        "_file, a file that holds it, or " + key + "_env, a variable's name",
                    Reason::kUnknownField);
    }
    if (setting.kind == Kind::kList) return ReadList(setting, node, path, object);
    if (!Expect(Node::Kind::kText, node, path)) return;
    if (node.text.empty() && setting.empty == Empty::kRefused)
      return Refuse(At(node, path), "is empty; leave it out, or give a value");
    object->given.push_back({&setting, {node.text}, At(node, path)});
  }

  void ReadList(const Setting& setting, const Node& node, const std::string& path, Object* object) {
    if (!Expect(Node::Kind::kList, node, path)) return;
    if (node.items.empty() && setting.empty == Empty::kRefused)
      return Refuse(At(node, path), "is empty, and would not restrict anything; leave it out");
    Given given{&setting, {}, At(node, path)};
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const Node& item = node.items[i];
      const std::string inner = Indexed(path, i);
      if (!Expect(Node::Kind::kText, item, inner)) continue;
      given.texts.push_back(item.text);
      given.elements.push_back(At(item, inner));
    }
    object->given.push_back(std::move(given));
  }

  void ReadSection(const Section& section, const Node& node, const std::string& path,
                   Object* object) {
    if (section.repeat == Repeat::kOnce) return ReadInner(section, "", node, path, object);
    const bool rows = section.repeat == Repeat::kRows;
    if (!Expect(rows ? Node::Kind::kList : Node::Kind::kMapping, node, path)) return;
    // Nobody is not the same as everybody, which is what leaving it out means.
    if (node.items.empty()) return Refuse(At(node, path), "is empty; leave it out, or add one");
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const Node& item = node.items[i];
      const std::string inner = rows ? Indexed(path, i) : Join(path, item.key);
      if (!rows && !seen.insert(item.key).second) {
        Refuse(At(item, inner), "is given twice");
      } else {
        ReadInner(section, rows ? std::to_string(i) : item.key, item, inner, object);
      }
    }
  }

  void ReadInner(const Section& section, const std::string& name, const Node& node,
                 const std::string& path, Object* object) {
    Object& inner = object->At(section, name);
    inner.origin = At(node, path);
    ReadObject(node, path, &inner);
  }

  const std::string name_;
  Problems* problems_;
};

// Of the file as a whole; `line` 0: of none of its lines.
void Refuse(const std::string& path, int line, std::string message, Problems* problems) {
  Origin origin{line == 0 ? path : NameOf(path) + ":" + std::to_string(line), line};
  problems->push_back({std::move(origin), Reason::kInvalidFieldValue, std::move(message)});
}

std::optional<std::string> ReadText(const std::string& path, Problems* problems) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kMaxFileBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  // A folder opens and cannot be read.
  if (file.bad() || !(file.eof() || file.good())) {
    Refuse(path, 0, "cannot be read; check --config or ODOO_GATEWAY_CONFIG", problems);
    return std::nullopt;
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() <= kMaxFileBytes) return text;
  Refuse(path, 0, "is larger than 1 MiB; settings are not", problems);
  return std::nullopt;
}

}  // namespace

std::optional<Object> FromFile(const std::string& path, Problems* problems) {
  const auto text = ReadText(path, problems);
  if (!text) return std::nullopt;
  const auto document = ParseDocument(*text);
  if (const auto* error = std::get_if<SyntaxError>(&document)) {
    Refuse(path, error->line, error->message, problems);
    return std::nullopt;
  }
  const Node& root = std::get<Node>(document);
  if (root.kind == Node::Kind::kMapping) return FileReader(NameOf(path), problems).Read(root);
  Refuse(path, root.line,
         root.kind == Node::Kind::kNull
             ? "holds no settings; leave out --config, or write some into it"
             : "is " + std::string(ShapeOf(root)) + " and must be a mapping",
         problems);
  return std::nullopt;
}

}  // namespace gateway::config
