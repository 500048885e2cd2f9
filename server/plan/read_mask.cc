// The request's own mask.
#include "plan/mask.h"
#include "plan/permit.h"
#include "plan/planning.h"

namespace gateway::plan {
namespace {

constexpr std::size_t kMaxMaskPaths = 500;

// google.protobuf.FieldMask { repeated string paths = 1; }
std::vector<std::string_view> MaskPaths(Planning& planning) {
  std::vector<std::string_view> paths;
  codec::WireField wire;
  codec::WireReader reader(planning.envelope.read_mask.value_or(std::string_view()));
  while (paths.size() <= kMaxMaskPaths && reader.NextTyped(wire, 0)) {
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

// The fields that the mask names must be permitted; of all others, those that are not are left out.
template <auto Choose>
codec::ReadSpec Chosen(const contract::Record& record, Planning& planning) {
  const codec::Problems::Scope scope(planning.problems, "read_mask");
  const std::vector<std::string_view> paths = MaskPaths(planning);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const codec::Problems::Scope path(planning.problems, "paths", static_cast<int>(i));
    CheckMask(planning.permit, record, paths[i], planning.target.version, planning.problems);
  }
  return Permitted(planning.permit, Choose(record, paths, planning.target, planning.problems));
}

}  // namespace

codec::ReadSpec ToRead(Planning& planning) {
  codec::ReadSpec read = Chosen<ReadOf>(*planning.method.record, planning);
  // Odoo reads nothing for no fields, and answers ids that do not exist.
  if (read.empty()) read.witness = "display_name";
  return read;
}

codec::ReadSpec ToReadBack(const contract::Record& record, Planning& planning) {
  return Chosen<MaskedRead>(record, planning);
}

}  // namespace gateway::plan
