// Protobuf's wire format, read and written without message classes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "codec/short_text.h"

namespace gateway::codec {

enum class WireType : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

struct WireField {
  int number = 0;
  WireType type = WireType::kVarint;
  // kVarint, kFixed64, kFixed32.
  std::uint64_t integer = 0;
  // kBytes. Points into the input.
  std::string_view bytes;
};

// Reads the fields of one message in their order. Groups count as malformed: proto3 has none.
//   for (WireReader reader(bytes); reader.Next(field);) ...
//   if (reader.malformed()) ...
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  // False at the end, and at the first byte that fits no field.
  bool Next(WireField& field);
  // The same for a message whose scalars are `scalars` (bit n: field n is a varint) and whose other
  // fields are bytes: a field of any other wire type makes the message malformed. For fields up
  // to 31.
  bool NextTyped(WireField& field, std::uint32_t scalars);
  bool malformed() const { return malformed_; }

 private:
  bool Varint(std::uint64_t& value);
  bool Fixed(int size, std::uint64_t& value);
  bool Bytes(std::string_view& value);
  bool Fail();

  std::string_view rest_;
  bool malformed_ = false;
};

// Calls `visit` with each value of a repeated scalar field, packed or not. False where the packed
// bytes are malformed.
template <class Visit>
bool ForEachVarint(const WireField& field, const Visit& visit);

// Appends fields of a message to a string that the caller owns.
class WireWriter {
 public:
  explicit WireWriter(std::string& out) : out_(out) {}
  WireWriter(const WireWriter&) = delete;
  WireWriter& operator=(const WireWriter&) = delete;

  void Varint(int number, std::uint64_t value) {
    char* at = Room(2 * kMaxVarintBytes);
    at = Put(Tag(number, WireType::kVarint), at);
    Advance(Put(value, at));
  }

  void Bytes(int number, std::string_view value) {
    if (value.size() > kSpare) return LongBytes(number, value);
    char* at = Room(2 * kMaxVarintBytes + value.size());
    at = Put(Tag(number, WireType::kBytes), at);
    at = Put(value.size(), at);
    Advance(Copy(value, at));
  }

  // A nested message is written between both calls; Begin's result goes to End.
  std::size_t Begin(int number);
  void End(std::size_t begin);

  // While it lives, the string has room behind what is written, and nobody but this writer may use
  // it: many small fields then cost no call into the string each.
  class Batch {
   public:
    explicit Batch(WireWriter& writer) : writer_(writer) { writer_.in_batch_ = true; }
    ~Batch() {
      writer_.in_batch_ = false;
      writer_.Trim();
    }
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

   private:
    WireWriter& writer_;
  };

 private:
  static constexpr std::size_t kMaxVarintBytes = 10;
  static constexpr std::size_t kSpare = 1024;

  static std::uint64_t Tag(int number, WireType type) {
    return static_cast<std::uint64_t>(number) << 3 | static_cast<std::uint64_t>(type);
  }

  // Returns the place behind it.
  static char* Put(std::uint64_t value, char* at) {
    for (; value >= 0x80; value >>= 7) *at++ = static_cast<char>(value | 0x80);
    *at++ = static_cast<char>(value);
    return at;
  }

  // Where the next bytes go, with room for that many.
  char* Room(std::size_t size) {
    if (static_cast<std::size_t>(limit_ - at_) < size) Grow(size);
    return at_;
  }

  void Advance(char* at) {
    at_ = at;
    if (!in_batch_) Trim();
  }

  // How many bytes of the string are written.
  std::size_t Written() const;
  void Grow(std::size_t size);
  void Trim();
  void LongBytes(int number, std::string_view value);

  std::string& out_;
  // The room behind what is written; none outside a batch.
  char* at_ = nullptr;
  char* limit_ = nullptr;
  bool in_batch_ = false;
};

// Position-independent decoding of one varint; used for packed fields.
bool TakeVarint(std::string_view& rest, std::uint64_t& value);

template <class Visit>
bool ForEachVarint(const WireField& field, const Visit& visit) {
  if (field.type != WireType::kBytes) {
    visit(field.integer);
    return field.type == WireType::kVarint;
  }
  std::string_view rest = field.bytes;
  while (!rest.empty()) {
    std::uint64_t value = 0;
    if (!TakeVarint(rest, value)) return false;
    visit(value);
  }
  return true;
}

}  // namespace gateway::codec
