// A small HTTP server of its own: the sandbox must close connections without an answer, refuse
// them, and speak HTTP/1.0 like Odoo's workers, which server libraries do not let one do.
// One thread per connection.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "http/message.h"

namespace sandbox {

class HttpServer {
 public:
  using Handler = std::function<HttpResponse(const HttpRequest&)>;

  struct Options {
    std::string host = "127.0.0.1";
    int port = 0;  // 0: any free one
    // Odoo's workers close every connection; a reverse proxy before them keeps it.
    bool keep_alive = false;
  };

  HttpServer(Options options, Handler handler);
  ~HttpServer();

  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Throws std::system_error.
  void Listen();
  int port() const { return port_; }

  // Serves until Stop(); Stop may be called from any thread, not from a signal handler.
  void Run();
  void Stop();

 private:
  void Serve(int socket);
  bool Answer(int socket, const HttpRequest& request);

  const Options options_;
  const Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::set<int> sockets_;  // of live connections, to wake them when stopping
  std::atomic<int> serving_ = 0;
};

}  // namespace sandbox
