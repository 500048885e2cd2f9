// One caller's view of the world: user, context, language, companies. Cheap to copy; `Sudo()` is
// the same caller without access checks.
#pragma once

#include <memory>
#include <string>

#include "base/json.h"
#include "orm/access.h"
#include "orm/catalog.h"
#include "orm/schema.h"
#include "orm/store.h"

namespace sandbox {

class Behaviours;

// What never changes: models, texts and rights of one version.
struct Library {
  Library(const std::string& version, const std::set<std::string>& without, const Json& fields);

  const Schema schema;
  const Catalog catalog;
  const Access access;
  const std::shared_ptr<const Behaviours> behaviours;
};

// One database.
struct World {
  explicit World(const Library& all) : library(all), store(all.schema) {}

  const Library& library;
  Store store;
  // What every create and write of the present call answers, queued by a test.
  std::shared_ptr<const struct Fault> disturbance;
};

class Env {
 public:
  Env(World& world, int64_t uid) : world_(&world), uid_(uid) {}

  const Access& access() const { return world_->library.access; }
  const Behaviours& behaviours() const { return *world_->library.behaviours; }
  Store& store() const { return world_->store; }
  const Schema& schema() const { return world_->library.schema; }
  bool Is18() const { return schema().Is18(); }
  const Model& model(std::string_view name) const { return schema().Get(name); }

  int64_t uid() const { return uid_; }
  const Json& context() const { return context_; }
  bool superuser() const { return superuser_; }
  const std::string& language() const { return language_; }
  bool ActiveTest() const;

  // The user's main company, or the first of context `allowed_company_ids`.
  int64_t company() const;
  // The companies whose records the user may see.
  Ids companies() const;
  // "admin", "integration", "limited", "portal"
  std::string profile() const;
  std::string user_name() const;

  Env Sudo() const;
  Env WithContext(Json context) const;
  Env WithContextValue(const std::string& key, Json value) const;

  std::string Text(const std::string& key, const Catalog::Arguments& arguments = {}) const {
    return world_->library.catalog.Text(key, language_, arguments);
  }
  std::string Term(const std::string& term) const {
    return world_->library.catalog.Term(term, language_);
  }
  // Throws what a test has queued for the present call.
  void CheckDisturbed() const;

  // A value of the user's own record.
  Json UserValue(const std::string& field) const;

 private:
  World* world_;
  int64_t uid_;
  Json context_ = Json::object();
  std::string language_ = "en_US";
  bool superuser_ = false;
};

}  // namespace sandbox
