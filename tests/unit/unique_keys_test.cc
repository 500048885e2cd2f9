// The writers of requests: no object gets a key twice, whatever it holds.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "codec/json_writer.h"
#include "codec/xml_writer.h"

namespace gateway::codec {
namespace {

struct Written {
  std::string json;
  std::string xml;
  // The key that both refused; empty: none.
  std::string refused;
};

// What both writers make of a value; they have to agree.
template <class Write>
Written WriteBoth(const Write& write) {
  Written written;
  JsonWriter json(written.json);
  XmlWriter xml(written.xml);
  write(json);
  write(xml);
  EXPECT_EQ(json.refused(), xml.refused());
  written.refused = json.refused().value_or("");
  return written;
}

// {"a": 1, "b": {"a": 2}, "c": [{"a": 3}, {"a": 4, "b": [[{"a": 5}]]}]}
template <class Writer>
void WriteNested(Writer& out) {
  out.BeginObject();
  out.Key("a");
  out.Integer(1);
  out.Key("b");
  out.BeginObject();
  out.Key("a");
  out.Integer(2);
  out.EndObject();
  out.Key("c");
  out.BeginArray();
  out.BeginObject();
  out.Key("a");
  out.Integer(3);
  out.EndObject();
  out.BeginObject();
  out.Key("a");
  out.Integer(4);
  out.Key("b");
  out.BeginArray();
  out.BeginArray();
  out.BeginObject();
  out.Key("a");
  out.Integer(5);
  out.EndObject();
  out.EndArray();
  out.EndArray();
  out.EndObject();
  out.EndArray();
}

TEST(UniqueKeys, MayRepeatInOtherObjects) {
  const Written written = WriteBoth([](auto& out) {
    WriteNested(out);
    out.EndObject();
  });
  EXPECT_EQ(written.refused, "");
  EXPECT_EQ(written.json, R"({"a":1,"b":{"a":2},"c":[{"a":3},{"a":4,"b":[[{"a":5}]]}]})");
  EXPECT_TRUE(written.xml.ends_with("</member></struct></value></param>")) << written.xml;
}

TEST(UniqueKeys, EndTheTextBeforeTheSecondOne) {
  const Written written = WriteBoth([](auto& out) {
    WriteNested(out);
    out.Key("d");
    out.Integer(6);
    // After all that is nested, the outermost object still knows its keys.
    out.Key("c");
    out.Text("replaced");
    out.Key("e");
    out.Integer(7);
    out.EndObject();
  });
  EXPECT_EQ(written.refused, "c");
  EXPECT_EQ(written.json, R"({"a":1,"b":{"a":2},"c":[{"a":3},{"a":4,"b":[[{"a":5}]]}],"d":6)");
  EXPECT_TRUE(written.xml.ends_with("<name>d</name><value><int>6</int></value>")) << written.xml;
}

TEST(UniqueKeys, AreRefusedInEveryObject) {
  for (int depth = 0; depth < 5; ++depth) {
    const Written written = WriteBoth([depth](auto& out) {
      out.BeginArray();
      for (int i = 0; i < depth; ++i) {
        out.BeginObject();
        out.Key("outer");
        out.Integer(i);
        out.Key("rows");
        out.BeginArray();
        // A sibling that has the key, too.
        out.BeginObject();
        out.Key("key");
        out.Boolean(true);
        out.EndObject();
      }
      out.BeginObject();
      for (const char* key : {"key", "other", "key"}) {
        out.Key(key);
        out.Boolean(true);
      }
    });
    EXPECT_EQ(written.refused, "key") << depth;
  }
}

TEST(UniqueKeys, AreTheFirstThatIsRefused) {
  const Written written = WriteBoth([](auto& out) {
    out.BeginObject();
    for (const char* key : {"a", "b", "b", "a"}) {
      out.Key(key);
      out.BeginObject();
      out.EndObject();
    }
    out.EndObject();
    out.BeginObject();
    out.Key("more");
    out.Text("of it");
    out.EndObject();
  });
  EXPECT_EQ(written.refused, "b");
  EXPECT_EQ(written.json, R"({"a":{},"b":{})");
  EXPECT_EQ(written.xml.find("more"), std::string::npos) << written.xml;
}

// As they are written: what XML cannot hold becomes the same character.
TEST(UniqueKeys, AreComparedAsTheyAreWritten) {
  const auto refused = [](auto& out, std::string_view first, std::string_view second) {
    out.BeginObject();
    out.Key(first);
    out.Integer(1);
    out.Key(second);
    out.Integer(2);
    return out.refused().has_value();
  };
  struct Case {
    std::string_view first;
    std::string_view second;
    bool in_json;
    bool in_xml;
  };
  for (const Case& test : {Case{"", "", true, true}, Case{"a\"b", "a\"b", true, true},
                           Case{"a<&b", "a<&b", true, true}, Case{"\x01", "\x02", false, true},
                           Case{"a", "A", false, false}, Case{"a", "a ", false, false},
                           Case{"aa", "a", false, false}, Case{"\"a", "a\"", false, false}}) {
    std::string text;
    JsonWriter json(text);
    EXPECT_EQ(refused(json, test.first, test.second), test.in_json) << test.first;
    text.clear();
    XmlWriter xml(text);
    EXPECT_EQ(refused(xml, test.first, test.second), test.in_xml) << test.first;
  }
}

std::string KeyOf(int number) { return "field_" + std::to_string(number); }

// More keys than the table begins with, objects inside while it grows.
TEST(UniqueKeys, AreFoundAmongMany) {
  constexpr int kKeys = 5000;
  for (const int again : {-1, 0, 31, 63, 64, 127, 4998, 4999}) {
    const Written written = WriteBoth([again](auto& out) {
      out.BeginObject();
      for (int i = 0; i < kKeys; ++i) {
        out.Key(KeyOf(i));
        out.BeginObject();
        for (int inner = i; inner < i + 3; ++inner) {
          out.Key(KeyOf(inner));
          out.Integer(inner);
        }
        out.EndObject();
      }
      if (again >= 0) out.Key(KeyOf(again));
    });
    EXPECT_EQ(written.refused, again < 0 ? "" : KeyOf(again));
  }
}

// Deeper than any request: every level knows its own keys again when those inside have ended.
template <class Writer>
void WriteDeep(Writer& out, int depth, int again) {
  out.BeginObject();
  out.Key("level");
  out.Integer(depth);
  out.Key("inside");
  if (depth == 0) {
    out.Boolean(false);
  } else {
    WriteDeep(out, depth - 1, again);
  }
  out.Key("after");
  out.Integer(depth);
  if (depth == again) out.Key("inside");
  out.EndObject();
}

TEST(UniqueKeys, AreKnownAgainAfterWhatIsInside) {
  for (const int again : {-1, 0, 1, 50, 99, 100}) {
    const Written written = WriteBoth([again](auto& out) { WriteDeep(out, 100, again); });
    EXPECT_EQ(written.refused, again < 0 ? "" : "inside") << again;
  }
}

}  // namespace
}  // namespace gateway::codec
