// The test hooks, which Odoo has not:
//   POST /sandbox/fault  queue misbehaviour for the next model calls
//        {"kind": "close_before_answer" | "close_before_execute" | "delay_ms" | "status",
//         "delay_ms": 500, "status": 503, "body": "...", "content_type": "...", "count": 1}
//        {"kind": "exception", "name": "psycopg2.errors.SerializationFailure", "message": "..."}
//        lets the creates and writes of the next model call fail inside of Odoo.
//        Members of the other kinds may be given beside any kind: a delay and then a status; with
//        "method": "write" they wait for a call of that method.
//   POST /sandbox/down   {"down": true}: connections are closed at once, except to be put up again
//   GET  /sandbox/calls  the model calls received, each with its X-Request-Id and the records that
//        it changed, before and after; DELETE forgets them
//   POST /sandbox/reset  a seed (see orm/seed.h), or {} for the shop
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

#include "rpc/transport.h"

namespace sandbox {

class Control {
 public:
  Control(Dispatcher& dispatcher, std::chrono::milliseconds latency)
      : dispatcher_(dispatcher), latency_(latency) {}

  bool Accepts(const HttpRequest& request) const { return request.path.starts_with("/sandbox/"); }
  HttpResponse Answer(const HttpRequest& request);

  // Runs a protocol request under the latency and the next queued misbehaviour.
  HttpResponse Apply(const HttpRequest& request, Transport& transport);

  bool down() const { return down_; }

  // Ends all delays, present and future.
  void Stop();

 private:
  struct Misbehaviour {
    bool close_before_execute = false;
    bool close_before_answer = false;
    std::chrono::milliseconds delay{0};
    int status = 0;
    std::string body, content_type, method;
    Json headers;
    int count = 1;
  };

  HttpResponse QueueFault(const Json& order);
  HttpResponse QueueException(const Json& order);
  HttpResponse Calls(bool clear);
  HttpResponse Reset(const Json& seed);
  std::optional<Misbehaviour> NextFor(const HttpRequest& request);
  void Delay(std::chrono::milliseconds delay);
  static HttpResponse Replacement(const Misbehaviour& fault);

  Dispatcher& dispatcher_;
  const std::chrono::milliseconds latency_;
  std::atomic<bool> down_ = false;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::deque<Misbehaviour> faults_;
};

}  // namespace sandbox
