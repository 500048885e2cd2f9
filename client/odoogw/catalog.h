// What a server offers, as descriptors: found by full or short name, fetched when first needed.
//
//   Catalog catalog([&](const auto& request) { return client.Ask(request); });
//   const MethodDescriptor& method = catalog.Method("SaleOrderService.CreateSaleOrder");
//
// Descriptors belong to the catalog and live as long as it does. What the server does not describe
// (details of errors, well-known types) is taken from the files linked into the program. Not
// thread-safe.
#ifndef ODOOGW_CATALOG_H_
#define ODOOGW_CATALOG_H_

#include <string>
#include <variant>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor_database.h"
#include "odoogw/reflection_database.h"

namespace odoogw {

// Anything that can be described.
using Symbol =
    std::variant<const google::protobuf::ServiceDescriptor*,
                 const google::protobuf::MethodDescriptor*, const google::protobuf::Descriptor*,
                 const google::protobuf::EnumDescriptor*>;

class Catalog {
 public:
  explicit Catalog(ReflectionDatabase::Ask ask);

  // Full names, sorted.
  std::vector<std::string> ServiceNames();

  // All of these throw Failure where the name fits nothing or several things (a usage failure, with
  // suggestions), or the server cannot be asked.
  const google::protobuf::ServiceDescriptor& Service(const std::string& name);
  // `Service.Method`, `Service/Method`, or the method's name alone where only one service has it.
  const google::protobuf::MethodDescriptor& Method(const std::string& name);
  Symbol Find(const std::string& name);

  const google::protobuf::DescriptorPool& pool() const { return pool_; }

 private:
  std::vector<const google::protobuf::ServiceDescriptor*> DescribedServices();
  std::vector<std::string> MethodNames();
  std::vector<std::string> SymbolNames();

  ReflectionDatabase database_;
  google::protobuf::DescriptorPoolDatabase linked_;
  google::protobuf::MergedDescriptorDatabase merged_;
  google::protobuf::DescriptorPool pool_;
};

}  // namespace odoogw

#endif  // ODOOGW_CATALOG_H_
