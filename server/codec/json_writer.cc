#include "codec/json_writer.h"

#include <array>
#include <charconv>

#include <absl/strings/escaping.h>

#include "codec/short_text.h"

namespace gateway::codec {
namespace {

// True for the bytes that JSON text cannot hold as they are.
constexpr std::array<bool, 256> EscapeTable() {
  std::array<bool, 256> table{};
  for (std::size_t i = 0; i < 0x20; ++i) table[i] = true;
  table['"'] = table['\\'] = true;
  return table;
}
constexpr std::array<bool, 256> kNeedsEscape = EscapeTable();
constexpr std::string_view kHex = "0123456789abcdef";

constexpr std::uint64_t EightTimes(unsigned char byte) { return 0x0101010101010101U * byte; }

// The high bit of the bytes that are below `limit`, which is at most 128; if any is, then maybe
// that of others, too.
constexpr std::uint64_t Below(std::uint64_t bytes, unsigned char limit) {
  return (bytes - EightTimes(limit)) & ~bytes & EightTimes(0x80);
}

constexpr bool AnyNeedsEscape(std::uint64_t bytes) {
  return (Below(bytes, 0x20) | Below(bytes ^ EightTimes('"'), 1) |
          Below(bytes ^ EightTimes('\\'), 1)) != 0;
}

// How many bytes at the beginning need no escape.
std::size_t PlainBytes(std::string_view text) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  std::size_t i = 0;
  while (i + kWord <= text.size() && !AnyNeedsEscape(short_text::Load<std::uint64_t>(&text[i])))
    i += kWord;
  while (i < text.size() && !kNeedsEscape[static_cast<unsigned char>(text[i])]) ++i;
  return i;
}

}  // namespace

void JsonWriter::Separate() {
  if (!first_) out_->push_back(',');
  first_ = false;
}

void JsonWriter::Open(char bracket) {
  Separate();
  out_->push_back(bracket);
  first_ = true;
}

void JsonWriter::Close(char bracket) {
  out_->push_back(bracket);
  first_ = false;
}

void JsonWriter::BeginObject() {
  Open('{');
  keys_.BeginObject();
}

void JsonWriter::EndObject() {
  keys_.EndObject();
  Close('}');
}

void JsonWriter::Key(std::string_view name) {
  const std::size_t before = out_->size();
  out_->append(std::string_view(first_ ? R"(")" : R"(,")"));
  const std::size_t begin = out_->size();
  Escape(name);
  const std::size_t end = out_->size();
  out_->append(std::string_view(R"(":)"));
  first_ = true;
  if (!refused() && !keys_.Add(*out_, begin, end)) out_ = keys_.Refuse(name, *out_, before);
}

void JsonWriter::Text(std::string_view text) {
  Separate();
  Quote(text);
}

void JsonWriter::Integer(std::int64_t value) {
  Separate();
  std::array<char, 24> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  out_->append(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
}

void JsonWriter::Decimal(std::string_view digits) {
  Separate();
  out_->append(digits);
}

void JsonWriter::Boolean(bool value) {
  Separate();
  out_->append(value ? "true" : "false");
}

void JsonWriter::Null() {
  Separate();
  out_->append("null");
}

void JsonWriter::Binary(std::string_view bytes) {
  Separate();
  out_->push_back('"');
  out_->append(absl::Base64Escape({bytes.data(), bytes.size()}));
  out_->push_back('"');
}

void JsonWriter::Quote(std::string_view text) {
  out_->push_back('"');
  Escape(text);
  out_->push_back('"');
}

// Copies runs of plain bytes at once; texts rarely need more than one run.
void JsonWriter::Escape(std::string_view text) {
  while (true) {
    const std::size_t plain = PlainBytes(text);
    out_->append(text.data(), plain);
    if (plain == text.size()) return;
    const auto byte = static_cast<unsigned char>(text[plain]);
    if (byte == '"' || byte == '\\') {
      out_->push_back('\\');
      out_->push_back(text[plain]);
    } else {
      out_->append("\\u00");
      out_->push_back(kHex[byte >> 4]);
      out_->push_back(kHex[byte & 15]);
    }
    text.remove_prefix(plain + 1);
  }
}

}  // namespace gateway::codec
