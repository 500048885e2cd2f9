// Compiles descriptor sets into a Catalog, or lists everything that is wrong with them.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "contract/catalog.h"

namespace gateway::contract {

// A serialized google.protobuf.FileDescriptorSet and the name to report it by.
struct DescriptorSet {
  std::string source;
  std::string bytes;
};

// The contracts that come with the gateway. Valid for the life of the process.
std::string_view BuiltInDescriptorSet();

// One line per mistake: where (file or full name), what, and what to do.
using Mistakes = std::vector<std::string>;

// Sets may repeat files of earlier ones: the file loaded first wins if it holds all that the later
// one does (an older copy of a shared file is fine), otherwise that is a mistake. Sets made by
// protoc (--include_imports) and by buf both work.
std::variant<Catalog, Mistakes> Compile(const std::vector<DescriptorSet>& sets);

// The catalog for people: every method with what it stands for, every field with type and names per
// version.
std::string Dump(const Catalog& catalog);

}  // namespace gateway::contract
