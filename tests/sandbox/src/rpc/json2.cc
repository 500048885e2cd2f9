// JSON-2 of Odoo 19: POST /json/2/<model>/<method>, a bearer key, named arguments.
#include "base/python.h"
#include "base/text.h"
#include "rpc/transport.h"

namespace sandbox {
namespace {

constexpr std::string_view kPrefix = "/json/2";

class Json2 : public Transport {
 public:
  explicit Json2(Dispatcher& dispatcher) : dispatcher_(dispatcher) {}

  bool Accepts(const HttpRequest& request) const override {
    const bool own = request.path == kPrefix || request.path.starts_with("/json/2/");
    return own && dispatcher_.version() != "18.0";
  }

  HttpResponse Answer(const HttpRequest& request) override {
    if (!DatabaseKnown(request)) return NoDatabase();
    try {
      return Call(request);
    } catch (const Fault& fault) {
      return Failure(fault);
    }
  }

 private:
  bool DatabaseKnown(const HttpRequest& request) const {
    const std::string name = request.Header("x-odoo-database");
    return name.empty() || name == dispatcher_.database();
  }

  static HttpResponse NoDatabase() {
    HttpResponse response = HtmlPage(404, "404 Not Found", "");
    response.body =
        "<!DOCTYPE html>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n"
        "<p>No database is selected and the requested URL was not found in the server-wide "
        "controllers.</p>\n<p>Please verify the hostname, <a href=/web/login>login</a> and try "
        "again.</p>\n\n<!-- Alternatively, use the X-Odoo-Database header. -->\n";
    return response;
  }

  HttpResponse Call(const HttpRequest& request) {
    const std::vector<std::string> parts = Split(request.path, '/');
    // "", "json", "2", model, method
    if (request.method != "POST" || parts.size() != 5) {
      throw HttpException("NotFound", "Did you mean POST /json/2/<model>/<method>?", 404);
    }
    if (parts[3].empty()) return LoginRedirect(request);
    if (!Lower(request.Header("content-type")).starts_with("application/json"))
      return WrongType(request);
    ModelCall call;
    call.transport = "json2";
    call.uid = CheckBearer(request);
    call.model = parts[3];
    call.method = parts[4];
    call.named_only = true;
    call.kwargs = Arguments(request.body);
    return Success(dispatcher_.Execute(call));
  }

  static HttpResponse LoginRedirect(const HttpRequest& request) {
    const std::string target =
        "/web/login?redirect=" + ReplaceAll(request.path, "/", "%2F") + "%3F";
    HttpResponse response = HtmlPage(303, "Redirecting...",
                                     "You should be redirected automatically "
                                     "to the target URL: <a href=\"" +
                                         target + "\">" + target + "</a>. If not, click the link.");
    response.headers["Location"] = target;
    return response;
  }

  static HttpResponse WrongType(const HttpRequest& request) {
    return HtmlPage(415, "415 Unsupported Media Type",
                    "Request inferred type is compatible with [&#39;http&#39;] but &#39;" +
                        request.path +
                        "&#39; is type=&#39;json2&#39;.<br><br>Please verify the "
                        "Content-Type request header and try again.");
  }

  // Odoo takes anything that is no object as no arguments.
  static Json Arguments(const std::string& body) {
    if (Trim(body).empty()) return Json::object();
    Json parsed = Json::parse(body, nullptr, false);
    if (parsed.is_discarded()) {
      throw HttpException(
          "BadRequest",
          "could not parse the body as json: Expecting value: line 1 column 1 (char 0)", 400);
    }
    return parsed.is_object() ? parsed : Json::object();
  }

  int64_t CheckBearer(const HttpRequest& request) {
    const std::string authorization = request.Header("authorization");
    if (authorization.empty()) {
      const bool cookie = !request.Header("cookie").empty();
      throw HttpException("Unauthorized",
                          cookie ? "Missing \"Authorization\" or Sec-headers for interactive usage."
                                 : "User not authenticated, use an API Key with a Bearer "
                                   "Authorization header.",
                          401);
    }
    if (!Lower(authorization).starts_with("bearer ")) {
      throw HttpException(
          "Unauthorized",
          "User not authenticated, use an API Key with a Bearer Authorization header.", 401);
    }
    const int64_t uid = dispatcher_.AuthenticateKey(std::string(Trim(authorization.substr(7))));
    if (uid == 0) throw HttpException("Unauthorized", "Invalid apikey", 401);
    return uid;
  }

  static HttpResponse Success(const Json& result) {
    HttpResponse response;
    response.body = result.is_discarded() ? "null" : Dump(result);
    return response;
  }

  static HttpResponse Failure(const Fault& fault) {
    HttpResponse response;
    response.status = Json2Status(fault);
    response.body = Dump({{"name", fault.name},
                          {"message", fault.message},
                          {"arguments", fault.arguments},
                          {"context", Json::object()},
                          {"debug", DebugText(fault)}});
    return response;
  }

  Dispatcher& dispatcher_;
};

}  // namespace

std::unique_ptr<Transport> MakeJson2(Dispatcher& dispatcher) {
  return std::make_unique<Json2>(dispatcher);
}

}  // namespace sandbox
