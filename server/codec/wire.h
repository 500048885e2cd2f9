// Protobuf's wire format, read and written without message classes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

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

  void Varint(int number, std::uint64_t value);
  void Bytes(int number, std::string_view value);

  // A nested message is written between both calls; Begin's result goes to End.
  std::size_t Begin(int number);
  void End(std::size_t begin);

 private:
  void Raw(std::uint64_t value);

  std::string& out_;
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
