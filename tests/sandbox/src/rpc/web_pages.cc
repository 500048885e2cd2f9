// The few pages around the protocols: version, health, and what this program is.
#include "base/text.h"
#include "rpc/transport.h"

namespace sandbox {
namespace {

class WebPages : public Transport {
 public:
  explicit WebPages(Dispatcher& dispatcher) : dispatcher_(dispatcher) {}

  bool Accepts(const HttpRequest&) const override { return true; }  // the last transport

  HttpResponse Answer(const HttpRequest& request) override {
    HttpResponse response;
    if (request.path == "/") return About();
    if (request.path == "/web/health") {
      response.body = R"({"status": "pass"})";
    } else if (request.path == "/web/version" && dispatcher_.version() != "18.0") {
      const Json info = VersionInfo(dispatcher_.version());
      response.body =
          Dump({{"version_info", info["server_version_info"]}, {"version", dispatcher_.version()}});
    } else if (request.path == "/web/webclient/version_info") {
      response.body = Dump(
          {{"jsonrpc", "2.0"}, {"id", nullptr}, {"result", VersionInfo(dispatcher_.version())}});
    } else if (request.path.starts_with("/json/")) {
      return LoginRedirect(request);
    } else {
      return NotFound();
    }
    return response;
  }

 private:
  HttpResponse About() const {
    HttpResponse response;
    response.content_type = "text/plain; charset=utf-8";
    response.body = "odoo-sandbox: an emulator for tests, not Odoo.\nIt answers like Odoo " +
                    dispatcher_.version() + " for a few models, in memory; database \"" +
                    dispatcher_.database() + "\".\n";
    return response;
  }

  // Unknown pages of 18 ask for a login first.
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

  static HttpResponse NotFound() {
    HttpResponse response;
    response.status = 404;
    response.content_type = "text/html;charset=utf-8";
    response.body =
        "<!DOCTYPE html>\n<html>\n    <head>\n        <title>Odoo</title>\n    </head>\n"
        "    <body><h1>404: Page not found!</h1></body>\n</html>\n";
    return response;
  }

  Dispatcher& dispatcher_;
};

}  // namespace

std::unique_ptr<Transport> MakeWebPages(Dispatcher& dispatcher) {
  return std::make_unique<WebPages>(dispatcher);
}

}  // namespace sandbox
