// What the contract's options say about Odoo, in words, for `odoogw describe`.
//
//   OdooNote(*field) == "many2one to res.partner, needed on create"
//
// Each function gives an empty text where the descriptor carries no rule. Pure functions; safe from
// any thread.
#ifndef ODOOGW_ODOO_NOTES_H_
#define ODOOGW_ODOO_NOTES_H_

#include <string>

#include "google/protobuf/descriptor.h"

namespace odoogw {

std::string OdooNote(const google::protobuf::ServiceDescriptor& service);
std::string OdooNote(const google::protobuf::MethodDescriptor& method);
std::string OdooNote(const google::protobuf::Descriptor& message);
// The fields of values and filter messages take the rule of their record message's field with the
// same number.
std::string OdooNote(const google::protobuf::FieldDescriptor& field);
std::string OdooNote(const google::protobuf::EnumValueDescriptor& value);

// Whether the contract says that the method only reads.
bool OnlyReads(const google::protobuf::MethodDescriptor& method);

}  // namespace odoogw

#endif  // ODOOGW_ODOO_NOTES_H_
