#include "rpc/control.h"

#include "base/text.h"
#include "orm/seed.h"

namespace sandbox {
namespace {

HttpResponse Plain(int status, const Json& body) {
  HttpResponse response;
  response.status = status;
  response.body = Dump(body);
  return response;
}

// common.version, logins and pages are no model calls: a test that queues a fault means the next
// call of a model.
bool IsModelCall(const HttpRequest& request) {
  if (request.path.starts_with("/json/2/") || request.path == "/xmlrpc/2/object") return true;
  return request.path == "/jsonrpc" && request.body.find("\"object\"") != std::string::npos;
}

// Of a model call: the method is the end of a path, or a text of the body.
bool IsCallOf(const HttpRequest& request, const std::string& method) {
  return method.empty() || request.path.ends_with("/" + method) ||
         request.body.find("\"" + method + "\"") != std::string::npos ||
         request.body.find(">" + method + "<") != std::string::npos;
}

}  // namespace

HttpResponse Control::Answer(const HttpRequest& request) {
  const Json order = Json::parse(request.body.empty() ? "{}" : request.body, nullptr, false);
  if (order.is_discarded() || !order.is_object()) return Plain(400, {{"error", "no JSON object"}});
  if (request.path == "/sandbox/fault") return QueueFault(order);
  if (request.path == "/sandbox/calls") return Calls(request.method == "DELETE");
  if (request.path == "/sandbox/reset") return Reset(order);
  if (request.path == "/sandbox/down") {
    down_ = order.value("down", true);
    return Plain(200, {{"down", down_.load()}});
  }
  return Plain(404, {{"error", "no such hook: " + request.path}});
}

HttpResponse Control::QueueFault(const Json& order) {
  if (order.value("kind", "") == "exception") return QueueException(order);
  static const std::set<std::string> kinds{"close_before_answer", "close_before_execute",
                                           "delay_ms", "status"};
  const std::string kind = order.value("kind", "");
  if (!kind.empty() && !kinds.contains(kind))
    return Plain(400, {{"error", "unknown kind " + kind}});
  Misbehaviour fault;
  fault.close_before_execute = kind == "close_before_execute";
  fault.close_before_answer = kind == "close_before_answer";
  fault.delay = std::chrono::milliseconds(order.value("delay_ms", 0));
  fault.status = order.value("status", kind == "status" ? 503 : 0);
  fault.body = order.value("body", "");
  fault.content_type = order.value("content_type", "text/html");
  fault.method = order.value("method", "");
  fault.headers = order.value("headers", Json::object());
  fault.count = order.value("count", 1);
  const std::lock_guard lock(mutex_);
  faults_.push_back(fault);
  return Plain(200, {{"queued", faults_.size()}});
}

HttpResponse Control::QueueException(const Json& order) {
  for (int i = 0; i < order.value("count", 1); ++i) {
    dispatcher_.Disturb(
        MakeFault(order.value("name", "builtins.Exception"), order.value("message", "")));
  }
  return Plain(200, {{"queued", order.value("count", 1)}});
}

HttpResponse Control::Calls(bool clear) { return Plain(200, dispatcher_.RecentCalls(clear)); }

HttpResponse Control::Reset(const Json& seed) {
  {
    const std::lock_guard lock(mutex_);
    faults_.clear();
  }
  try {
    dispatcher_.Reset(seed.contains("records") ? seed : ShopSeed());
  } catch (const Fault& fault) {
    return Plain(400, {{"error", fault.message}});
  } catch (const std::exception& error) {
    return Plain(400, {{"error", error.what()}});
  }
  dispatcher_.RecentCalls(true);
  return Plain(200, {{"reset", true}});
}

std::optional<Control::Misbehaviour> Control::NextFor(const HttpRequest& request) {
  const std::lock_guard lock(mutex_);
  if (faults_.empty() || !IsCallOf(request, faults_.front().method)) return std::nullopt;
  const Misbehaviour fault = faults_.front();
  if (--faults_.front().count <= 0) faults_.pop_front();
  return fault;
}

void Control::Stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  stopped_.notify_all();
}

void Control::Delay(std::chrono::milliseconds delay) {
  std::unique_lock lock(mutex_);
  stopped_.wait_for(lock, delay, [this] { return stopping_; });
}

HttpResponse Control::Replacement(const Misbehaviour& fault) {
  HttpResponse response;
  response.status = fault.status;
  response.body = fault.body;
  response.content_type = fault.content_type;
  for (const auto& [name, value] : fault.headers.items()) response.headers[name] = value;
  return response;
}

HttpResponse Control::Apply(const HttpRequest& request, Transport& transport) {
  if (!IsModelCall(request)) return transport.Answer(request);
  Dispatcher::SetRequestId(request.Header("x-request-id"));
  Delay(latency_);
  const auto fault = NextFor(request);
  if (!fault) return transport.Answer(request);
  Delay(fault->delay);
  HttpResponse silence;
  silence.close_silently = true;
  if (fault->close_before_execute) return silence;
  if (fault->status != 0) return Replacement(*fault);
  const HttpResponse answer = transport.Answer(request);
  return fault->close_before_answer ? silence : answer;
}

}  // namespace sandbox
