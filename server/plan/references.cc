// What Odoo has to be asked about before a call: external ids, and rows that an update names.
#include <algorithm>
#include <set>

#include "plan/permit.h"
#include "plan/planning.h"

namespace gateway::plan {
namespace {

using base::Reason;
using codec::Problems;

// A look-up each.
constexpr std::size_t kMostExternalIds = 100;
// Each costs far more than its bytes in the request, here and where rows are looked up.
constexpr std::size_t kMostRows = 10000;

class ReferenceCollector {
 public:
  explicit ReferenceCollector(Planning& planning)
      : planning_(planning),
        plan_(planning.plan),
        problems_(planning.problems),
        check_(planning.permit, planning.method.values, planning.target.version,
               planning.problems) {}

  void BeginRecord(std::string_view) {}
  void EndRecord() {}
  void Field(std::string_view odoo_name) {
    ++plan_.written;
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
    levels_.push_back({{std::string(field_), 0}, {}});
    check_.BeginRows();
  }
  void EndRows() {
    levels_.pop_back();
    check_.EndRows();
  }
  void BeginRow(std::int64_t id) { NoteRow(id, ".id"); }
  void EndRow() {}
  void DeleteRow(std::int64_t id) {
    if (NoteRow(id, "")) check_.DeleteRow();
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
  // A field of rows: the one that the walk is at, and all that are named.
  struct Level {
    OwnedRow::Step step;
    std::set<std::int64_t> named;
  };

  void NoteAll(const std::vector<codec::Reference>& references, std::string_view list) {
    plan_.written += references.size();
    for (std::size_t i = 0; i < references.size(); ++i) {
      if (references[i].external_id.empty() && !NeedsCompany()) continue;
      Note(references[i], std::string(list) + "[" + std::to_string(i) + "]");
    }
  }
  void Note(const codec::Reference& reference, std::string_view suffix) {
    if (NeedsCompany() && !IsOwnCompany(reference)) {
      problems_.AddAt(problems_.Path() + std::string(suffix), Reason::kCallerNotAllowed,
                      "The caller's policy does not let it name this company: name one of the "
                      "caller's companies by its id.");
      return;
    }
    if (reference.external_id.empty()) return;
    planning_.references.Add(reference.external_id, model_,
                             [&] { return problems_.Path() + std::string(suffix); });
  }

  // A caller that is bound to companies gives records to no other one.
  bool NeedsCompany() const {
    return model_ == "res.company" && planning_.permit != nullptr &&
           !planning_.permit->companies().empty();
  }
  bool IsOwnCompany(const codec::Reference& reference) const {
    const std::vector<std::int64_t>& own = planning_.permit->companies();
    return std::ranges::find(own, reference.id) != own.end();
  }

  // False where there are too many already.
  bool NoteRow(std::int64_t id, std::string_view suffix) {
    levels_.back().step.id = id;
    if (++planning_.rows > kMostRows) {
      RefuseRowsOnce();
      return false;
    }
    if (id == 0) return true;
    std::string path = problems_.Path() + std::string(suffix);
    if (levels_.back().named.insert(id).second) {
      plan_.rows.push_back({Steps(), std::move(path)});
    } else {
      problems_.AddAt(std::move(path), Reason::kInvalidReference,
                      "Named twice; name each row once.");
    }
    return true;
  }
  void RefuseRowsOnce() {
    if (planning_.rows != kMostRows + 1) return;
    problems_.Add(
        Reason::kInvalidFieldValue,
        "More than 10,000 rows in one call, those of `delete_ids` included; use several.");
  }

  std::vector<OwnedRow::Step> Steps() const {
    std::vector<OwnedRow::Step> steps;
    steps.reserve(levels_.size());
    for (const Level& level : levels_) steps.push_back(level.step);
    return steps;
  }

  Planning& planning_;
  Plan& plan_;
  Problems& problems_;
  WriteCheck check_;
  std::string_view field_;
  std::vector<Level> levels_;
  std::string_view model_;
};

void CollectFrom(const Operand& operand, const Leaf& leaf, Planning& planning) {
  if (const auto* reference = std::get_if<codec::Reference>(&operand.value)) {
    if (!reference->external_id.empty()) {
      planning.references.Add(reference->external_id, leaf.relation,
                              [&] { return operand.request_path; });
    }
  } else if (const auto* list = std::get_if<Operands>(&operand.value)) {
    for (const Operand& element : *list) CollectFrom(element, leaf, planning);
  }
}

}  // namespace

ExternalReference* ReferenceList::Noted(std::string_view external_id, std::string_view model) {
  auto models = known_.find(external_id);
  if (models == known_.end()) {
    if (known_.size() == kMostExternalIds) return nullptr;
    models = known_.try_emplace(external_id).first;
  }
  auto at = models->second.find(model);
  if (at == models->second.end()) {
    at = models->second.emplace(model, plan_.references.size()).first;
    plan_.references.push_back({std::string(external_id), std::string(model), {}});
  }
  return &plan_.references[at->second];
}

void ReferenceList::RefuseMore(std::string path) {
  problems_.AddAt(std::move(path), Reason::kInvalidReference,
                  "More than 100 different external ids in one call; use several calls, or ids.");
}

void CheckValues(std::string_view values, codec::WriteMode mode, Planning& planning) {
  ReferenceCollector collector(planning);
  codec::ValuesWalk<ReferenceCollector>(planning.target, planning.problems, collector)
      .Walk(*planning.method.values, values, mode);
}

void CollectReferences(const Domain& domain, Planning& planning) {
  ForEachLeaf(domain, [&planning](const Leaf& leaf) { CollectFrom(leaf.value, leaf, planning); });
}

}  // namespace gateway::plan
