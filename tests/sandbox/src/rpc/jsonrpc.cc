// JSON-RPC: POST /jsonrpc with services `common`, `object` and `db`.
#include <map>

#include "base/python.h"
#include "base/text.h"
#include "rpc/methods.h"
#include "rpc/transport.h"

namespace sandbox {
namespace {

const Json& At(const Json& list, size_t index) {
  static const Json none;
  return index < list.size() ? list[index] : none;
}

class JsonRpc : public Transport {
 public:
  explicit JsonRpc(Dispatcher& dispatcher) : dispatcher_(dispatcher) {}

  bool Accepts(const HttpRequest& request) const override { return request.path == "/jsonrpc"; }

  HttpResponse Answer(const HttpRequest& request) override {
    if (!Lower(request.Header("content-type")).starts_with("application/json")) return WrongType();
    const Json envelope = Json::parse(request.body, nullptr, false);
    HttpResponse response;
    if (envelope.is_discarded() || !envelope.is_object()) return NoJson();
    response.body = Dump(Envelope(envelope));
    return response;
  }

 private:
  bool Is18() const { return dispatcher_.version() == "18.0"; }

  HttpResponse WrongType() const {
    if (Is18()) {
      return HtmlPage(400, "400 Bad Request",
                      "Request inferred type is compatible with [&#39;http&#39;] but "
                      "&#39;/jsonrpc&#39; is type=&#39;json&#39;.");
    }
    return HtmlPage(
        415, "415 Unsupported Media Type",
        "Request inferred type is compatible with [&#39;http&#39;, &#39;json2&#39;] but "
        "&#39;/jsonrpc&#39; is type=&#39;jsonrpc&#39;.<br><br>Please verify the "
        "Content-Type request header and try again.");
  }

  static HttpResponse NoJson() {
    HttpResponse response;
    response.status = 400;
    response.content_type = "text/html; charset=utf-8";
    response.body = "Invalid JSON data";
    return response;
  }

  Json Envelope(const Json& request) {
    Json answer = {{"jsonrpc", "2.0"}, {"id", request.value("id", Json())}};
    try {
      const Json result = Dispatch(request.value("params", Json::object()));
      if (!result.is_discarded()) answer["result"] = result;
    } catch (const Fault& fault) {
      answer["error"] = Error(fault);
    }
    return answer;
  }

  Json Error(const Fault& fault) const {
    return {{"code", Is18() ? 200 : 0},
            {"message", "Odoo Server Error"},
            {"data",
             {{"name", fault.name},
              {"debug", DebugText(fault)},
              {"message", fault.message},
              {"arguments", fault.arguments},
              {"context", Json::object()}}}};
  }

  Json Dispatch(const Json& params) {
    CheckParams(params);
    const std::string service = python::Str(params["service"]);
    const std::string method = python::Str(params["method"]);
    const Json& args = params["args"];
    if (service == "common") return Common(method, args);
    if (service == "object") return Object(method, args);
    if (service == "db") return Database(method);
    throw KeyError(service);
  }

  void CheckParams(const Json& params) const {
    Signature signature;
    signature.qualified_name = Is18() ? "RPC.jsonrpc" : "JSONRPC.jsonrpc";
    signature.parameters = Signature::ParseParameters("service, method, args");
    BindCall(signature, Json::array(), params);
  }

  Json Common(const std::string& method, const Json& args) {
    if (method == "version") return VersionInfo(dispatcher_.version());
    if (method == "login" || method == "authenticate") return Login(args);
    throw MakeFault("builtins.Exception", "Method not found: " + method);
  }

  Json Login(const Json& args) {
    CheckDatabase(python::Str(At(args, 0)));
    const int64_t uid =
        dispatcher_.Authenticate(python::Str(At(args, 1)), python::Str(At(args, 2)));
    return uid == 0 ? Json(false) : Json(uid);
  }

  Json Database(const std::string& method) const {
    if (method == "list") return Json::array({dispatcher_.database()});
    if (method == "server_version") return dispatcher_.version();
    if (method == "db_exist") return true;
    throw AccessDenied(Is18());
  }

  // Every PostgreSQL has this one, and it holds no Odoo.
  Fault NoOdooDatabase() const {
    const std::string statement =
        Is18() ? ""
               : "LINE 1: CREATE TABLE \"orm_signaling_registry\" (id SERIAL PRIMARY KEY...\n"
                 "                     ^\n";
    return DatabaseError("errors.InsufficientPrivilege",
                         "permission denied for schema public\n" + statement);
  }

  void CheckDatabase(const std::string& name) const {
    if (name == dispatcher_.database()) return;
    if (name.empty()) throw MakeFault("builtins.AssertionError", "Missing database name");
    if (name == "postgres") throw NoOdooDatabase();
    throw MakeFault("psycopg2.OperationalError",
                    "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  database \"" +
                        name + "\" does not exist\n");
  }

  Json Object(const std::string& method, const Json& args) {
    if (method != "execute_kw" && method != "execute") {
      throw MakeFault("builtins.NameError", "Method not available " + method);
    }
    CheckDatabase(python::Str(At(args, 0)));
    ModelCall call;
    call.transport = "jsonrpc";
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

  Dispatcher& dispatcher_;
};

}  // namespace

std::unique_ptr<Transport> MakeJsonRpc(Dispatcher& dispatcher) {
  return std::make_unique<JsonRpc>(dispatcher);
}

}  // namespace sandbox
