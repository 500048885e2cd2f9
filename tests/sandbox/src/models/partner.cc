// res.partner, its tags, country states and users: names and what follows from the parent.
#include <vector>

#include "base/python.h"
#include "base/text.h"
#include "models/behaviours.h"
#include "orm/crud.h"
#include "orm/records.h"

namespace sandbox {
namespace {

const std::vector<std::string> kAddress{"street", "street2",  "zip",
                                        "city",   "state_id", "country_id"};

class Partner : public Behaviour {
 public:
  Partner() : Behaviour("res.partner") {}

  void PrepareCreate(const Env&, Json& vals) const override {
    // company_type is a view on is_company.
    if (vals.contains("company_type")) vals["is_company"] = vals["company_type"] == "company";
  }

  void BeforeWrite(const Env&, const Ids&, Values& values) const override {
    const auto type = values.find("company_type");
    if (type != values.end()) values["is_company"] = type->second == "company";
  }

  void AfterChange(const Env& env, int64_t id, bool created) const override {
    if (created) TakeAddress(env, id);
    Store(env, id, "commercial_partner_id", Commercial(env, id));
    Store(env, id, "complete_name", DisplayName(env, id));
    Store(env, id, "phone_sanitized", RawValue(env, model(env), id, "phone"));
    // The names of the contacts below contain this one's.
    for (const int64_t child : Children(env, id)) AfterChange(env, child, false);
  }

  std::optional<Json> Computed(const Env& env, int64_t id,
                               const std::string& field) const override {
    if (field == "company_type") return IsCompany(env, id) ? "company" : "person";
    if (field == "currency_id") return RawId(env, env.model("res.company"), env.company(), field);
    if (field == "parent_name") return ParentName(env, id);
    if (field == "commercial_company_name") return CommercialCompany(env, id);
    if (field == "contact_address") return Address(env, id);
    if (field == "sale_order_count") return Orders(env, id);
    if (field == "email_formatted") return FormattedEmail(env, id);
    // One stored picture serves all sizes.
    if (field.starts_with("image_") && field != "image_1920")
      return RawValue(env, model(env), id, "image_1920");
    return std::nullopt;
  }

  std::string DisplayName(const Env& env, int64_t id) const override {
    std::string name = RawText(env, model(env), id, "name");
    if (name.empty()) name = TypeLabel(env, id);
    const int64_t parent = RawId(env, model(env), id, "parent_id");
    if (IsCompany(env, id) ||
        (parent == 0 && RawText(env, model(env), id, "company_name").empty())) {
      return name;
    }
    const std::string company =
        parent != 0 ? CommercialName(env, parent) : RawText(env, model(env), id, "company_name");
    return company + ", " + name;
  }

 private:
  static void Store(const Env& env, int64_t id, const std::string& field, const Json& value) {
    const Values& values = *env.store().Find("res.partner", id);
    const auto stored = values.find(field);
    const bool same = stored != values.end() && stored->second == value;
    if (!same && env.model("res.partner").Has(field)) {
      env.store().Set("res.partner", id, field, value);
    }
  }

  Ids Children(const Env& env, int64_t id) const {
    return env.store().Referring("res.partner", "parent_id", id);
  }

  bool IsCompany(const Env& env, int64_t id) const {
    return python::Truth(RawValue(env, model(env), id, "is_company"));
  }

  // A contact without an address of its own has its company's.
  void TakeAddress(const Env& env, int64_t id) const {
    const int64_t parent = RawId(env, model(env), id, "parent_id");
    if (parent == 0 || RawText(env, model(env), id, "type") != "contact") return;
    for (const std::string& field : kAddress) {
      if (python::Truth(RawValue(env, model(env), id, field))) return;
    }
    for (const std::string& field : kAddress) {
      Store(env, id, field, RawValue(env, model(env), parent, field));
    }
  }

  int64_t Commercial(const Env& env, int64_t id) const {
    const int64_t parent = RawId(env, model(env), id, "parent_id");
    if (IsCompany(env, id) || parent == 0) return id;
    return Commercial(env, parent);
  }

  std::string CommercialName(const Env& env, int64_t id) const {
    return RawText(env, model(env), Commercial(env, id), "name");
  }

  Json ParentName(const Env& env, int64_t id) const {
    const int64_t parent = RawId(env, model(env), id, "parent_id");
    return parent == 0 ? Json(false) : RawValue(env, model(env), parent, "name");
  }

  Json CommercialCompany(const Env& env, int64_t id) const {
    const int64_t commercial = Commercial(env, id);
    if (IsCompany(env, commercial)) return RawValue(env, model(env), commercial, "name");
    return RawValue(env, model(env), id, "company_name");
  }

  Json Orders(const Env& env, int64_t id) const {
    return env.store().Referring("sale.order", "partner_id", id).size();
  }

  Json FormattedEmail(const Env& env, int64_t id) const {
    const std::string email = RawText(env, model(env), id, "email");
    if (email.empty()) return false;
    return "\"" + RawText(env, model(env), id, "name") + "\" <" + email + ">";
  }

  std::string Address(const Env& env, int64_t id) const {
    const auto text = [&](const char* field) { return RawText(env, model(env), id, field); };
    const int64_t country = RawId(env, model(env), id, "country_id");
    const std::string country_name =
        country == 0 ? "" : RawText(env, env.model("res.country"), country, "name");
    return text("street") + "\n" + text("street2") + "\n" + text("zip") + " " + text("city") +
           "\n" + country_name;
  }

  std::string TypeLabel(const Env& env, int64_t id) const {
    const Field& type = *model(env).Find("type");
    const Json value = RawValue(env, model(env), id, "type");
    for (const Json& entry : type.attributes["selection"]) {
      if (entry[0] == value) return entry[1];
    }
    return "";
  }
};

class Category : public Behaviour {
 public:
  Category() : Behaviour("res.partner.category") {}

  std::string DisplayName(const Env& env, int64_t id) const override {
    const std::string name = RawText(env, model(env), id, "name");
    const int64_t parent = RawId(env, model(env), id, "parent_id");
    return parent == 0 ? name : DisplayName(env, parent) + " / " + name;
  }
};

class CountryState : public Behaviour {
 public:
  CountryState() : Behaviour("res.country.state") {}

  std::string DisplayName(const Env& env, int64_t id) const override {
    const int64_t country = RawId(env, model(env), id, "country_id");
    return RawText(env, model(env), id, "name") + " (" +
           RawText(env, env.model("res.country"), country, "code") + ")";
  }
};

// A user lends its name and address from its partner.
class User : public Behaviour {
 public:
  User() : Behaviour("res.users") {}

  std::optional<Json> Computed(const Env& env, int64_t id,
                               const std::string& field) const override {
    if (field == "password") return false;
    const Values& own = *env.store().Find("res.users", id);
    if (own.contains(field) || !env.model("res.partner").Has(field)) return std::nullopt;
    const auto partner = own.find("partner_id");
    if (partner == own.end() || !partner->second.is_number_integer()) return std::nullopt;
    return RawValue(env, env.model("res.partner"), partner->second.get<int64_t>(), field);
  }
};

}  // namespace

std::unique_ptr<Behaviour> MakePartner() { return std::make_unique<Partner>(); }
std::unique_ptr<Behaviour> MakeCategory() { return std::make_unique<Category>(); }
std::unique_ptr<Behaviour> MakeCountryState() { return std::make_unique<CountryState>(); }
std::unique_ptr<Behaviour> MakeUser() { return std::make_unique<User>(); }

}  // namespace sandbox
