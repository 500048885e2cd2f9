// What a terminal receives of text of unknown origin.
#include "base/printable.h"

#include <gmock/gmock.h>

#include <vector>

#include "base/utf8.h"

namespace gateway::base {
namespace {

std::string Utf8(char32_t code) {
  const auto tail = [code](int shift) { return static_cast<char>(0x80 | (code >> shift & 0x3F)); };
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {static_cast<char>(0xC0 | code >> 6), tail(0)};
  if (code < 0x10000) return {static_cast<char>(0xE0 | code >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | code >> 18), tail(12), tail(6), tail(0)};
}

struct Range {
  char32_t first, last;
};

// What must never reach a terminal, wherever it stands.
constexpr Range kDangerous[] = {
    {0x00, 0x1F},     {0x7F, 0x9F},       {0xAD, 0xAD},       {0x61C, 0x61C},
    {0x180E, 0x180E}, {0x200B, 0x200B},   {0x200E, 0x200F},   {0x2028, 0x202E},
    {0x2060, 0x206F}, {0xFEFF, 0xFEFF},   {0xFFF9, 0xFFFB},   {0xFFFE, 0xFFFF},
    {0xFDD0, 0xFDEF}, {0x1FFFE, 0x1FFFF}, {0xE0000, 0xE007F}, {0x10FFFE, 0x10FFFF}};

TEST(Printable, EscapesEveryDangerousCharacterEverywhere) {
  for (const Range& range : kDangerous) {
    for (char32_t code = range.first; code <= range.last; ++code) {
      const std::string bytes = Utf8(code);
      for (const std::string before : {"", "a", "é", "漢", "\u200D"}) {
        const std::string shown = Printable(before + bytes + "b");
        EXPECT_EQ(shown.find(bytes, before.size()), std::string::npos) << std::hex << +code;
        EXPECT_TRUE(shown.ends_with("b"));
        EXPECT_GT(shown.size(), before.size() + 2) << std::hex << +code;
      }
      if (code == '\n' || code == '\t') continue;
      EXPECT_EQ(Printable(bytes, Lines::kMany).find(bytes), std::string::npos);
      EXPECT_EQ(PrintableJson(bytes).find(bytes), std::string::npos);
    }
  }
}

TEST(Printable, EscapesSoThatItIsSeenWhatCame) {
  EXPECT_EQ(Printable("\x1b[2J"), R"(\x1b[2J)");
  EXPECT_EQ(Printable("a\nb\rc\td"), R"(a\nb\rc\td)");
  EXPECT_EQ(Printable(std::string_view("\0", 1)), R"(\x00)");
  EXPECT_EQ(Printable("\u0085\u009b"), R"(\u0085\u009b)");
  EXPECT_EQ(Printable("user\u202Etxt.exe"), R"(user\u202etxt.exe)");
  EXPECT_EQ(Printable("\U000E0041"), R"(\U000e0041)");
}

TEST(Printable, EscapesBytesThatAreNotUtf8) {
  EXPECT_EQ(Printable("a\x9b"
                      "2Jb"),
            R"(a\x9b2Jb)");
  // Overlong, a surrogate, beyond U+10FFFF, cut off.
  EXPECT_EQ(Printable("\xC0\x9B"), R"(\xc0\x9b)");
  EXPECT_EQ(Printable("\xED\xA0\x80"), R"(\xed\xa0\x80)");
  EXPECT_EQ(Printable("\xF4\x90\x80\x80"), R"(\xf4\x90\x80\x80)");
  EXPECT_EQ(Printable("é\xE2\x80"), R"(é\xe2\x80)");
  EXPECT_EQ(PrintableJson("\"a\xFF\""), R"("a\ufffd")");
}

TEST(Printable, KeepsLinesOnlyWhereAsked) {
  EXPECT_EQ(Printable("a\n\tb\r\n", Lines::kMany), "a\n\tb\\r\n");
  EXPECT_EQ(Printable("a\u2028b\u2029c\u0085", Lines::kMany), R"(a\u2028b\u2029c\u0085)");
}

// Ordinary text: scripts of the languages that Odoo has, marks, emoji.
TEST(Printable, KeepsOrdinaryText) {
  const std::vector<std::string> texts = {
      "",
      R"(C:\temp "quoted" {json} 100% ~`|<>)",
      "Müller & Söhne, Łódź, Ærø, ¡Señor!, ÿ",
      "e\u0301a\u0323\u0308 Vie\u0302\u0323t",
      "Ελληνικά Русский Українська Հայերեն ქართული",
      "עברית שָׁלוֹם العربية مُحَمَّد ۱۲۳ اردو",
      "हिन्दी বাংলা தமிழ் తెలుగు ಕನ್ನಡ മലയാളം ਪੰਜਾਬੀ සිංහල",
      "ไทย ລາວ မြန်မာ ខ្មែរ བོད་ཡིག አማርኛ",
      "漢字 かな カナ 한국어 ᠮᠣᠩᠭᠣᠯ 𠀀 𝒳",
      "\u00A0\u2003\u202F\u3000 5\u00A0€ – “x” … ½ ™",
      "\uFFFD \uE000",
      // Spelled with joiners and selectors: Persian, Sinhala, Mongolian; a family, a heart on
      // fire, a flag, a skin tone, keys.
      "می\u200Cخواهم",
      "ශ්\u200Dරී",
      "ᠮ\u180Bᠣ",
      "👩\u200D👩\u200D👧 ❤\uFE0F\u200D🔥 🇧🇪 👍🏽 1\uFE0F\u20E3 #\uFE0F\u20E3",
      "葛\U000E0100",
  };
  for (const std::string& text : texts) {
    EXPECT_EQ(Printable(text), text);
    EXPECT_EQ(Printable(text, Lines::kMany), text);
    EXPECT_EQ(PrintableJson(text), text);
  }
}

TEST(Printable, KeepsJoinersOnlyWhereTheyShapeWhatIsSeen) {
  EXPECT_EQ(Printable("ad\u200Dmin"), R"(ad\u200dmin)");
  EXPECT_EQ(Printable("ad\u200Cmin"), R"(ad\u200cmin)");
  EXPECT_EQ(Printable("\u200D"), R"(\u200d)");
  EXPECT_EQ(Printable("a\uFE0F"), R"(a\ufe0f)");
  EXPECT_EQ(Printable("é\u200D\u200D\u200D"),
            "é\u200D"
            R"(\u200d\u200d)");
  // Bytes are hidden in selectors that follow each other.
  EXPECT_EQ(Printable("😀\U000E0100\U000E0101"),
            "😀\U000E0100"
            R"(\U000e0101)");
  // Not after what was replaced itself.
  EXPECT_EQ(Printable("\u202E\u200D"), R"(\u202e\u200d)");
  EXPECT_EQ(Printable("\xFF\u200D"), R"(\xff\u200d)");
}

TEST(Printable, LeavesJsonThatMeansTheSame) {
  EXPECT_EQ(PrintableJson("{\"a\":\"x\u202Ey\u007F\u0085\U000E0041\"}\n"),
            R"({"a":"x\u202ey\u007f\u0085\udb40\udc41"})"
            "\n");
  EXPECT_EQ(PrintableJson("{\n\t\"a\": \"\\u001b\\\\\"\n}"), "{\n\t\"a\": \"\\u001b\\\\\"\n}");
}

TEST(Utf8, TellsCharactersFromBytesThatAreNone) {
  for (const char32_t code :
       {0x0, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFD, 0x10000, 0x10FFFF}) {
    const Character character = FirstCharacter(Utf8(code) + "\x80");
    EXPECT_EQ(character.code, code);
    EXPECT_EQ(character.length, Utf8(code).size());
    EXPECT_TRUE(character.valid);
  }
  for (const std::string_view text : {"\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xBF\xBF", "\xFF",
                                      "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xE2\x82"}) {
    const Character character = FirstCharacter(text);
    EXPECT_EQ(character.length, 1U);
    EXPECT_FALSE(character.valid);
  }
}

}  // namespace
}  // namespace gateway::base
