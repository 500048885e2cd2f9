// Structural output of XML-RPC parameters, with the interface of JsonWriter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codec/open_keys.h"

namespace gateway::codec {

// Appends to a string that the caller owns: each outermost value becomes a `<param>`. Balance is
// the caller's. Texts are checked before (IsXmlText): what XML cannot hold is written as U+FFFD, so
// that the document stays one.
//
// A struct gets no name twice, as with JsonWriter: at the second one the text ends, and everything
// that is written from then on is dropped.
class XmlWriter {
 public:
  explicit XmlWriter(std::string& out) : out_(&out) {}
  XmlWriter(const XmlWriter&) = delete;
  XmlWriter& operator=(const XmlWriter&) = delete;

  void BeginObject();
  void EndObject();
  void BeginArray() { Open("<array><data>"); }
  void EndArray() { Close("</data></array>"); }
  // Name of the next member.
  void Key(std::string_view name);
  // The first name that its struct had already.
  const std::optional<std::string>& refused() const { return keys_.refused(); }

  void Text(std::string_view text);
  void Integer(std::int64_t value);
  // Plain decimal, verbatim.
  void Decimal(std::string_view digits);
  void Boolean(bool value);
  // Raw bytes, as base64 text: what Odoo's binary fields take.
  void Binary(std::string_view bytes);

 private:
  void Open(std::string_view tag);
  void Close(std::string_view tag);
  void BeginValue();
  void EndValue();
  void Scalar(std::string_view open, std::string_view text, std::string_view close);
  void Escape(std::string_view text);

  std::string* out_;
  // Of open structs and arrays.
  int depth_ = 0;
  // Whether the innermost one has nothing yet.
  bool first_ = true;
  OpenKeys keys_;
};

}  // namespace gateway::codec
