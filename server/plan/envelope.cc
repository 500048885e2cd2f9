// A request's own fields, by the role that the contract gave their numbers.
#include <algorithm>
#include <array>

#include "plan/planning.h"

namespace gateway::plan {
namespace {

using base::Reason;
using codec::WireField;
using codec::WireReader;
using codec::WireType;

using Put = bool (*)(Envelope&, const WireField&);

template <auto Member>
bool PutInteger(Envelope& envelope, const WireField& wire) {
  using Integer = std::remove_reference_t<decltype(envelope.*Member)>;
  envelope.*Member = static_cast<Integer>(wire.integer);
  return true;
}

// int32 on the wire is sign-extended; what does not fit is cut as protobuf cuts it.
bool PutPageSize(Envelope& envelope, const WireField& wire) {
  envelope.page_size = static_cast<std::int32_t>(wire.integer);
  return true;
}

template <auto Member>
bool PutBytes(Envelope& envelope, const WireField& wire) {
  envelope.*Member = wire.bytes;
  return true;
}

// More than any limit on elements: what is beyond is refused anyway, and not kept until then.
constexpr std::size_t kMostKept = 10001;

template <auto Member>
bool Append(Envelope& envelope, const WireField& wire) {
  auto& list = envelope.*Member;
  if (list.size() < kMostKept) list.push_back(wire.bytes);
  return true;
}

// A message that comes in pieces would have to be joined; no client sends it so, and the last
// piece alone would mean something else.
template <auto Member>
bool PutOnce(Envelope& envelope, const WireField& wire) {
  const bool first = !(envelope.*Member).has_value();
  envelope.*Member = wire.bytes;
  return first;
}

bool AppendIds(Envelope& envelope, const WireField& wire) {
  return codec::ForEachVarint(wire, [&envelope](std::uint64_t id) {
    if (envelope.ids.size() < kMostKept) envelope.ids.push_back(static_cast<std::int64_t>(id));
  });
}

struct RoleReader {
  bool varint;
  bool bytes;
  // False: the bytes are not what the role says.
  Put put;
};

// By contract::RequestRole.
constexpr std::array<RoleReader, contract::kRequestRoleCount> kReaders = {{
    {true, false, PutInteger<&Envelope::id>},
    {false, true, Append<&Envelope::values>},
    {false, true, PutOnce<&Envelope::filter>},
    {false, true, Append<&Envelope::conditions>},
    {false, true, Append<&Envelope::order_by>},
    {true, false, PutPageSize},
    {false, true, PutBytes<&Envelope::page_token>},
    {true, false, PutInteger<&Envelope::count_total>},
    {false, true, PutOnce<&Envelope::read_mask>},
    {false, true, PutOnce<&Envelope::options>},
    {true, false, PutInteger<&Envelope::validate_only>},
    {true, true, AppendIds},
    {true, false, PutInteger<&Envelope::choice>},
}};

bool Take(const WireField& wire, Planning& planning) {
  const auto begin = planning.method.request.begin();
  const auto found = std::find(begin, planning.method.request.end(), wire.number);
  if (found == planning.method.request.end()) {
    planning.problems.AddBelow(
        "#" + std::to_string(wire.number), Reason::kUnknownField,
        "The request has no field with this number; use stubs of the version that the "
        "gateway serves.");
    return true;
  }
  const RoleReader& reader = kReaders[static_cast<std::size_t>(found - begin)];
  const bool fits = (wire.type == WireType::kVarint && reader.varint) ||
                    (wire.type == WireType::kBytes && reader.bytes);
  return fits && reader.put(planning.envelope, wire);
}

}  // namespace

bool ReadEnvelope(Planning& planning) {
  WireField wire;
  WireReader reader(*planning.plan.request);
  bool good = true;
  while (reader.Next(wire)) good = Take(wire, planning) && good;
  good = good && !reader.malformed();
  if (!good) planning.problems.Malformed();
  return good;
}

}  // namespace gateway::plan
