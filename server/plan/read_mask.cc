// The request's own mask.
#include "plan/mask.h"
#include "plan/planning.h"

namespace gateway::plan {
namespace {

constexpr int kMaxMaskPaths = 500;

// google.protobuf.FieldMask { repeated string paths = 1; }
std::vector<std::string_view> MaskPaths(Planning& planning) {
  std::vector<std::string_view> paths;
  codec::WireField wire;
  codec::WireReader reader(planning.envelope.read_mask.value_or(std::string_view()));
  while (reader.NextTyped(wire, 0)) {
    if (wire.number == 1) paths.push_back(wire.bytes);
  }
  if (reader.malformed()) planning.problems.Malformed();
  if (paths.size() > kMaxMaskPaths) {
    planning.problems.Add(base::Reason::kInvalidFieldValue,
                          "More than 500 paths; name rows whole.");
    paths.clear();
  }
  return paths;
}

}  // namespace

codec::ReadSpec ToRead(Planning& planning) {
  const codec::Problems::Scope scope(planning.problems, "read_mask");
  return ReadOf(*planning.method.record, MaskPaths(planning), planning.target, planning.problems);
}

codec::ReadSpec ToReadBack(const contract::Record& record, Planning& planning) {
  const codec::Problems::Scope scope(planning.problems, "read_mask");
  return MaskedRead(record, MaskPaths(planning), planning.target, planning.problems);
}

}  // namespace gateway::plan
