// What calls do with a model: the one table of operations. Names, rights and rules that hold for an
// operation as a whole are here and nowhere else.
#pragma once

#include <cstdint>
#include <string_view>

namespace gateway::base {

// The first ones are numbered as odoo.contract.v1.Operation; a test compares both.
enum class Operation : std::uint8_t {
  kUnspecified = 0,
  kCreate = 1,
  kGet = 2,
  kSearch = 3,
  kCount = 4,
  kUpdate = 5,
  kDelete = 6,
  kBatchCreate = 7,
  kCall = 8,
  // The gateway's own needs: no contract has them.
  kLookup,
  kConnect,
};
// Those that contracts may have, kUnspecified included.
inline constexpr int kContractOperationCount = 9;
inline constexpr int kOperationCount = kContractOperationCount + 2;

// The four that Odoo's access rights know.
enum class Right : std::uint8_t { kRead, kCreate, kWrite, kUnlink };
inline constexpr int kRightCount = 4;

struct OperationTraits {
  Operation operation;
  // In policies, metrics, logs and the audit log, for example "batch_create".
  std::string_view name;
  // May change something in Odoo: a lost answer is OUTCOME_UNKNOWN, and the call is audited.
  bool writes;
  // Answers or reveals fields of the records it is about: a policy's rule that allows it lets
  // fields be read.
  bool reads;
  // What the integration user needs on the model.
  Right right;
};

const OperationTraits& TraitsOf(Operation operation);

inline std::string_view NameOf(Operation operation) { return TraitsOf(operation).name; }
inline bool Writes(Operation operation) { return TraitsOf(operation).writes; }
// Odoo's name, for example "unlink".
std::string_view NameOf(Right right);

}  // namespace gateway::base
