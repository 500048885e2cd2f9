// Structural JSON output. The same interface writes XML-RPC values: whatever is written through it
// works on every protocol.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gateway::codec {

// Appends to a string that the caller owns. Commas are placed by themselves; balance is the
// caller's.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  void BeginObject() { Open('{'); }
  void EndObject() { Close('}'); }
  void BeginArray() { Open('['); }
  void EndArray() { Close(']'); }
  // Name of the next member.
  void Key(std::string_view name);

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

  std::string& out_;
  bool first_ = true;
};

}  // namespace gateway::codec
