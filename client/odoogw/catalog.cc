#include "odoogw/catalog.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "google/protobuf/descriptor.pb.h"
#include "odoogw/names.h"

namespace odoogw {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::EnumDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

std::optional<Symbol> FindSymbol(const DescriptorPool& pool, const std::string& full_name) {
  if (const auto* service = pool.FindServiceByName(full_name)) return service;
  if (const auto* method = pool.FindMethodByName(full_name)) return method;
  if (const auto* message = pool.FindMessageTypeByName(full_name)) return message;
  if (const auto* enumeration = pool.FindEnumTypeByName(full_name)) return enumeration;
  return std::nullopt;
}

// Collects the full names of everything in a file and the files that it imports, each file once.
class NameCollector {
 public:
  void AddFile(const FileDescriptor& file) {
    if (!files_.insert(&file).second) return;
    for (int i = 0; i < file.service_count(); ++i) AddService(*file.service(i));
    for (int i = 0; i < file.message_type_count(); ++i) AddMessage(*file.message_type(i));
    for (int i = 0; i < file.enum_type_count(); ++i) AddName(*file.enum_type(i));
    for (int i = 0; i < file.dependency_count(); ++i) AddFile(*file.dependency(i));
  }

  std::vector<std::string> TakeNames() && { return std::move(names_); }

 private:
  void AddService(const ServiceDescriptor& service) {
    AddName(service);
    for (int i = 0; i < service.method_count(); ++i) AddName(*service.method(i));
  }

  void AddMessage(const Descriptor& message) {
    if (message.options().map_entry()) return;
    AddName(message);
    for (int i = 0; i < message.nested_type_count(); ++i) AddMessage(*message.nested_type(i));
    for (int i = 0; i < message.enum_type_count(); ++i) AddName(*message.enum_type(i));
  }

  template <typename AnyDescriptor>
  void AddName(const AnyDescriptor& descriptor) {
    names_.push_back(descriptor.full_name());
  }

  std::set<const FileDescriptor*> files_;
  std::vector<std::string> names_;
};

std::vector<std::string> MethodNamesOf(const ServiceDescriptor& service) {
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(service.method_count()));
  for (int i = 0; i < service.method_count(); ++i) {
    names.push_back(service.method(i)->full_name());
  }
  return names;
}

}  // namespace

Catalog::Catalog(ReflectionDatabase::Ask ask)
    : database_(std::move(ask)),
      linked_(*DescriptorPool::generated_pool()),
      merged_(&database_, &linked_),
      pool_(&merged_) {}

std::vector<std::string> Catalog::ServiceNames() {
  std::vector<std::string> names = database_.ListServices();
  std::sort(names.begin(), names.end());
  return names;
}

const ServiceDescriptor& Catalog::Service(const std::string& name) {
  const std::string full_name = ResolveName("service", name, ServiceNames());
  const ServiceDescriptor* service = pool_.FindServiceByName(full_name);
  database_.CheckStream();
  if (service == nullptr) {
    throw UsageFailure(absl::StrCat("the server lists ", full_name, " but does not describe it"));
  }
  return *service;
}

const MethodDescriptor& Catalog::Method(const std::string& name) {
  const std::string dotted = absl::StrReplaceAll(name, {{"/", "."}});
  const std::size_t dot = dotted.rfind('.');
  const std::vector<std::string> candidates =
      dot == std::string::npos ? MethodNames() : MethodNamesOf(Service(dotted.substr(0, dot)));
  const std::string method = dot == std::string::npos ? dotted : dotted.substr(dot + 1);
  return *pool_.FindMethodByName(ResolveName("method", method, candidates));
}

Symbol Catalog::Find(const std::string& name) {
  const std::string dotted = absl::StrReplaceAll(name, {{"/", "."}});
  auto symbol = FindSymbol(pool_, dotted);
  if (!symbol) {
    database_.CheckStream();
    symbol =
        FindSymbol(pool_, ResolveName("service, method, message or enum", dotted, SymbolNames()));
  }
  if (!symbol)
    throw UsageFailure(absl::StrCat("the server lists ", dotted, " but does not describe it"));
  return *symbol;
}

std::vector<const ServiceDescriptor*> Catalog::DescribedServices() {
  std::vector<const ServiceDescriptor*> services;
  for (const std::string& name : ServiceNames()) {
    if (const auto* service = pool_.FindServiceByName(name)) services.push_back(service);
  }
  database_.CheckStream();
  return services;
}

std::vector<std::string> Catalog::MethodNames() {
  std::vector<std::string> names;
  for (const ServiceDescriptor* service : DescribedServices()) {
    const std::vector<std::string> methods = MethodNamesOf(*service);
    names.insert(names.end(), methods.begin(), methods.end());
  }
  return names;
}

std::vector<std::string> Catalog::SymbolNames() {
  NameCollector collector;
  for (const ServiceDescriptor* service : DescribedServices()) collector.AddFile(*service->file());
  return std::move(collector).TakeNames();
}

}  // namespace odoogw
