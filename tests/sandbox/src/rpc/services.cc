#include "rpc/services.h"

#include "base/python.h"
#include "rpc/transport.h"

namespace sandbox {
namespace {

const Json& At(const Json& list, size_t index) {
  static const Json none;
  return index < list.size() ? list[index] : none;
}

}  // namespace

Json Services::Dispatch(const std::string& service, const std::string& method, const Json& args) {
  if (service == "common") return Common(method, args);
  if (service == "object") return Object(method, args);
  if (service == "db") return Database(method);
  throw KeyError(service);
}

Json Services::Common(const std::string& method, const Json& args) {
  if (method == "version") return VersionInfo(dispatcher_.version());
  if (method == "login" || method == "authenticate") return Login(args);
  throw MakeFault("builtins.Exception", "Method not found: " + method);
}

Json Services::Login(const Json& args) {
  CheckDatabase(python::Str(At(args, 0)));
  const int64_t uid = dispatcher_.Authenticate(python::Str(At(args, 1)), python::Str(At(args, 2)));
  return uid == 0 ? Json(false) : Json(uid);
}

Json Services::Database(const std::string& method) const {
  if (method == "list") return Json::array({dispatcher_.database()});
  if (method == "server_version") return dispatcher_.version();
  if (method == "db_exist") return true;
  throw AccessDenied(Is18());
}

// Every PostgreSQL has this one, and it holds no Odoo.
Fault Services::NoOdooDatabase() const {
  const std::string statement =
      Is18() ? ""
             : "LINE 1: CREATE TABLE \"orm_signaling_registry\" (id SERIAL PRIMARY KEY...\n"
               "                     ^\n";
  return DatabaseError("errors.InsufficientPrivilege",
                       "permission denied for schema public\n" + statement);
}

void Services::CheckDatabase(const std::string& name) const {
  if (name == dispatcher_.database()) return;
  if (name.empty()) throw MakeFault("builtins.AssertionError", "Missing database name");
  if (name == "postgres") throw NoOdooDatabase();
  throw MakeFault("psycopg2.OperationalError",
                  "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  database \"" +
                      name + "\" does not exist\n");
}

Json Services::Object(const std::string& method, const Json& args) {
  if (method != "execute_kw" && method != "execute") {
    throw MakeFault("builtins.NameError", "Method not available " + method);
  }
  CheckDatabase(python::Str(At(args, 0)));
  ModelCall call;
  call.transport = transport_;
  call.uid = dispatcher_.CheckCredentials(At(args, 1), At(args, 2));
  call.model = python::Str(At(args, 3));
  call.method = python::Str(At(args, 4));
  if (method == "execute") {
    for (size_t i = 5; i < args.size(); ++i) call.args.push_back(args[i]);
  } else {
    if (At(args, 5).is_array()) call.args = args[5];
    if (At(args, 6).is_object()) call.kwargs = args[6];
  }
  return dispatcher_.Execute(call);
}

}  // namespace sandbox
