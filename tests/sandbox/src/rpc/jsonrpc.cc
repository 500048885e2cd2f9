// JSON-RPC: POST /jsonrpc.
#include "base/python.h"
#include "base/text.h"
#include "rpc/methods.h"
#include "rpc/services.h"
#include "rpc/transport.h"

namespace sandbox {
namespace {

class JsonRpc : public Transport {
 public:
  explicit JsonRpc(Dispatcher& dispatcher)
      : dispatcher_(dispatcher), services_(dispatcher, "jsonrpc") {}

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
    return services_.Dispatch(python::Str(params["service"]), python::Str(params["method"]),
                              params["args"]);
  }

  void CheckParams(const Json& params) const {
    Signature signature;
    signature.qualified_name = Is18() ? "RPC.jsonrpc" : "JSONRPC.jsonrpc";
    signature.parameters = Signature::ParseParameters("service, method, args");
    BindCall(signature, Json::array(), params);
  }

  Dispatcher& dispatcher_;
  Services services_;
};

}  // namespace

std::unique_ptr<Transport> MakeJsonRpc(Dispatcher& dispatcher) {
  return std::make_unique<JsonRpc>(dispatcher);
}

}  // namespace sandbox
