#include "orm/seed.h"

#include <stdexcept>

#include "base/clock.h"
#include "base/embedded.h"
#include "models/behaviour.h"
#include "orm/crud.h"
#include "orm/defaults.h"
#include "orm/external_ids.h"

namespace sandbox {
namespace {

constexpr int64_t kRoot = 1;

class Planter {
 public:
  explicit Planter(World& world) : env_(Env(world, kRoot).Sudo()) {}

  void PlantRecord(const Json& entry) {
    const std::string name = entry["model"];
    if (env_.schema().LeftOut(name)) return;
    const Model& model = env_.model(name);
    const Json values = Resolve(Known(model, entry.value("values", Json::object())));
    const bool create = entry.value("create", false);
    if (create && entry.contains("id"))
      env_.store().ReserveId(model.name, entry["id"].get<int64_t>() - 1);
    const int64_t id = create ? CreateOne(env_, model, values) : Insert(model, entry, values);
    if (entry.contains("xmlid"))
      AddExternal(env_, entry["xmlid"], model.name, id, entry.value("noupdate", true));
  }

 private:
  // Replaces "@module.name" by the record's id, in lists and commands, too.
  Json Resolve(const Json& value) const {
    if (value.is_structured()) {
      Json resolved = value;
      for (Json& item : resolved) item = Resolve(item);
      return resolved;
    }
    if (!value.is_string() || !value.get_ref<const std::string&>().starts_with('@')) return value;
    const std::string name = value.get<std::string>().substr(1);
    const auto record = FindExternal(env_, name);
    if (!record) throw std::logic_error("the seed names " + name + " before it is there");
    return record->id;
  }

  // One seed serves all versions: what a version does not know is left out.
  static Json Known(const Model& model, const Json& values) {
    Json known = Json::object();
    for (const auto& [name, value] : values.items()) {
      if (model.Has(name) || name.starts_with('_')) known[name] = value;
    }
    return known;
  }

  int64_t Insert(const Model& model, const Json& entry, const Json& values) const {
    const int64_t id =
        entry.contains("id") ? entry["id"].get<int64_t>() : env_.store().NextId(model.name);
    env_.store().ReserveId(model.name, id);
    const std::string now = NowDatetime();
    Values stored{
        {"create_date", now}, {"create_uid", kRoot}, {"write_date", now}, {"write_uid", kRoot}};
    if (model.Has("active")) stored["active"] = true;
    for (const auto& [name, value] : model.defaults.items()) {
      if (!value.is_structured()) stored[name] = LiveDefault(env_, value);
    }
    for (const auto& [name, value] : values.items()) stored[name] = value;
    env_.store().Insert(model.name, id, std::move(stored));
    BehaviourOf(env_, model).AfterChange(env_, id, true);
    return id;
  }

  const Env env_;
};

}  // namespace

void Plant(World& world, const Json& seed) {
  Planter planter(world);
  if (seed.value("places", false)) {
    const Json places = Json::parse(Embedded("data/places.json"));
    for (const Json& entry : places["records"]) planter.PlantRecord(entry);
  }
  for (const Json& entry : seed.at("records")) planter.PlantRecord(entry);
  const Json sequences = seed.value("sequences", Json::object());
  for (const auto& [name, last] : sequences.items()) {
    while (world.store.NextNumber(name) < last.get<int64_t>()) {
    }
  }
  world.store.Commit();
}

Json ShopSeed() { return Json::parse(Embedded("data/shop.json")); }

}  // namespace sandbox
