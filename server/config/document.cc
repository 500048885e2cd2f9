#include "config/document.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <utility>

namespace gateway::config {
namespace {

// The tables need 6.
constexpr std::size_t kMaxDepth = 16;

// Thrown through the library's parser, which has no other way to stop it, and caught below.
class Refused : public YAML::ParserException {
 public:
  using YAML::ParserException::ParserException;
};

class Builder final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) throw Refused(mark, "a second document begins; keep one");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Begin(mark, "", anchor, Node::Kind::kNull);
    End();
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override { RefuseAnchor(mark); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Begin(mark, tag, anchor, Node::Kind::kText).text = value;
    End();
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    Begin(mark, tag, anchor, Node::Kind::kList);
  }
  void OnSequenceEnd() override { End(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    Begin(mark, tag, anchor, Node::Kind::kMapping);
  }
  void OnMapEnd() override { End(); }

  Node Take() && { return std::move(root_); }

 private:
  static void RefuseAnchor(const YAML::Mark& mark) {
    throw Refused(mark, "anchors and aliases are not read; write the value out");
  }

  // The node stays open until End.
  Node& Begin(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
              Node::Kind kind) {
    if (anchor != 0) RefuseAnchor(mark);
    // Plain and quoted.
    if (!tag.empty() && tag != "?" && tag != "!") {
      throw Refused(mark, "tags are not read; leave out " + tag.substr(0, kMaxShown));
    }
    if (open_.size() == kMaxDepth) throw Refused(mark, "is nested too deep");
    open_.push_back(Node{.kind = kind, .line = mark.line + 1});
    return open_.back();
  }

  void End() {
    Node node = std::move(open_.back());
    open_.pop_back();
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (open_.back().kind == Node::Kind::kMapping) {
      AddToMapping(std::move(node), &open_.back());
    } else {
      open_.back().items.push_back(std::move(node));
    }
  }

  // Keys and values come in turn; a key waits as an item without a value.
  void AddToMapping(Node node, Node* mapping) {
    if (mapping->text.empty()) {
      if (node.kind != Node::Kind::kText) {
        YAML::Mark mark;
        mark.line = node.line - 1;
        throw Refused(mark, "a key must be a text");
      }
      mapping->text = kHasKey;
      mapping->items.push_back(Node{.line = node.line, .key = std::move(node.text)});
      return;
    }
    mapping->text.clear();
    Node& waiting = mapping->items.back();
    node.line = waiting.line;
    node.key = std::move(waiting.key);
    waiting = std::move(node);
  }

  static constexpr std::size_t kMaxShown = 64;
  // In the text of a mapping, which has none of its own.
  static constexpr const char* kHasKey = "?";

  std::vector<Node> open_;
  Node root_;
  int documents_ = 0;
};

}  // namespace

std::variant<Node, SyntaxError> ParseDocument(std::string_view text) {
  std::istringstream stream{std::string(text)};
  Builder builder;
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    return SyntaxError{error.mark.line + 1, error.msg};
  }
  return std::move(builder).Take();
}

}  // namespace gateway::config
