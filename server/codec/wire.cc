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

// A page of records is copied each time it outgrows its place: rarely, by more than the string
// itself would take, as long as that is little memory.
void WireWriter::Grow(std::size_t size) {
  constexpr std::size_t kLittle = std::size_t{1} << 20;
  const std::size_t end = Written();
  const std::size_t needed = end + size + (in_batch_ ? kSpare : 0);
  if (in_batch_ && needed > out_.capacity() && needed < kLittle) out_.reserve(4 * needed);
  out_.resize(needed);
  at_ = out_.data() + end;
  limit_ = out_.data() + needed;
}

std::size_t WireWriter::Written() const {
  return at_ == nullptr ? out_.size() : static_cast<std::size_t>(at_ - out_.data());
}

void WireWriter::Trim() {
  out_.resize(Written());
  at_ = limit_ = nullptr;
}

// Not by way of Room, which would fill it with zeros first.
void WireWriter::LongBytes(int number, std::string_view value) {
  char* const at = Put(Tag(number, WireType::kBytes), Room(2 * kMaxVarintBytes));
  at_ = Put(value.size(), at);
  Trim();
  out_.append(value);
}

// One byte is kept for the length: most nested messages are shorter than 128 bytes, longer ones are
// moved up.
std::size_t WireWriter::Begin(int number) {
  char* const at = Put(Tag(number, WireType::kBytes), Room(kMaxVarintBytes + 1));
  *at = '\0';
  Advance(at + 1);
  return Written();
}

void WireWriter::End(std::size_t begin) {
  char* const end = Room(kMaxVarintBytes);
  char* const content = out_.data() + begin;
  const auto size = static_cast<std::size_t>(end - content);
  std::array<char, kMaxVarintBytes> length;
  const auto moved = static_cast<std::size_t>(Put(size, length.data()) - length.data()) - 1;
  if (moved > 0) std::memmove(content + moved, content, size);
  std::memcpy(content - 1, length.data(), moved + 1);
  Advance(end + moved);
}

}  // namespace gateway::codec
