// One model call, whatever transport brought it: authentication, transaction, method, faults.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "orm/env.h"
#include "rpc/fault.h"
#include "rpc/methods.h"

namespace sandbox {

struct ModelCall {
  std::string transport;  // "jsonrpc", "json2"
  int64_t uid = 0;
  std::string model, method;
  Json args = Json::array();  // positional, JSON-RPC only
  Json kwargs = Json::object();
  // JSON-2 speaks of missing models and arguments in HTTP's words.
  bool named_only = false;
};

class Dispatcher {
 public:
  // `world`: a seed, see orm/seed.h; `without`: modules that are not installed; `fields`: further
  // ones by model.
  Dispatcher(const std::string& version, std::string database, const Json& world,
             const std::set<std::string>& without, const Json& fields);

  const std::string& version() const { return version_; }
  const std::string& database() const { return database_; }

  // Runs the call as one transaction; throws Fault. Thread safe.
  Json Execute(const ModelCall& call);

  // The uid, or 0. `secret` is the password or an API key.
  int64_t Authenticate(const std::string& login, const std::string& secret);
  // The uid behind a bearer key, or 0.
  int64_t AuthenticateKey(const std::string& key);
  // Throws AccessDenied & co. unless `secret` belongs to `uid`; both as the caller gave them.
  int64_t CheckCredentials(const Json& uid, const Json& secret);

  // Lets the writes of the next model call fail with this exception.
  void Disturb(Fault fault);

  // Starts over with another world.
  void Reset(const Json& world);

  // The X-Request-Id of the HTTP request that this thread answers: no protocol carries it.
  static void SetRequestId(std::string id);

  // The last calls, newest last.
  Json RecentCalls(bool clear);

 private:
  std::shared_ptr<const Fault> TakeDisturbance();
  Json Run(const ModelCall& call);
  Json Invoke(const Env& env, const ModelCall& call);
  // The number of the call, by which its changes are added to it.
  size_t Remember(const ModelCall& call);
  void RememberChanges(size_t number, const std::vector<Store::Change>& changes);

  const std::string version_, database_;
  const Library library_;
  const MethodTable methods_;
  std::mutex mutex_;
  std::unique_ptr<World> world_;
  std::deque<Fault> disturbances_;
  std::mutex calls_mutex_;
  std::deque<Json> calls_;
  size_t calls_total_ = 0;
};

}  // namespace sandbox
