#include "odoogw/json_diagnosis.h"

#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "google/rpc/code.pb.h"
#include "google/rpc/error_details.pb.h"
#include "odoo/error/v1/error.pb.h"
#include "odoogw/json.h"
#include "odoogw/json_syntax.h"
#include "odoogw/names.h"
#include "odoogw/status_details.h"

namespace odoogw {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Struct;
using google::protobuf::Value;
using google::protobuf::util::TypeResolver;
using odoo::error::v1::Reason;
using odoo::error::v1::Violations;

bool IsWellKnown(const Descriptor& type) {
  return type.well_known_type() != Descriptor::WELLKNOWNTYPE_UNSPECIFIED;
}

const FieldDescriptor* FindField(const Descriptor& type, const std::string& key) {
  if (const auto* field = type.FindFieldByName(key)) return field;
  for (int i = 0; i < type.field_count(); ++i) {
    if (type.field(i)->json_name() == key) return type.field(i);
  }
  return nullptr;
}

std::vector<std::string> FieldNames(const Descriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.field_count(); ++i) names.push_back(type.field(i)->name());
  return names;
}

std::vector<std::string> ValueNames(const google::protobuf::EnumDescriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.value_count(); ++i) names.push_back(type.value(i)->name());
  return names;
}

// A copy in the order of keys, so that the same JSON gives the same report.
std::map<std::string, Value> Sorted(const Struct& object) {
  return {object.fields().begin(), object.fields().end()};
}

// Near misses; without any, all names, unless they are too many to read.
std::string ValueHint(const std::string& name, const std::vector<std::string>& names) {
  constexpr std::size_t kMostListed = 12;
  std::string near = DidYouMean(name, names);
  if (!near.empty() || names.size() > kMostListed) return near;
  return absl::StrCat("; it has ", absl::StrJoin(names, ", "));
}

std::string JsonOf(const Value& value) {
  std::string json;
  (void)google::protobuf::util::MessageToJsonString(value, &json);
  return json;
}

const char* ExpectedScalar(FieldDescriptor::CppType type) {
  static const std::map<FieldDescriptor::CppType, const char*> kTexts = {
      {FieldDescriptor::CPPTYPE_INT32, "a whole number of 32 bits"},
      {FieldDescriptor::CPPTYPE_INT64, "a whole number of 64 bits"},
      {FieldDescriptor::CPPTYPE_UINT32, "a whole number of 32 bits, 0 or more"},
      {FieldDescriptor::CPPTYPE_UINT64, "a whole number of 64 bits, 0 or more"},
      {FieldDescriptor::CPPTYPE_DOUBLE, "a number"},
      {FieldDescriptor::CPPTYPE_FLOAT, "a number"},
      {FieldDescriptor::CPPTYPE_BOOL, "true or false"},
      {FieldDescriptor::CPPTYPE_ENUM, "the name of an enum value"},
      {FieldDescriptor::CPPTYPE_STRING, "text in quotes"},
      {FieldDescriptor::CPPTYPE_MESSAGE, "an object"},
  };
  return kTexts.at(type);
}

const char* ExpectedWellKnown(Descriptor::WellKnownType type) {
  static const std::map<Descriptor::WellKnownType, const char*> kTexts = {
      {Descriptor::WELLKNOWNTYPE_TIMESTAMP, "a time such as \"2026-05-17T08:30:00Z\""},
      {Descriptor::WELLKNOWNTYPE_DURATION, "a duration such as \"1.5s\""},
      {Descriptor::WELLKNOWNTYPE_FIELDMASK, "field names such as \"name,partnerId\""},
  };
  const auto found = kTexts.find(type);
  return found == kTexts.end() ? "a value of this type" : found->second;
}

std::string Expected(const FieldDescriptor& field) {
  if (field.type() == FieldDescriptor::TYPE_BYTES) return "base64 text in quotes";
  if (field.message_type() != nullptr && IsWellKnown(*field.message_type())) {
    return ExpectedWellKnown(field.message_type()->well_known_type());
  }
  return ExpectedScalar(field.cpp_type());
}

// Walks a JSON document along the descriptor of its type.
class Diagnosis {
 public:
  explicit Diagnosis(TypeResolver& resolver) : resolver_(resolver) {}

  void CheckMessage(const Descriptor& type, const Struct& object, const std::string& prefix) {
    for (const auto& [key, value] : Sorted(object)) {
      const std::string path = absl::StrCat(prefix, key);
      if (const FieldDescriptor* field = FindField(type, key)) {
        CheckField(*field, value, path);
      } else {
        Add(path, odoo::error::v1::REASON_UNKNOWN_FIELD,
            absl::StrCat(type.name(), " has no such field", DidYouMean(key, FieldNames(type))));
      }
    }
  }

  void Add(const std::string& path, Reason reason, const std::string& message) {
    auto& violation = *violations_.add_violations();
    violation.set_path(path);
    violation.set_reason(reason);
    violation.set_message(message);
  }

  const Violations& violations() const { return violations_; }

 private:
  void CheckField(const FieldDescriptor& field, const Value& value, const std::string& path) {
    if (value.has_null_value()) return;
    if (field.is_map()) return CheckMap(field, value, path);
    if (field.is_repeated()) return CheckList(field, value, path);
    CheckSingle(field, value, path);
  }

  void CheckMap(const FieldDescriptor& field, const Value& value, const std::string& path) {
    if (!value.has_struct_value()) return AddInvalid(path, "an object");
    const FieldDescriptor& entry_value = *field.message_type()->map_value();
    for (const auto& [key, element] : Sorted(value.struct_value())) {
      CheckSingle(entry_value, element, absl::StrCat(path, "[\"", key, "\"]"));
    }
  }

  void CheckList(const FieldDescriptor& field, const Value& value, const std::string& path) {
    if (!value.has_list_value()) return AddInvalid(path, "a list in [ ]");
    for (int i = 0; i < value.list_value().values_size(); ++i) {
      CheckSingle(field, value.list_value().values(i), absl::StrCat(path, "[", i, "]"));
    }
  }

  void CheckSingle(const FieldDescriptor& field, const Value& value, const std::string& path) {
    const Descriptor* type = field.message_type();
    if (type != nullptr && !IsWellKnown(*type) && value.has_struct_value()) {
      return CheckMessage(*type, value.struct_value(), absl::StrCat(path, "."));
    }
    if (Accepts(field, value)) return;
    if (field.enum_type() != nullptr && value.has_string_value()) {
      return AddUnknownValue(*field.enum_type(), value.string_value(), path);
    }
    AddInvalid(path, Expected(field));
  }

  // Whether protobuf takes this value for this field alone.
  bool Accepts(const FieldDescriptor& field, const Value& value) const {
    const std::string element = JsonOf(value);
    const std::string json = absl::StrCat(
        "{\"", field.json_name(), "\":", field.is_repeated() ? "[" + element + "]" : element, "}");
    std::string bytes;
    return google::protobuf::util::JsonToBinaryString(&resolver_, TypeUrl(*field.containing_type()),
                                                      json, &bytes)
        .ok();
  }

  void AddInvalid(const std::string& path, const std::string& expected) {
    Add(path, odoo::error::v1::REASON_INVALID_FIELD_VALUE, absl::StrCat("expected ", expected));
  }

  void AddUnknownValue(const google::protobuf::EnumDescriptor& type, const std::string& name,
                       const std::string& path) {
    Add(path, odoo::error::v1::REASON_INVALID_FIELD_VALUE,
        absl::StrCat(type.name(), " has no value ", name, ValueHint(name, ValueNames(type))));
  }

  TypeResolver& resolver_;
  Violations violations_;
};

Violations Diagnose(TypeResolver& resolver, const Descriptor& type, const std::string& json,
                    const std::string& refusal) {
  Diagnosis diagnosis(resolver);
  if (const auto error = FindSyntaxError(json)) {
    diagnosis.Add(error->position, odoo::error::v1::REASON_MALFORMED_REQUEST, error->message);
    return diagnosis.violations();
  }
  Struct object;
  if (google::protobuf::util::JsonStringToMessage(json, &object).ok()) {
    diagnosis.CheckMessage(type, object, "");
  }
  if (diagnosis.violations().violations().empty()) {
    diagnosis.Add("", odoo::error::v1::REASON_MALFORMED_REQUEST, refusal);
  }
  return diagnosis.violations();
}

google::rpc::BadRequest AsBadRequest(const Violations& violations) {
  google::rpc::BadRequest bad_request;
  for (const auto& violation : violations.violations()) {
    auto& field = *bad_request.add_field_violations();
    field.set_field(violation.path());
    field.set_description(violation.message());
  }
  return bad_request;
}

google::rpc::ErrorInfo AsErrorInfo(const Violations& violations) {
  google::rpc::ErrorInfo info;
  info.set_domain("odoogw");
  info.set_reason(ReasonName(violations.violations(0).reason()));
  return info;
}

}  // namespace

google::rpc::Status DiagnoseJson(TypeResolver& resolver, const Descriptor& type,
                                 const std::string& json, const std::string& refusal) {
  const Violations violations = Diagnose(resolver, type, json, refusal);
  google::rpc::Status status;
  status.set_code(google::rpc::INVALID_ARGUMENT);
  status.set_message(absl::StrCat("the JSON does not fit ", type.full_name()));
  status.add_details()->PackFrom(AsErrorInfo(violations));
  status.add_details()->PackFrom(AsBadRequest(violations));
  status.add_details()->PackFrom(violations);
  return status;
}

}  // namespace odoogw
