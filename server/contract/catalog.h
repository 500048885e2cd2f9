// Contracts, compiled: immutable tables that everything behind the edge is driven by.
//
// Built once at start from descriptors with odoo.contract.v1 options (see compiler.h), then shared
// by all threads without locks. Pointers between the tables stay valid as long as the Catalog.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/operation.h"

namespace google::protobuf {
class DescriptorPool;
}

namespace gateway::contract {

struct Record;
struct Values;

// As odoo.contract.v1.Type, same numbers.
enum class Type : std::uint8_t {
  kUnspecified = 0,
  kChar = 1,
  kText = 2,
  kHtml = 3,
  kInteger = 4,
  kFloat = 5,
  kMonetary = 6,
  kBoolean = 7,
  kDate = 8,
  kDatetime = 9,
  kSelection = 10,
  kMany2one = 11,
  kOne2many = 12,
  kMany2many = 13,
  kBinary = 14,
};

// Odoo's name of a type, for example "many2one".
std::string_view TypeName(Type type);

// How a field stands in a message. Decides the codec.
enum class Shape : std::uint8_t {
  kText,      // string: char, text, html, selection keys
  kInteger,   // int32, int64
  kDecimal,   // string in plain decimal notation
  kBoolean,   // bool
  kDate,      // odoo.type.v1.Date
  kDatetime,  // google.protobuf.Timestamp
  kEnum,      // enum with selection keys
  kRef,       // odoo.type.v1.Ref
  kRefs,      // repeated odoo.type.v1.Ref; odoo.type.v1.RefChange in values messages
  kRows,      // repeated record message; a changes message in values messages
  kBinary,    // bytes
};
inline constexpr int kShapeCount = 11;

struct VersionedName {
  std::string name;
  // Inclusive range of major versions; 0: open.
  int since = 0;
  int until = 0;
};

struct Enum {
  std::string full_name;
  // Sorted by number; 0 is never in it.
  std::vector<std::pair<int, std::string>> keys;

  // Empty where the number has no key.
  std::string_view KeyOf(int number) const;
  // 0 where no value has the key.
  int NumberOf(std::string_view key) const;
};

// A field of a record, as the contract states it.
struct Field {
  int number = 0;
  // In the contract.
  std::string name;
  Type type = Type::kUnspecified;
  Shape shape = Shape::kText;
  // Empty: `name` in every version.
  std::vector<VersionedName> names;
  // Model referred to; empty for scalars.
  std::string relation;
  // A create without it is sure to fail, unless one of `required_unless` (numbers in the same
  // message) is present.
  bool required = false;
  std::vector<int> required_unless;
  // Read only where a mask names it.
  bool on_request = false;
  // A later change is refused.
  bool create_only = false;
  // Characters; 0: no limit.
  int max_length = 0;
  // kInteger: the field is int32.
  bool narrow = false;
  // kEnum.
  const Enum* enumeration = nullptr;
  // kRows.
  const Record* rows = nullptr;

  // Name in that major version of Odoo; empty where the version has no such field.
  std::string_view OdooName(int version) const;
};

// Finds items of a vector sorted by `number`. Contract numbers are nearly dense, so the first guess
// is nearly always right.
template <class Item>
const Item* FindByNumber(const std::vector<Item>& items, int number) {
  const auto guess = static_cast<std::size_t>(number) - 1;
  if (guess < items.size() && items[guess].number == number) return &items[guess];
  std::size_t low = 0;
  std::size_t high = items.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (items[middle].number < number) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < items.size() && items[low].number == number ? &items[low] : nullptr;
}

// Numbers that the gateway gives a meaning of its own in every contract.
inline constexpr int kIdNumber = 1;
inline constexpr int kAnyOfNumber = 9996;
inline constexpr int kNoneOfNumber = 9997;
inline constexpr int kExtraFieldsNumber = 9998;
inline constexpr int kClearFieldsNumber = 9999;

// What all contracts together say of the names of one model.
struct ModelNames {
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  // Every name in Odoo, of any version, that a contract has a field for.
  std::unordered_set<std::string, Hash, std::equal_to<>> listed;
  // Fields through which contracts reach the model as rows of another one.
  struct Rows {
    // The model that has the field.
    std::string model;
    const Field* field = nullptr;
  };
  std::vector<Rows> rows_of;
};

// What Odoo answers.
struct Record {
  std::string full_name;
  std::string model;
  // Sorted by number; `id` among them.
  std::vector<Field> fields;
  bool has_extra_fields = false;
  // Of the model; never null.
  const ModelNames* names = nullptr;

  const Field* FindNumber(int number) const { return FindByNumber(fields, number); }
  const Field* FindName(std::string_view name) const;
  // By its name in that major version of Odoo; null if none has it.
  const Field* FindOdooName(std::string_view odoo_name, int version) const;
};

// The part that a values message plays.
enum class Role : std::uint8_t {
  // A record, or rows of one.
  kRecord,
  // The choices of a wizard, which acts on other records; also rows in it.
  kWizard,
};

// A field that may be written.
struct ValuesField {
  int number = 0;
  const Field* field = nullptr;
  // Shape::kRows: what a row may hold.
  const Values* rows = nullptr;
};

// Fields of one values message; presence is a bit set of that size.
inline constexpr int kMaxValuesFields = 512;

struct Values {
  std::string full_name;
  const Record* record = nullptr;
  Role role = Role::kRecord;
  std::vector<ValuesField> fields;
  // Field 1 is the id of the row to update.
  bool has_id = false;
  bool has_extra_fields = false;
  bool has_clear_fields = false;

  const ValuesField* FindNumber(int number) const { return FindByNumber(fields, number); }
  const ValuesField* FindName(std::string_view name) const;
};

// How a field of a filter message is written.
enum class ConditionShape : std::uint8_t {
  kString,
  kInteger,
  kDecimal,
  kBoolean,
  kDate,
  kTimestamp,
  kEnum,
  kRef,
};

struct FilterField {
  int number = 0;
  const Field* field = nullptr;
  ConditionShape shape = ConditionShape::kString;
};

struct Filter {
  std::string full_name;
  const Record* record = nullptr;
  std::vector<FilterField> fields;

  const FilterField* FindNumber(int number) const { return FindByNumber(fields, number); }
};

using base::Operation;

// Fields of requests, known by their names; kChoice by its enum.
enum class RequestRole : std::uint8_t {
  kId,
  kValues,
  kFilter,
  kConditions,
  kOrderBy,
  kPageSize,
  kPageToken,
  kCountTotal,
  kReadMask,
  kOptions,
  kValidateOnly,
  kIds,
  kChoice,
};
inline constexpr int kRequestRoleCount = 13;

// Fields of responses, known by their names.
enum class ResponseRole : std::uint8_t {
  kRecord,
  kRecords,
  kIds,
  kCount,
  kNextPageToken,
  kTotalSize,
  kInfo,
};
inline constexpr int kResponseRoleCount = 7;

// Holds where the field has one of the values.
struct FieldState {
  const Field* field = nullptr;
  // Selection keys, `true` and `false`, decimals as the codec writes them.
  std::vector<std::string> one_of;
};

// A key of Odoo's context: `true`, or the ids of the records.
struct ContextEntry {
  std::string key;
  bool record_ids = false;
};

// A transient record between the records and the method.
struct Wizard {
  // Its model, with what may be written to it: Method::values.
  const Record* record = nullptr;
  // Takes the records; null: they come in the context.
  const Field* records_field = nullptr;
  bool active_records = false;
  struct FixedValue {
    const Field* field = nullptr;
    std::string text;
  };
  std::vector<FixedValue> values;
  // Numbers in Method::values.
  std::vector<int> single_record_fields;
};

// Operation::kCall: what is called, and how one knows that it happened.
struct Action {
  // Of the wizard, where there is one.
  std::string method;
  std::vector<FieldState> preconditions;
  std::vector<FieldState> done_when;
  std::vector<ContextEntry> context;
  std::optional<Wizard> wizard;
  // The request's enum field, and what its values send along, by their number.
  std::string choice_field;
  std::map<int, std::vector<ContextEntry>> choices;
  // What comes of it; null: the record itself is answered.
  const Record* result = nullptr;
};

struct Method {
  // As gRPC names it: "/odoo.sale.v1.SaleOrderService/CreateSaleOrder".
  std::string path;
  // "odoo.sale.v1.SaleOrderService", "CreateSaleOrder".
  std::string service;
  std::string name;
  Operation operation = Operation::kUnspecified;
  // The Odoo app that brings the model; empty: not known.
  std::string module;
  // Of the model that the service stands for.
  const Record* record = nullptr;
  const Values* values = nullptr;
  const Filter* filter = nullptr;
  // Field number by role; 0: the message has no such field.
  std::array<int, kRequestRoleCount> request{};
  std::array<int, kResponseRoleCount> response{};
  // Operation::kCall.
  Action action;

  int number(RequestRole role) const { return request[static_cast<std::size_t>(role)]; }
  int number(ResponseRole role) const { return response[static_cast<std::size_t>(role)]; }
};

// A .proto file as served by reflection.
struct File {
  std::string name;
  // Serialized FileDescriptorProto, with comments.
  std::string bytes;
  std::vector<std::string> dependencies;
};

class Catalog {
 public:
  // Null where no contract has the path.
  const Method* Find(std::string_view path) const;
  const std::vector<std::unique_ptr<Method>>& methods() const { return methods_; }
  // Every model that a record message stands for, each once, sorted.
  const std::vector<std::string>& models() const { return models_; }
  // Full names of the served services, sorted.
  const std::vector<std::string>& services() const { return services_; }
  const std::vector<File>& files() const { return files_; }
  // Every descriptor of the served files. Thread-safe to read.
  const google::protobuf::DescriptorPool& pool() const { return *pool_; }
  // The first record message of a model; null where there is none.
  const Record* RecordOf(std::string_view model) const;

  Catalog(Catalog&&) noexcept;
  Catalog& operator=(Catalog&&) noexcept;
  ~Catalog();

 private:
  friend class Compiler;
  Catalog();

  std::unique_ptr<google::protobuf::DescriptorPool> pool_;
  std::vector<File> files_;
  std::vector<std::unique_ptr<Enum>> enums_;
  std::map<std::string, std::unique_ptr<ModelNames>, std::less<>> names_;
  std::vector<std::unique_ptr<Record>> records_;
  std::vector<std::unique_ptr<Values>> values_;
  std::vector<std::unique_ptr<Filter>> filters_;
  std::vector<std::unique_ptr<Method>> methods_;
  std::unordered_map<std::string_view, const Method*> by_path_;
  std::vector<std::string> models_;
  std::vector<std::string> services_;
};

}  // namespace gateway::contract
