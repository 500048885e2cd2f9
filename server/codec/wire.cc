#include "codec/wire.h"

#include <array>
#include <cstring>

namespace gateway::codec {
namespace {

constexpr int kMaxVarintBytes = 10;
constexpr std::uint64_t kMaxFieldNumber = (std::uint64_t{1} << 29) - 1;

}  // namespace

bool TakeVarint(std::string_view& rest, std::uint64_t& value) {
  value = 0;
  for (std::size_t i = 0; i < rest.size() && i < kMaxVarintBytes; ++i) {
    const auto byte = static_cast<unsigned char>(rest[i]);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      rest.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

bool WireReader::Fail() {
  malformed_ = true;
  rest_ = {};
  return false;
}

bool WireReader::Next(WireField& field) {
  if (rest_.empty()) return false;
  std::uint64_t tag = 0;
  if (!TakeVarint(rest_, tag)) return Fail();
  const std::uint64_t number = tag >> 3;
  if (number == 0 || number > kMaxFieldNumber) return Fail();
  field.number = static_cast<int>(number);
  field.type = static_cast<WireType>(tag & 7);
  field.integer = 0;
  field.bytes = {};
  switch (field.type) {
    case WireType::kVarint:
      return Varint(field.integer);
    case WireType::kFixed64:
      return Fixed(8, field.integer);
    case WireType::kBytes:
      return Bytes(field.bytes);
    case WireType::kFixed32:
      return Fixed(4, field.integer);
  }
  return Fail();
}

bool WireReader::NextTyped(WireField& field, std::uint32_t scalars) {
  if (!Next(field)) return false;
  const bool scalar = field.number < 32 && (scalars >> field.number & 1U) != 0;
  if (field.type == (scalar ? WireType::kVarint : WireType::kBytes)) return true;
  // Fields that a newer contract adds may be of any type.
  return field.number >= 32 || Fail();
}

bool WireReader::Varint(std::uint64_t& value) { return TakeVarint(rest_, value) || Fail(); }

bool WireReader::Fixed(int size, std::uint64_t& value) {
  if (rest_.size() < static_cast<std::size_t>(size)) return Fail();
  for (int i = 0; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(rest_[static_cast<std::size_t>(i)]);
    value |= static_cast<std::uint64_t>(byte) << (8 * i);
  }
  rest_.remove_prefix(static_cast<std::size_t>(size));
  return true;
}

bool WireReader::Bytes(std::string_view& value) {
  std::uint64_t length = 0;
  if (!TakeVarint(rest_, length) || length > rest_.size()) return Fail();
  value = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return true;
}

// Not by way of Room, which would fill it with zeros first.
void WireWriter::LongBytes(int number, std::string_view value) {
  char* at = Room(2 * kMaxVarintBytes);
  at = Put(Tag(number, WireType::kBytes), at);
  end_ = static_cast<std::size_t>(Put(value.size(), at) - out_.data());
  out_.resize(end_);
  out_.append(value);
  end_ = out_.size();
}

// One byte is kept for the length: most nested messages are shorter than 128 bytes, longer ones are
// moved up.
std::size_t WireWriter::Begin(int number) {
  char* at = Room(kMaxVarintBytes + 1);
  at = Put(Tag(number, WireType::kBytes), at);
  *at++ = '\0';
  Advance(at);
  return end_;
}

void WireWriter::End(std::size_t begin) {
  char* const room = Room(kMaxVarintBytes);
  char* const content = out_.data() + begin;
  const auto size = static_cast<std::size_t>(room - content);
  std::array<char, kMaxVarintBytes> length;
  const auto moved = static_cast<std::size_t>(Put(size, length.data()) - length.data()) - 1;
  if (moved > 0) std::memmove(content + moved, content, size);
  std::memcpy(content - 1, length.data(), moved + 1);
  Advance(content + moved + size);
}

}  // namespace gateway::codec
