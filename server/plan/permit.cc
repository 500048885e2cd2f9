#include "plan/permit.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace gateway::plan {
namespace {

using base::Reason;
using codec::Problems;
using codec::ReadSpec;
using contract::Permit;

constexpr std::string_view kExtraFields = "extra_fields";

ReadSpec PermittedBelow(const Permit& permit, std::string_view model, const std::string& prefix,
                        ReadSpec spec) {
  std::erase_if(spec.fields, [&](const codec::ReadField& entry) {
    return !permit.MayRead(model, prefix + entry.field->name);
  });
  for (codec::ReadField& entry : spec.fields) {
    if (entry.rows == nullptr) continue;
    entry.rows = std::make_shared<const ReadSpec>(
        PermittedBelow(permit, model, prefix + entry.field->name + ".", *entry.rows));
  }
  return spec;
}

}  // namespace

bool CheckRead(const Permit* permit, std::string_view model, std::string_view path,
               Problems& problems) {
  if (permit == nullptr || permit->MayRead(model, path)) return true;
  problems.Add(Reason::kCallerNotAllowed,
               "The caller's policy does not let it read `" + std::string(path) + "` of " +
                   std::string(model) +
                   ": leave it out, or let the operator add a rule, or the field to its "
                   "read_fields.");
  return false;
}

bool CheckWrite(const Permit* permit, std::string_view path, Problems& problems) {
  if (permit == nullptr || permit->MayWrite(path)) return true;
  problems.Add(Reason::kCallerNotAllowed,
               "The caller's policy does not let it write `" + std::string(path) +
                   "`: leave it out, or let the operator add it to write_fields of the rule.");
  return false;
}

bool CheckWriteUnlisted(const Permit* permit, std::string_view path, Problems& problems) {
  if (permit == nullptr || permit->MayWriteUnlisted(path)) return true;
  problems.Add(
      Reason::kCallerNotAllowed,
      "No contract lists `" + std::string(path) +
          "`, so the caller's policy has to name it: leave it out, or let the operator add "
          "it to write_fields of the rule.");
  return false;
}

bool CheckNameSearch(const Permit* permit, std::string_view model, Problems& problems) {
  if (permit == nullptr || permit->MayReadAll(model)) return true;
  problems.Add(
      Reason::kCallerNotAllowed,
      "Odoo chooses itself which fields of " + std::string(model) +
          " this goes by, and the caller's policy does not let it read all of them: name a "
          "field that it may read (`name`, `partner_id.name`), or let the operator add a rule "
          "without read_fields for the model.");
  return false;
}

void CheckMask(const Permit* permit, const contract::Record& record, std::string_view path,
               int version, Problems& problems) {
  const contract::Record* at = &record;
  std::string known;
  for (bool extra = false; !path.empty();) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    const std::string_view name = path.substr(0, dot);
    path.remove_prefix(std::min(dot + 1, path.size()));
    if (!extra && name == kExtraFields) {
      extra = true;
      continue;
    }
    const contract::Field* field = extra ? at->FindOdooName(name, version) : at->FindName(name);
    known += known.empty() ? "" : ".";
    known += field == nullptr ? name : std::string_view(field->name);
    at = field == nullptr ? nullptr : field->rows;
    // What follows a reference is part of it.
    if (at == nullptr) break;
    // By Odoo's name, rows are answered as references.
    if (extra && path.empty()) known += "." + std::string(kDisplayName);
    extra = false;
  }
  CheckRead(permit, record.model, known, problems);
}

ReadSpec Permitted(const Permit* permit, ReadSpec spec) {
  if (permit == nullptr) return spec;
  const std::string& model = spec.record->model;
  return PermittedBelow(*permit, model, {}, std::move(spec));
}

bool RulePath::Step(const Permit* permit, const contract::Record* record,
                    std::string_view odoo_name, std::string_view relation, int version,
                    Problems& problems) {
  if (permit == nullptr) return true;
  const contract::Field* field =
      record == nullptr ? nullptr : record->FindOdooName(odoo_name, version);
  const std::string path =
      prefix_ + (field == nullptr ? std::string(odoo_name) : std::string(field->name));
  if (!CheckRead(permit, model_, path, problems)) return false;
  if (odoo_name == kDisplayName && !CheckNameSearch(permit, model_, problems)) return false;
  const bool rows = field != nullptr && field->rows != nullptr;
  prefix_ = rows ? path + "." : std::string();
  if (!rows) model_ = relation;
  return true;
}

bool RulePath::End(const Permit* permit, Problems& problems) const {
  return prefix_.empty() ||
         CheckRead(permit, model_, prefix_ + std::string(kDisplayName), problems);
}

bool RulePath::EndAtNames(const Permit* permit, Problems& problems) const {
  return CheckNameSearch(permit, model_, problems);
}

void WriteCheck::Field(std::string_view odoo_name) {
  rows_ = nullptr;
  if (permit_ == nullptr) return;
  const Level& level = levels_.back();
  const contract::Record* record = level.values == nullptr ? nullptr : level.values->record;
  const contract::Field* field =
      record == nullptr ? nullptr : record->FindOdooName(odoo_name, version_);
  path_ = level.prefix + (field == nullptr ? std::string(odoo_name) : field->name);
  const contract::ValuesField* entry =
      field == nullptr ? nullptr : level.values->FindName(field->name);
  if (entry != nullptr) rows_ = entry->rows;
  const bool unlisted = field == nullptr && !odoo_name.starts_with("x_");
  unlisted ? CheckWriteUnlisted(permit_, path_, problems_) : CheckWrite(permit_, path_, problems_);
}

void WriteCheck::BeginRows() { levels_.push_back({path_ + ".", rows_}); }

void WriteCheck::EndRows() { levels_.pop_back(); }

// More than any field of a row: only who may write the rows whole may delete some.
void WriteCheck::DeleteRow() {
  CheckWrite(permit_, levels_.back().prefix + "delete_ids", problems_);
}

}  // namespace gateway::plan
