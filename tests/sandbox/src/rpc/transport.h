// A protocol over HTTP: decides whether a request is its own, and translates both ways.
#pragma once

#include <memory>
#include <vector>

#include "http/message.h"
#include "rpc/dispatcher.h"

namespace sandbox {

class Transport {
 public:
  virtual ~Transport() = default;
  virtual bool Accepts(const HttpRequest& request) const = 0;
  virtual HttpResponse Answer(const HttpRequest& request) = 0;
};

std::unique_ptr<Transport> MakeJsonRpc(Dispatcher& dispatcher);
std::unique_ptr<Transport> MakeXmlRpc(Dispatcher& dispatcher);
std::unique_ptr<Transport> MakeJson2(Dispatcher& dispatcher);
std::unique_ptr<Transport> MakeWebPages(Dispatcher& dispatcher);

// {"server_version": ..., ...} as common.version and /web/webclient/version_info tell it.
Json VersionInfo(const std::string& version);

// werkzeug's own pages: <!doctype html> ... <h1>title</h1> <p>text</p>
HttpResponse HtmlPage(int status, const std::string& title, const std::string& text);

// Text of JSON as Odoo sends it, also where a value is no Unicode.
std::string Dump(const Json& value);

}  // namespace sandbox
