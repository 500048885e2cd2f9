// What Odoo has to be asked about before a call: external ids, and rows that an update names.
#include "plan/permit.h"
#include "plan/planning.h"

namespace gateway::plan {
namespace {

using codec::Problems;

class ReferenceCollector {
 public:
  explicit ReferenceCollector(Planning& planning)
      : plan_(planning.plan),
        problems_(planning.problems),
        check_(planning.permit, planning.method.values, planning.target.version,
               planning.problems) {}

  void BeginRecord(std::string_view) {}
  void EndRecord() {}
  void Field(std::string_view odoo_name) {
    field_ = odoo_name;
    check_.Field(odoo_name);
  }
  void Text(std::string_view) {}
  void Integer(std::int64_t) {}
  void Decimal(std::string_view) {}
  void Boolean(bool) {}
  void Binary(std::string_view) {}
  void Empty() {}
  void BeginRows() {
    steps_.push_back({std::string(field_), 0});
    check_.BeginRows();
  }
  void EndRows() {
    steps_.pop_back();
    check_.EndRows();
  }
  void BeginRow(std::int64_t id) { NoteRow(id, ".id"); }
  void EndRow() {}
  void DeleteRow(std::int64_t id) {
    NoteRow(id, "");
    check_.DeleteRow();
  }
  void Relation(std::string_view model) { model_ = model; }
  void One(const codec::Reference& reference) { Note(reference, ""); }
  void Set(const std::vector<codec::Reference>& references) { NoteAll(references, ".refs"); }
  void Delta(const std::vector<codec::Reference>& add,
             const std::vector<codec::Reference>& remove) {
    NoteAll(add, ".add");
    NoteAll(remove, ".remove");
  }

 private:
  void NoteAll(const std::vector<codec::Reference>& references, std::string_view list) {
    for (std::size_t i = 0; i < references.size(); ++i) {
      Note(references[i], std::string(list) + "[" + std::to_string(i) + "]");
    }
  }
  void Note(const codec::Reference& reference, std::string_view suffix) {
    if (reference.external_id.empty()) return;
    plan_.references.push_back({std::string(reference.external_id), std::string(model_),
                                problems_.Path() + std::string(suffix)});
  }
  void NoteRow(std::int64_t id, std::string_view suffix) {
    steps_.back().id = id;
    if (id != 0) plan_.rows.push_back({steps_, problems_.Path() + std::string(suffix)});
  }

  Plan& plan_;
  const Problems& problems_;
  WriteCheck check_;
  std::string_view field_;
  std::vector<OwnedRow::Step> steps_;
  std::string_view model_;
};

void CollectFrom(const Operand& operand, const Leaf& leaf, Plan& plan) {
  if (const auto* reference = std::get_if<codec::Reference>(&operand.value)) {
    if (!reference->external_id.empty()) {
      plan.references.push_back(
          {std::string(reference->external_id), leaf.relation, operand.request_path});
    }
  } else if (const auto* list = std::get_if<Operands>(&operand.value)) {
    for (const Operand& element : *list) CollectFrom(element, leaf, plan);
  }
}

}  // namespace

void CheckValues(std::string_view values, codec::WriteMode mode, Planning& planning) {
  ReferenceCollector collector(planning);
  codec::ValuesWalk<ReferenceCollector>(planning.target, planning.problems, collector)
      .Walk(*planning.method.values, values, mode);
}

void CollectReferences(const Domain& domain, Plan& plan) {
  ForEachLeaf(domain, [&plan](const Leaf& leaf) { CollectFrom(leaf.value, leaf, plan); });
}

}  // namespace gateway::plan
