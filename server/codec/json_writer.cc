#include "codec/json_writer.h"

#include <array>
#include <charconv>

#include <absl/strings/escaping.h>

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

}  // namespace

void JsonWriter::Separate() {
  if (!first_) out_.push_back(',');
  first_ = false;
}

void JsonWriter::Open(char bracket) {
  Separate();
  out_.push_back(bracket);
  first_ = true;
}

void JsonWriter::Close(char bracket) {
  out_.push_back(bracket);
  first_ = false;
}

void JsonWriter::Key(std::string_view name) {
  Separate();
  Quote(name);
  out_.push_back(':');
  first_ = true;
}

void JsonWriter::Text(std::string_view text) {
  Separate();
  Quote(text);
}

void JsonWriter::Integer(std::int64_t value) {
  Separate();
  std::array<char, 24> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  out_.append(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
}

void JsonWriter::Decimal(std::string_view digits) {
  Separate();
  out_.append(digits);
}

void JsonWriter::Boolean(bool value) {
  Separate();
  out_.append(value ? "true" : "false");
}

void JsonWriter::Null() {
  Separate();
  out_.append("null");
}

void JsonWriter::Binary(std::string_view bytes) {
  Separate();
  out_.push_back('"');
  out_.append(absl::Base64Escape({bytes.data(), bytes.size()}));
  out_.push_back('"');
}

// Copies runs of plain bytes at once; texts rarely need more than one run.
void JsonWriter::Quote(std::string_view text) {
  out_.push_back('"');
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (!kNeedsEscape[byte]) continue;
    out_.append(text, begin, i - begin);
    begin = i + 1;
    if (byte == '"' || byte == '\\') {
      out_.push_back('\\');
      out_.push_back(text[i]);
    } else {
      out_.append("\\u00");
      out_.push_back(kHex[byte >> 4]);
      out_.push_back(kHex[byte & 15]);
    }
  }
  out_.append(text, begin, text.size() - begin);
  out_.push_back('"');
}

}  // namespace gateway::codec
