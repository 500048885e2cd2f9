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
constexpr std::size_t kMaxNamed = 10000;
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
    model_ = {};
    check_.Field(odoo_name);
  }
  void Text(std::string_view) {}
  void Integer(std::int64_t) {}
  void Decimal(std::string_view) {}
  void Boolean(bool) {}
  void Binary(std::string_view) {}
  void Empty() {
    if (NeedsCompany()) RefuseNoCompany();
  }
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
  void Set(const std::vector<codec::Reference>& references) {
    if (NeedsCompany() && references.empty()) RefuseNoCompany();
    NoteAll(references, ".refs");
  }
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
      if (references[i].external_id.empty() && !IsBound()) continue;
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
    const auto path = [&] { return problems_.Path() + std::string(suffix); };
    if (!reference.external_id.empty()) {
      planning_.references.Add(reference.external_id, model_, path);
    } else if (IsBound() && !NeedsCompany() && codec::IsId(reference.id)) {
      planning_.named.Add(reference.id, model_, path);
    }
  }

  // To companies: the caller then refers to nothing outside them, because Odoo copies from what
  // records refer to, and gives records to no other company.
  bool IsBound() const { return !plan_.companies.empty(); }
  bool NeedsCompany() const { return model_ == "res.company" && IsBound(); }
  bool IsOwnCompany(const codec::Reference& reference) const {
    return std::ranges::find(plan_.companies, reference.id) != plan_.companies.end();
  }
  void RefuseNoCompany() {
    problems_.Add(Reason::kCallerNotAllowed,
                  "Without a company, every company shares the record, which the caller's policy "
                  "does not permit: name one of the caller's companies, or leave the field out.");
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

NamedRecords::Record* NamedList::Noted(std::int64_t id, std::string_view model) {
  auto places = known_.find(model);
  if (places == known_.end()) {
    places = known_.emplace(model, Places{plan_.named.size(), {}}).first;
    plan_.named.push_back({std::string(model), {}});
  }
  auto& records = plan_.named[places->second.model].records;
  auto at = places->second.records.find(id);
  if (at == places->second.records.end()) {
    if (count_ == kMaxNamed) return nullptr;
    ++count_;
    at = places->second.records.emplace(id, records.size()).first;
    records.push_back({id, {}});
  }
  return &records[at->second];
}

void NamedList::RefuseMore(std::string path) {
  problems_.AddAt(std::move(path), Reason::kInvalidReference,
                  "References to more than 10,000 different records in one call; use several "
                  "calls.");
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
