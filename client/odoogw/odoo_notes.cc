#include "odoogw/odoo_notes.h"

#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "odoo/contract/v1/options.pb.h"

namespace odoogw {
namespace {

namespace contract = odoo::contract::v1;
using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

// "OPERATION_BATCH_CREATE" as "batch create".
std::string InWords(const std::string& name, const char* prefix) {
  const std::string words = absl::AsciiStrToLower(absl::StripPrefix(name, prefix));
  return absl::StrReplaceAll(words, {{"_", " "}});
}

using FieldStates = google::protobuf::RepeatedPtrField<contract::FieldState>;

// `, done when state is sale or done and active is true`
std::string StateWords(const char* what, const FieldStates& states) {
  std::vector<std::string> words;
  for (const contract::FieldState& state : states) {
    words.push_back(absl::StrCat(state.field(), " is ", absl::StrJoin(state.one_of(), " or ")));
  }
  return words.empty() ? std::string()
                       : absl::StrCat(", ", what, " ", absl::StrJoin(words, " and "));
}

std::string CallWords(const contract::MethodRule& rule) {
  return absl::StrCat("calls ", rule.odoo_method(), rule.has_wizard() ? " of a wizard" : "",
                      StateWords("if", rule.preconditions()),
                      StateWords("done when", rule.done_when()));
}

std::string VersionWords(const contract::VersionedName& name) {
  std::string words = name.name();
  if (name.since() != 0) absl::StrAppend(&words, " from ", name.since());
  if (name.until() != 0) absl::StrAppend(&words, " until ", name.until());
  return words;
}

std::string NameWords(const contract::FieldRule& rule) {
  std::vector<std::string> names;
  for (const auto& name : rule.names()) names.push_back(VersionWords(name));
  return absl::StrCat("named ", absl::StrJoin(names, ", "));
}

std::string RequiredWords(const contract::RequiredRule& rule) {
  if (rule.unless_set().empty()) return "needed on create";
  return absl::StrCat("needed on create unless ", absl::StrJoin(rule.unless_set(), " or "),
                      " is set");
}

std::string TypeWords(const contract::FieldRule& rule) {
  const std::string type = InWords(contract::Type_Name(rule.type()), "TYPE_");
  return rule.relation().empty() ? type : absl::StrCat(type, " to ", rule.relation());
}

std::string FieldWords(const contract::FieldRule& rule) {
  std::vector<std::string> words = {TypeWords(rule)};
  if (!rule.names().empty()) words.push_back(NameWords(rule));
  if (rule.has_required()) words.push_back(RequiredWords(rule.required()));
  if (rule.create_only()) words.push_back("written on create only");
  if (rule.on_request()) words.push_back("read only where read_mask names it");
  if (rule.max_length() != 0)
    words.push_back(absl::StrCat("at most ", rule.max_length(), " characters"));
  return absl::StrJoin(words, ", ");
}

// The field that carries the rule of `field`: itself, or that of the record message. Null where
// there is none.
const FieldDescriptor* FieldWithRule(const FieldDescriptor& field) {
  if (field.options().HasExtension(contract::field)) return &field;
  const Descriptor& message = *field.containing_type();
  const std::string& record = message.options().GetExtension(contract::message).record();
  if (record.empty()) return nullptr;
  const auto* record_message = message.file()->pool()->FindMessageTypeByName(
      absl::StrCat(message.file()->package(), ".", record));
  return record_message == nullptr ? nullptr : record_message->FindFieldByNumber(field.number());
}

}  // namespace

std::string OdooNote(const ServiceDescriptor& service) {
  const std::string& model = service.options().GetExtension(contract::service).model();
  return model.empty() ? "" : absl::StrCat("model ", model);
}

std::string OdooNote(const MethodDescriptor& method) {
  if (!method.options().HasExtension(contract::method)) return "";
  const auto& rule = method.options().GetExtension(contract::method);
  if (rule.operation() == contract::OPERATION_CALL) return CallWords(rule);
  return InWords(contract::Operation_Name(rule.operation()), "OPERATION_");
}

std::string OdooNote(const Descriptor& message) {
  if (!message.options().HasExtension(contract::message)) return "";
  const auto& rule = message.options().GetExtension(contract::message);
  const std::string kind = InWords(contract::MessageRule::Kind_Name(rule.kind()), "KIND_");
  return absl::StrCat(kind, " of ", rule.model().empty() ? rule.record() : rule.model());
}

std::string OdooNote(const FieldDescriptor& field) {
  const FieldDescriptor* source = FieldWithRule(field);
  if (source == nullptr || !source->options().HasExtension(contract::field)) return "";
  return FieldWords(source->options().GetExtension(contract::field));
}

std::string OdooNote(const EnumValueDescriptor& value) {
  const std::string& key = value.options().GetExtension(contract::enum_value).key();
  return key.empty() ? "" : absl::StrCat("key ", key);
}

bool OnlyReads(const MethodDescriptor& method) {
  static const std::set<contract::Operation> kReads = {
      contract::OPERATION_GET, contract::OPERATION_SEARCH, contract::OPERATION_COUNT};
  return kReads.count(method.options().GetExtension(contract::method).operation()) != 0;
}

}  // namespace odoogw
