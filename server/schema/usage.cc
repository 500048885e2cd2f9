#include "schema/usage.h"

#include <algorithm>
#include <array>

#include "contract/secret_names.h"
#include "schema/fit.h"

namespace gateway::schema {
namespace {

template <std::size_t kCount>
bool Has(const std::array<std::string_view, kCount>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool IsOdoosOwn(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kOwn = {
      "id", "create_uid", "create_date", "write_uid", "write_date", "parent_path"};
  return Has(kOwn, name);
}

// Attachments, activities and messages name the record they belong to by model and id.
bool NamesOwner(std::string_view name) {
  static constexpr std::array<std::string_view, 3> kNames = {"res_model", "res_id", "res_model_id"};
  return Has(kNames, name);
}

// The other end of a field through which a contract reaches the model as rows: `order_id` of
// sale.order.line.
bool IsOwner(const Place& place, std::string_view name) {
  if (NamesOwner(name)) return true;
  const auto& rows = place.record.names->rows_of;
  return std::ranges::any_of(rows, [&](const contract::ModelNames::Rows& entry) {
    const std::string_view field = entry.field->OdooName(place.version);
    const Field* live = place.schema->Find(entry.model, field);
    return live != nullptr && live->inverse == name;
  });
}

// A database's own field, made in Odoo's user interface, which names no record.
bool IsHarmlessInWizard(const Field& live, std::string_view name) {
  return name.starts_with("x_") && live.relation.empty();
}

Verdict JudgeWrite(const Place& place, std::string_view name, const Field& live) {
  if (IsOdoosOwn(name)) return Verdict::kOdoosOwn;
  if (place.record.names->listed.contains(name)) return Verdict::kListed;
  if (live.readonly) return Verdict::kReadOnly;
  if (IsOwner(place, name)) return Verdict::kOwner;
  if (place.role == contract::Role::kWizard && !IsHarmlessInWizard(live, name))
    return Verdict::kWizard;
  return Verdict::kPermitted;
}

// What the contract lists and cannot read in this Odoo (another type), it does not answer: then the
// name is free for reading.
bool AnswersItself(const Place& place, std::string_view name, const Field& live) {
  const contract::Field* listed = place.record.FindOdooName(name, place.version);
  return listed != nullptr && Fits(*listed, live);
}

}  // namespace

Verdict Judge(Use use, const Place& place, std::string_view odoo_name) {
  if (contract::IsSecretName(odoo_name)) return Verdict::kSecret;
  const Field* live =
      place.schema == nullptr ? nullptr : place.schema->Find(place.record.model, odoo_name);
  if (live == nullptr) return Verdict::kUnknown;
  if (use == Use::kCompare) return Verdict::kPermitted;
  if (live->type == contract::Type::kUnspecified) return Verdict::kUnsupported;
  if (use == Use::kWrite) return JudgeWrite(place, odoo_name, *live);
  return AnswersItself(place, odoo_name, *live) ? Verdict::kListed : Verdict::kPermitted;
}

std::string Explain(Verdict verdict, Use use, const Place& place, std::string_view odoo_name) {
  static constexpr std::array<std::string_view, kVerdictCount> kTexts = {
      "",
      "The connected Odoo has no field of this name on the model; check the spelling, or leave it "
      "out.",
      "The gateway has no form for fields of this type; leave it out.",
      "The gateway does not expose fields that hold secrets; leave it out.",
      "Only Odoo sets this field; leave it out.",
      "The contract lists this field: use its own place in the message. If the message does not "
      "offer "
      "it, callers cannot write it.",
      "Odoo marks this field as read-only; leave it out, or write it with a contract of your own "
      "that lists it.",
      "This field ties the record to the one it belongs to, which does not change; leave it out.",
      "A wizard takes what its contract lists, and besides it only fields `x_...` that refer to no "
      "record; leave it out."};
  const contract::Field* listed = place.record.FindOdooName(odoo_name, place.version);
  const bool own = verdict == Verdict::kListed && listed != nullptr;
  if (own && use == Use::kRead)
    return "The contract lists this field: use `" + listed->name + "` without `extra_fields`.";
  std::string text(kTexts[static_cast<std::size_t>(verdict)]);
  return own ? "`" + listed->name + "`: " + text : text;
}

}  // namespace gateway::schema
