// The codec's fast ways against the plain ones that they stand for.
#include <gtest/gtest.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <random>
#include <string>

#include "codec/json_writer.h"
#include "codec/short_text.h"
#include "codec/text.h"
#include "codec/wire.h"

namespace gateway::codec {
namespace {

constexpr std::size_t kLongest = 80;

std::string TextOf(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += static_cast<char>('!' + i);
  return text;
}

TEST(ShortText, IsTheSameOnlyWhereEveryByteIs) {
  for (std::size_t size = 0; size <= kLongest; ++size) {
    const std::string text = TextOf(size);
    EXPECT_TRUE(Same(text, TextOf(size))) << size;
    EXPECT_FALSE(Same(text, text + "x")) << size;
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = text;
      other[at] ^= 1;
      EXPECT_FALSE(Same(text, other)) << size << " at " << at;
    }
  }
}

TEST(ShortText, IsCopiedWholeAndNothingBehindIt) {
  for (std::size_t size = 0; size <= kLongest; ++size) {
    const std::string text = TextOf(size);
    std::string to(kLongest + 40, '.');
    EXPECT_EQ(Copy(text, to.data()), to.data() + size);
    EXPECT_EQ(to, text + std::string(to.size() - size, '.'));
  }
}

// Byte by byte.
std::string QuotedSlowly(std::string_view text) {
  std::string quoted = "\"";
  for (const char byte : text) {
    const auto number = static_cast<unsigned char>(byte);
    if (number < 0x20) {
      std::array<char, 8> escape;
      std::snprintf(escape.data(), escape.size(), "\\u%04x", number);
      quoted += escape.data();
    } else {
      quoted += byte == '"' || byte == '\\' ? "\\" + std::string(1, byte) : std::string(1, byte);
    }
  }
  return quoted + '"';
}

TEST(JsonText, IsEscapedWhereverItHasTo) {
  for (std::size_t size = 1; size <= 20; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text = TextOf(size + 40).substr(40);
        text[at] = static_cast<char>(byte);
        std::string quoted;
        JsonWriter(quoted).Text(text);
        ASSERT_EQ(quoted, QuotedSlowly(text)) << byte << " at " << at << " of " << size;
      }
    }
  }
}

std::string ShortestOf(double value) {
  std::array<char, 400> buffer;
  char* const end = buffer.data() + buffer.size();
  return {buffer.data(), std::to_chars(buffer.data(), end, value, std::chars_format::fixed).ptr};
}

TEST(ShortDecimals, AreThoseOfToChars) {
  std::mt19937_64 engine(7);
  for (int i = 0; i < 200000; ++i) {
    // Prices and the like: whole numbers of up to 16 digits over powers of ten.
    const double digits = std::floor(static_cast<double>(engine() >> 11) /
                                     std::pow(10, static_cast<double>(engine() % 17)));
    const double sign = engine() % 2 == 0 ? 1 : -1;
    const double value = sign * digits / std::pow(10, static_cast<double>(engine() % 9));
    if (value == 0) continue;
    for (const double near : {value, std::nextafter(value, 1e300), std::nextafter(value, -1e300)}) {
      ASSERT_EQ(DecimalOf(near), ShortestOf(near));
    }
  }
}

// The same fields, written by one who says what to write.
void WriteNested(WireWriter& writer, std::mt19937& engine, int depth) {
  for (int i = 0; i < 20; ++i) {
    const int number = static_cast<int>(engine() % 3000) + 1;
    writer.Varint(number, std::uint64_t{engine()} << engine() % 33);
    writer.Bytes(number, std::string(engine() % (i == 7 ? 5000 : 40), 'x'));
    if (depth == 0 || i % 5 != 0) continue;
    const std::size_t begin = writer.Begin(number);
    WriteNested(writer, engine, depth - 1);
    writer.End(begin);
  }
}

TEST(Batches, LeaveWhatFieldsByThemselvesLeave) {
  std::string one_by_one = "before";
  std::string batched = one_by_one;
  std::mt19937 engine(9);
  WireWriter writer(one_by_one);
  WriteNested(writer, engine, 3);
  engine.seed(9);
  {
    WireWriter other(batched);
    const WireWriter::Batch batch(other);
    WriteNested(other, engine, 3);
  }
  EXPECT_EQ(one_by_one, batched);
}

}  // namespace
}  // namespace gateway::codec
