#include "rpc/transport.h"

namespace sandbox {

Json VersionInfo(const std::string& version) {
  const int series = version == "18.0" ? 18 : 19;
  return {{"server_version", version == "18.0" ? "18.0-20250421" : version},
          {"server_version_info", {series, 0, 0, "final", 0, ""}},
          {"server_serie", version},
          {"protocol_version", 1}};
}

HttpResponse HtmlPage(int status, const std::string& title, const std::string& text) {
  HttpResponse response;
  response.status = status;
  response.content_type = "text/html; charset=utf-8";
  response.body = "<!doctype html>\n<html lang=en>\n<title>" + title + "</title>\n<h1>" +
                  title.substr(title.find(' ') + 1) + "</h1>\n<p>" + text + "</p>\n";
  return response;
}

std::string Dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace sandbox
