// Structural JSON output. The same interface writes XML-RPC values: whatever is written through it
// works on every protocol.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codec/open_keys.h"

namespace gateway::codec {

// Appends to a string that the caller owns. Commas are placed by themselves; balance is the
// caller's.
//
// An object gets no key twice. At the second one the text ends, so that no parser reads it, and
// everything that is written from then on is dropped: a text with refused() must not be sent.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(&out) {}
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  void BeginObject();
  void EndObject();
  void BeginArray() { Open('['); }
  void EndArray() { Close(']'); }
  // Name of the next member.
  void Key(std::string_view name);
  // The first key that its object had already.
  const std::optional<std::string>& refused() const { return keys_.refused(); }

  void Text(std::string_view text);
  void Integer(std::int64_t value);
  // Plain decimal, verbatim.
  void Decimal(std::string_view digits);
  void Boolean(bool value);
  // Not for requests: XML-RPC has none.
  void Null();
  // Raw bytes, as base64 text.
  void Binary(std::string_view bytes);

 private:
  void Open(char bracket);
  void Close(char bracket);
  void Separate();
  void Quote(std::string_view text);
  void Escape(std::string_view text);

  std::string* out_;
  bool first_ = true;
  OpenKeys keys_;
};

}  // namespace gateway::codec
