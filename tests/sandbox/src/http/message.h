// HTTP requests and responses, as plain values.
#pragma once

#include <map>
#include <string>

namespace sandbox {

struct HttpRequest {
  std::string method;                                       // "POST"
  std::string path;                                         // decoded, without the query
  std::string target;                                       // as received
  std::map<std::string, std::string, std::less<>> headers;  // lower-case names
  std::string body;

  std::string Header(std::string_view name) const {
    const auto header = headers.find(name);
    return header == headers.end() ? "" : header->second;
  }
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::string body;
  std::map<std::string, std::string> headers;
  // Answer with nothing: close the connection.
  bool close_silently = false;
};

}  // namespace sandbox
