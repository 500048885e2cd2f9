#include "codec/xml_writer.h"

#include <array>
#include <charconv>
#include <limits>

#include <absl/strings/escaping.h>

#include "codec/text.h"

namespace gateway::codec {
namespace {

// What stands for a byte that character data cannot hold as it is.
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::array<std::string_view, 256> XmlEscapeTable() {
  std::array<std::string_view, 256> table{};
  for (std::size_t i = 0; i < 0x20; ++i) table[i] = kReplacement;
  table['\t'] = table['\n'] = {};
  // Parsers read a bare one as a line feed.
  table['\r'] = "&#13;";
  table['<'] = "&lt;";
  table['>'] = "&gt;";
  table['&'] = "&amp;";
  return table;
}
constexpr std::array<std::string_view, 256> kEscapes = XmlEscapeTable();

// U+FFFE and U+FFFF, the only characters beyond control characters that XML excludes.
bool IsNonCharacter(std::string_view text) {
  return text.starts_with("\xEF\xBF\xBE") || text.starts_with("\xEF\xBF\xBF");
}

constexpr bool FitsInt(std::int64_t value) {
  using Limits = std::numeric_limits<std::int32_t>;
  return value >= Limits::min() && value <= Limits::max();
}

}  // namespace

void XmlWriter::BeginValue() {
  if (depth_ == 0) out_->append("<param>");
  out_->append("<value>");
}

void XmlWriter::EndValue() {
  out_->append("</value>");
  if (depth_ == 0) out_->append("</param>");
  first_ = false;
}

void XmlWriter::Open(std::string_view tag) {
  BeginValue();
  out_->append(tag);
  ++depth_;
  first_ = true;
}

void XmlWriter::Close(std::string_view tag) {
  out_->append(tag);
  --depth_;
  EndValue();
}

void XmlWriter::BeginObject() {
  Open("<struct>");
  keys_.BeginObject();
}

void XmlWriter::EndObject() {
  keys_.EndObject();
  Close(first_ ? "</struct>" : "</member></struct>");
}

void XmlWriter::Key(std::string_view name) {
  const std::size_t before = out_->size();
  out_->append(first_ ? "<member><name>" : "</member><member><name>");
  const std::size_t begin = out_->size();
  Escape(name);
  const std::size_t end = out_->size();
  out_->append("</name>");
  if (!refused() && !keys_.Add(*out_, begin, end)) out_ = keys_.Refuse(name, *out_, before);
}

void XmlWriter::Scalar(std::string_view open, std::string_view text, std::string_view close) {
  BeginValue();
  out_->append(open).append(text).append(close);
  EndValue();
}

void XmlWriter::Text(std::string_view text) {
  BeginValue();
  out_->append("<string>");
  Escape(text);
  out_->append("</string>");
  EndValue();
}

// Odoo reads `<i8>` as well, which is not in XML-RPC itself.
void XmlWriter::Integer(std::int64_t value) {
  std::array<char, 24> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  const std::string_view digits(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  if (FitsInt(value)) return Scalar("<int>", digits, "</int>");
  Scalar("<i8>", digits, "</i8>");
}

void XmlWriter::Decimal(std::string_view digits) { Scalar("<double>", digits, "</double>"); }

void XmlWriter::Boolean(bool value) { Scalar("<boolean>", value ? "1" : "0", "</boolean>"); }

void XmlWriter::Binary(std::string_view bytes) {
  Scalar("<string>", absl::Base64Escape({bytes.data(), bytes.size()}), "</string>");
}

// Copies runs of plain bytes at once; texts rarely need more than one run.
void XmlWriter::Escape(std::string_view text) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool non_character = text[i] == '\xEF' && IsNonCharacter(text.substr(i));
    const std::string_view escape =
        non_character ? kReplacement : kEscapes[static_cast<unsigned char>(text[i])];
    if (escape.empty()) continue;
    out_->append(text, begin, i - begin).append(escape);
    if (non_character) i += 2;
    begin = i + 1;
  }
  out_->append(text, begin, text.size() - begin);
}

}  // namespace gateway::codec
