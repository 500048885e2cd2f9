// Search conditions, checked and on their way to Odoo's domains.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "codec/rpc_values.h"

namespace gateway::plan {

struct Decimal {
  std::string_view digits;
};

struct Operand;
using Operands = std::vector<Operand>;

// Views point into the request or into the catalog. bool false stands for Odoo's "empty".
struct Operand {
  std::variant<bool, std::int64_t, Decimal, std::string, codec::Reference, Operands> value;
};

struct Leaf {
  // In Odoo's names: `partner_id.country_id.code`.
  std::string path;
  // Odoo's operator; a literal.
  std::string_view op;
  Operand value;
  // Model that references in `value` are of; empty: any.
  std::string relation;
  // Where in the request it stands: `filter.any_of[1].name`.
  std::string request_path;
};

// A tree of conditions. kAnd without children holds for every record.
struct Domain {
  enum class Kind : std::uint8_t { kAnd, kOr, kNot, kLeaf };
  Kind kind = Kind::kAnd;
  // kNot has one.
  std::vector<Domain> children;
  Leaf leaf;
};

inline Domain All(std::vector<Domain> children) {
  return {Domain::Kind::kAnd, std::move(children), {}};
}
inline Domain Any(std::vector<Domain> children) {
  return {Domain::Kind::kOr, std::move(children), {}};
}
inline Domain Not(Domain child) {
  Domain domain{Domain::Kind::kNot, {}, {}};
  domain.children.push_back(std::move(child));
  return domain;
}
inline Domain Where(Leaf leaf) { return {Domain::Kind::kLeaf, {}, std::move(leaf)}; }

// Calls `visit` with every leaf.
template <class Visit>
void ForEachLeaf(const Domain& domain, const Visit& visit) {
  if (domain.kind == Domain::Kind::kLeaf) visit(domain.leaf);
  for (const Domain& child : domain.children) ForEachLeaf(child, visit);
}

template <class Writer>
class DomainWriter {
 public:
  DomainWriter(Writer& out, const codec::ResolvedIds& resolved) : out_(out), resolved_(resolved) {}

  // A list of terms in prefix notation. Terms side by side are joined by "and" in Odoo.
  void Write(const Domain& domain) {
    out_.BeginArray();
    Terms(domain, true);
    out_.EndArray();
  }

 private:
  void Terms(const Domain& domain, bool outermost) {
    switch (domain.kind) {
      case Domain::Kind::kLeaf:
        return Term(domain.leaf);
      case Domain::Kind::kNot:
        out_.Text("!");
        return Terms(domain.children.front(), false);
      case Domain::Kind::kAnd:
        return outermost ? List(domain.children) : Joined("&", domain.children, 1);
      case Domain::Kind::kOr:
        return Joined("|", domain.children, 0);
    }
  }

  void List(const std::vector<Domain>& children) {
    for (const Domain& child : children) Terms(child, false);
  }

  // `neutral` decides an empty list: "and" of nothing holds, "or" of nothing does not.
  void Joined(std::string_view op, const std::vector<Domain>& children, int neutral) {
    if (children.empty()) return Constant(neutral);
    for (std::size_t i = 1; i < children.size(); ++i) out_.Text(op);
    List(children);
  }

  // Odoo's own idiom: (1, '=', 1) and (0, '=', 1).
  void Constant(int left) {
    out_.BeginArray();
    out_.Integer(left);
    out_.Text("=");
    out_.Integer(1);
    out_.EndArray();
  }

  void Term(const Leaf& leaf) {
    out_.BeginArray();
    out_.Text(leaf.path);
    out_.Text(leaf.op);
    Value(leaf.value);
    out_.EndArray();
  }

  void Value(const Operand& operand) {
    std::visit([this](const auto& value) { Scalar(value); }, operand.value);
  }
  void Scalar(bool value) { out_.Boolean(value); }
  void Scalar(std::int64_t value) { out_.Integer(value); }
  void Scalar(const Decimal& value) { out_.Decimal(value.digits); }
  void Scalar(const std::string& value) { out_.Text(value); }
  void Scalar(const codec::Reference& value) { out_.Integer(codec::IdOf(value, resolved_)); }
  void Scalar(const Operands& values) {
    out_.BeginArray();
    for (const Operand& value : values) Value(value);
    out_.EndArray();
  }

  Writer& out_;
  const codec::ResolvedIds& resolved_;
};

}  // namespace gateway::plan
