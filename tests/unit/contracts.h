// What tests of the inner rooms share: the built-in contracts, the fields of recorded Odoos, and
// messages from text.
#pragma once

#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "contract/compiler.h"
#include "repository.h"
#include "schema/schema.h"

namespace gateway::test {

using Json = nlohmann::ordered_json;
namespace pb = google::protobuf;

inline std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline void WriteFile(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

inline const contract::Catalog& BuiltIn() {
  static const auto compiled =
      contract::Compile({{"built-in", std::string(contract::BuiltInDescriptorSet())}});
  return std::get<contract::Catalog>(compiled);
}

// "CreatePartner": names of built-in methods differ.
inline const contract::Method& MethodNamed(std::string_view name) {
  for (const auto& method : BuiltIn().methods()) {
    if (method->name == name) return *method;
  }
  ADD_FAILURE() << "no method " << name;
  return *BuiltIn().methods().front();
}

inline std::unique_ptr<pb::Message> NewMessage(const pb::Descriptor& type) {
  static pb::DynamicMessageFactory factory;
  return std::unique_ptr<pb::Message>(factory.GetPrototype(&type)->New());
}

inline std::unique_ptr<pb::Message> NewMessage(const std::string& full_name) {
  return NewMessage(*BuiltIn().pool().FindMessageTypeByName(full_name));
}

inline const pb::MethodDescriptor& DescriptorOf(const contract::Method& method) {
  return *BuiltIn().pool().FindMethodByName(method.service + "." + method.name);
}

// The request of a method from text format, as bytes.
inline std::string RequestBytes(const contract::Method& method, const std::string& text) {
  const auto message = NewMessage(*DescriptorOf(method).input_type());
  EXPECT_TRUE(pb::TextFormat::ParseFromString(text, message.get())) << text;
  return message->SerializeAsString();
}

inline std::string MessageBytes(const std::string& full_name, const std::string& text) {
  const auto message = NewMessage(full_name);
  EXPECT_TRUE(pb::TextFormat::ParseFromString(text, message.get())) << text;
  return message->SerializeAsString();
}

// A message as JSON, with the names of the contract.
inline Json ToJson(const pb::Message& message) {
  pb::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  EXPECT_TRUE(pb::util::MessageToJsonString(message, &text, options).ok());
  return Json::parse(text);
}

// `fields_get` of a model as a recorded Odoo answered it; null where it was not recorded.
inline Json RecordedFields(int version, const std::string& model) {
  const auto path =
      RepositoryRoot() / "proto/fields" / (std::to_string(version) + ".0") / (model + ".json");
  return std::filesystem::exists(path) ? Json::parse(ReadFile(path)) : Json();
}

}  // namespace gateway::test
