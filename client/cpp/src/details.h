// Reads the messages of google.rpc that errors are made of, without generated code for them: a
// program may hold such code already, and protobuf refuses to have a file twice.
#pragma once

#include <cstdint>
#include <string>

#include "google/protobuf/unknown_field_set.h"

namespace odoo_gateway {

// A message by its field numbers. Bytes that are no message read as an empty one.
class Fields {
 public:
  explicit Fields(const std::string& bytes) {
    if (!fields_.ParseFromString(bytes)) fields_.Clear();
  }

  // Calls `visit` with each value of a field of bytes.
  template <class Visit>
  void ForEach(int number, const Visit& visit) const {
    for (int i = 0; i < fields_.field_count(); ++i) {
      const google::protobuf::UnknownField& field = fields_.field(i);
      const bool bytes = field.type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED;
      if (field.number() == number && bytes) visit(field.length_delimited());
    }
  }

  // The last one; empty where there is none.
  std::string Text(int number) const {
    std::string text;
    ForEach(number, [&text](const std::string& value) { text = value; });
    return text;
  }

  std::int64_t Integer(int number) const {
    std::int64_t integer = 0;
    for (int i = 0; i < fields_.field_count(); ++i) {
      const google::protobuf::UnknownField& field = fields_.field(i);
      const bool varint = field.type() == google::protobuf::UnknownField::TYPE_VARINT;
      if (field.number() == number && varint) integer = static_cast<std::int64_t>(field.varint());
    }
    return integer;
  }

 private:
  google::protobuf::UnknownFieldSet fields_;
};

}  // namespace odoo_gateway
