#include "rpc/dispatcher.h"

#include <algorithm>
#include <utility>

#include "base/python.h"
#include "orm/constraints.h"
#include "orm/records.h"
#include "orm/seed.h"

namespace sandbox {
namespace {

constexpr size_t kRememberedCalls = 1000;
const std::set<std::string, std::less<>> kLanguages{"en_US", "fr_FR", "de_DE"};
thread_local std::string request_id;

// dict(context), as Python would.
Json ContextDict(const Json& context) {
  if (!python::Truth(context)) return Json::object();
  if (context.is_object()) return context;
  if (context.is_string()) {
    throw ValueError("dictionary update sequence element #0 has length 1; 2 is required");
  }
  throw TypeError("'" + python::TypeName(context) + "' object is not iterable");
}

void CheckLanguage(const Json& context) {
  const auto language = context.find("lang");
  if (language == context.end() || !python::Truth(*language)) return;
  const std::string code = python::Str(*language);
  if (!kLanguages.contains(code)) throw UserError("Invalid language code: " + code);
}

void CheckCompanies(const Env& env) {
  const auto allowed = env.context().find("allowed_company_ids");
  if (allowed == env.context().end() || !allowed->is_array()) return;
  const Ids own = env.WithContext(Json::object()).companies();
  for (const Json& company : *allowed) {
    if (std::find(own.begin(), own.end(), company) != own.end()) continue;
    throw AccessError(env.Text("company_denied"));
  }
}

Env MakeEnv(World& world, int64_t uid, const Json& context) {
  CheckLanguage(context);
  const Env env = Env(world, uid).WithContext(context);
  CheckCompanies(env);
  return env;
}

Fault UnknownModel(const ModelCall& call) {
  if (call.named_only) {
    return HttpException("NotFound", "the model '" + call.model + "' does not exist", 404);
  }
  return UserError("Object " + call.model + " doesn't exist");
}

Fault UnknownMethod(const ModelCall& call) {
  const std::string text = "The method '" + call.model + "." + call.method + "' does not exist";
  return call.named_only ? HttpException("NotFound", text, 404) : AttributeError(text);
}

Fault PrivateMethod(const ModelCall& call) {
  return AccessError("Private methods (such as '" + call.model + "." + call.method +
                     "') cannot be called remotely.");
}

// Splits the ids off the arguments of a record method.
Json TakeIds(const Method& method, Json& args, Json& kwargs, bool named_only) {
  if (named_only) {
    const Json ids = kwargs.value("ids", Json::array());
    kwargs.erase("ids");
    return ids;
  }
  if (method.signature.of_model || args.empty()) return Json::array();
  const Json ids = args[0];
  args.erase(0);
  return ids;
}

// JSON-RPC tells a single record from a list of one.
Json Downgrade(const Method& method, const ModelCall& call, const Json& arguments, Json result) {
  if (!method.creates || call.named_only || !result.is_array()) return result;
  return arguments["vals_list"].is_array() ? result : result[0];
}

}  // namespace

Dispatcher::Dispatcher(const std::string& version, std::string database, const Json& world,
                       const std::set<std::string>& without, const Json& fields)
    : version_(version),
      database_(std::move(database)),
      library_(version, without, fields),
      methods_(library_.schema) {
  Reset(world);
}

void Dispatcher::Reset(const Json& world) {
  auto fresh = std::make_unique<World>(library_);
  Plant(*fresh, world);
  const std::lock_guard lock(mutex_);
  world_ = std::move(fresh);
  disturbances_.clear();
}

Json Dispatcher::Execute(const ModelCall& call) {
  const size_t number = Remember(call);
  const std::lock_guard lock(mutex_);
  Store& store = world_->store;
  const size_t mark = store.Mark();
  world_->disturbance = TakeDisturbance();
  try {
    Json result = Run(call);
    RememberChanges(number, store.Changes());
    store.Commit();
    return result;
  } catch (const Fault& fault) {
    store.RollbackTo(mark);
    throw ExplainDatabaseError(Env(*world_, call.uid), fault);
  }
}

void Dispatcher::Disturb(Fault fault) {
  const std::lock_guard lock(mutex_);
  disturbances_.push_back(std::move(fault));
}

std::shared_ptr<const Fault> Dispatcher::TakeDisturbance() {
  if (disturbances_.empty()) return nullptr;
  auto fault = std::make_shared<const Fault>(std::move(disturbances_.front()));
  disturbances_.pop_front();
  return fault;
}

Json Dispatcher::Run(const ModelCall& call) {
  ModelCall rest = call;
  const Json context = ContextDict(rest.kwargs.value("context", Json()));
  rest.kwargs.erase("context");
  return Invoke(MakeEnv(*world_, call.uid, context), rest);
}

Json Dispatcher::Invoke(const Env& env, const ModelCall& call) {
  const Model* model = env.schema().Find(call.model);
  if (!model) throw UnknownModel(call);
  if (IsPrivate(call.method)) throw PrivateMethod(call);
  const Method* method = methods_.Find(*model, call.method);
  if (!method) throw UnknownMethod(call);
  Json args = call.args, kwargs = call.kwargs;
  const Json ids = TakeIds(*method, args, kwargs, call.named_only);
  const Json arguments = call.named_only ? BindNamed(method->signature, kwargs)
                                         : BindCall(method->signature, args, kwargs);
  return Downgrade(*method, call, arguments,
                   method->handler({env, *model, ids, arguments, method->effect}));
}

int64_t Dispatcher::Authenticate(const std::string& login, const std::string& secret) {
  const std::lock_guard lock(mutex_);
  for (const int64_t id : world_->store.All("res.users")) {
    const Values& user = *world_->store.Find("res.users", id);
    if (user.at("login") != login || !python::Truth(user.at("active"))) continue;
    if (user.at("_password") == secret || user.at("_api_key") == secret) return id;
  }
  return 0;
}

int64_t Dispatcher::AuthenticateKey(const std::string& key) {
  const std::lock_guard lock(mutex_);
  for (const int64_t id : world_->store.All("res.users")) {
    const Values& user = *world_->store.Find("res.users", id);
    if (user.at("_api_key") == key && python::Truth(user.at("active"))) return id;
  }
  return 0;
}

int64_t Dispatcher::CheckCredentials(const Json& uid, const Json& secret) {
  const std::lock_guard lock(mutex_);
  if (!uid.is_number_integer() || !python::Truth(secret))
    throw AccessDenied(library_.schema.Is18());
  const int64_t id = uid.get<int64_t>();
  const Values* user = world_->store.Find("res.users", id);
  const Env env(*world_, id);
  if (!user) throw MissingError(env, env.model("res.users"), uid);
  if (!secret.is_string()) {
    throw TypeError("secret must be unicode or bytes, not " + python::TypeName(secret));
  }
  const bool known = user->at("_password") == secret || user->at("_api_key") == secret;
  if (!known || !python::Truth(user->at("active"))) throw AccessDenied(library_.schema.Is18());
  return id;
}

void Dispatcher::SetRequestId(std::string id) { request_id = std::move(id); }

size_t Dispatcher::Remember(const ModelCall& call) {
  const std::lock_guard lock(calls_mutex_);
  calls_.push_back({{"model", call.model},
                    {"method", call.method},
                    {"transport", call.transport},
                    {"uid", call.uid},
                    {"args", call.args},
                    {"kwargs", call.kwargs},
                    {"request_id", request_id},
                    {"changes", Json::array()}});
  if (calls_.size() > kRememberedCalls) calls_.pop_front();
  return calls_total_++;
}

void Dispatcher::RememberChanges(size_t number, const std::vector<Store::Change>& changes) {
  const auto whole = [](const std::optional<Values>& values) {
    return values ? Json(*values) : Json();
  };
  const std::lock_guard lock(calls_mutex_);
  const size_t oldest = calls_total_ - calls_.size();
  // Others may have pushed it out, or have had the list cleared.
  if (number < oldest || number >= calls_total_) return;
  Json& list = calls_[number - oldest]["changes"];
  for (const Store::Change& change : changes) {
    list.push_back({{"model", change.model},
                    {"id", change.id},
                    {"before", whole(change.before)},
                    {"after", whole(change.after)}});
  }
}

Json Dispatcher::RecentCalls(bool clear) {
  const std::lock_guard lock(calls_mutex_);
  const Json answer = {{"count", calls_total_}, {"calls", calls_}};
  if (clear) {
    calls_.clear();
    calls_total_ = 0;
  }
  return answer;
}

}  // namespace sandbox
