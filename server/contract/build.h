// Private to this room: the steps of compilation, in their order, over one shared state.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <google/protobuf/descriptor.h>

#include "contract/compiler.h"
#include "odoo/contract/v1/options.pb.h"

namespace gateway::contract {

namespace pb = google::protobuf;
namespace options = odoo::contract::v1;

// The tables under construction. Whoever finds a mistake notes it and goes on, so that all are
// listed at once.
struct Build {
  std::unique_ptr<pb::DescriptorPool> pool = std::make_unique<pb::DescriptorPool>();
  std::vector<File> files;
  std::vector<std::unique_ptr<Enum>> enums;
  // By model.
  std::map<std::string, std::unique_ptr<ModelNames>, std::less<>> names;
  std::vector<std::unique_ptr<Record>> records;
  std::vector<std::unique_ptr<Values>> values;
  std::vector<std::unique_ptr<Filter>> filters;
  std::vector<std::unique_ptr<Method>> methods;
  // In the order of names, so that every run finds the same.
  struct ByName {
    bool operator()(const pb::Descriptor* a, const pb::Descriptor* b) const {
      return a != nullptr && b != nullptr ? a->full_name() < b->full_name() : a < b;
    }
  };
  template <class Item>
  using ByMessage = std::map<const pb::Descriptor*, Item*, ByName>;
  ByMessage<Record> record_of;
  ByMessage<Values> values_of;
  ByMessage<Filter> filter_of;
  Mistakes mistakes;

  void Note(std::string_view where, std::string_view what);
};

// Descriptor sets into `pool` and `files`.
void LoadFiles(const std::vector<DescriptorSet>& sets, Build& build);
// Messages with (odoo.contract.v1.message) into records, values and filters.
void CompileMessages(Build& build);
// RPCs of services with (odoo.contract.v1.service) into methods. Needs the messages.
void CompileMethods(Build& build);
// Odoo's names of all fields: gathered by model, and checked. Needs the messages.
void CompileNames(Build& build);

// What a call does and how one knows that it happened, into `method`. Notes rules of calls at other
// operations.
void CompileAction(const pb::MethodDescriptor& descriptor, const options::MethodRule& rule,
                   Build& build, Method& method);

std::vector<ContextEntry> ContextOf(const pb::RepeatedPtrField<options::ContextEntry>& entries);

// How a field is written in proto, in one word or two: "string", "repeated odoo.type.v1.Ref",
// "enum".
std::string FormOf(const pb::FieldDescriptor& field);

// The rule of a message; nothing where it has none.
std::optional<options::MessageRule> RuleOf(const pb::Descriptor& message);

// Calls `visit` with every message of the file, nested ones too.
template <class Visit>
void ForEachMessage(const pb::FileDescriptor& file, const Visit& visit) {
  const auto descend = [&visit](const auto& self, const pb::Descriptor& message) -> void {
    visit(message);
    for (int i = 0; i < message.nested_type_count(); ++i) self(self, *message.nested_type(i));
  };
  for (int i = 0; i < file.message_type_count(); ++i) descend(descend, *file.message_type(i));
}

}  // namespace gateway::contract
