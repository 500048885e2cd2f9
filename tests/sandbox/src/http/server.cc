#include "http/server.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <map>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "http/parser.h"

namespace sandbox {
namespace {

constexpr int kBacklog = 128;

[[noreturn]] void ThrowErrno(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

bool SendAll(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

const char* Phrase(int status) {
  static const std::map<int, const char*> phrases{
      {200, "OK"},
      {204, "NO CONTENT"},
      {303, "SEE OTHER"},
      {400, "BAD REQUEST"},
      {401, "UNAUTHORIZED"},
      {403, "FORBIDDEN"},
      {404, "NOT FOUND"},
      {415, "UNSUPPORTED MEDIA TYPE"},
      {422, "UNPROCESSABLE ENTITY"},
      {500, "INTERNAL SERVER ERROR"},
      {503, "SERVICE UNAVAILABLE"},
  };
  const auto phrase = phrases.find(status);
  return phrase == phrases.end() ? "STATUS" : phrase->second;
}

std::string Render(const HttpResponse& response, bool keep_alive) {
  std::string head = std::string(keep_alive ? "HTTP/1.1 " : "HTTP/1.0 ") +
                     std::to_string(response.status) + " " + Phrase(response.status) + "\r\n";
  if (!response.content_type.empty()) head += "Content-Type: " + response.content_type + "\r\n";
  for (const auto& [name, value] : response.headers) head += name + ": " + value + "\r\n";
  head += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head + response.body;
}

bool WantsKeepAlive(const HttpRequest& request) {
  return request.Header("@version") == "HTTP/1.1" && Lower(request.Header("connection")) != "close";
}

}  // namespace

HttpServer::HttpServer(Options options, Handler handler)
    : options_(std::move(options)), handler_(std::move(handler)) {}

HttpServer::~HttpServer() {
  Stop();
  // Connections are cut by Stop; their threads only have to notice.
  while (serving_ > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  if (listener_ >= 0) close(listener_);
}

void HttpServer::Listen() {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener_ < 0) ThrowErrno("socket");
  const int on = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(options_.port));
  if (inet_pton(AF_INET, options_.host.c_str(), &address.sin_addr) != 1) {
    errno = EADDRNOTAVAIL;
    ThrowErrno(options_.host.c_str());
  }
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    ThrowErrno("bind");
  if (listen(listener_, kBacklog) != 0) ThrowErrno("listen");
  socklen_t size = sizeof address;
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
}

void HttpServer::Run() {
  while (!stopping_) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    if (stopping_) {
      close(socket);
      continue;
    }
    {
      const std::lock_guard lock(mutex_);
      sockets_.insert(socket);
    }
    ++serving_;
    std::thread([this, socket] { Serve(socket); }).detach();
  }
}

void HttpServer::Stop() {
  if (stopping_.exchange(true)) return;
  shutdown(listener_, SHUT_RDWR);
  const std::lock_guard lock(mutex_);
  for (const int socket : sockets_) shutdown(socket, SHUT_RD);
}

void HttpServer::Serve(int socket) {
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  RequestParser parser;
  ParseState state = ParseState::kIncomplete;
  char buffer[16 * 1024];
  while (true) {
    if (state == ParseState::kComplete) {
      if (!Answer(socket, parser.Take())) break;
      state = parser.Feed("");
      continue;
    }
    if (state == ParseState::kMalformed) break;
    if (parser.TakeContinue()) SendAll(socket, "HTTP/1.1 100 Continue\r\n\r\n");
    const ssize_t received = recv(socket, buffer, sizeof buffer, 0);
    if (received <= 0) break;
    state = parser.Feed({buffer, static_cast<size_t>(received)});
  }
  {
    const std::lock_guard lock(mutex_);
    sockets_.erase(socket);
    close(socket);
  }
  --serving_;
}

// False when the connection is to be closed.
bool HttpServer::Answer(int socket, const HttpRequest& request) {
  const HttpResponse response = handler_(request);
  if (response.close_silently) return false;
  const bool keep_alive = options_.keep_alive && WantsKeepAlive(request) && !stopping_;
  return SendAll(socket, Render(response, keep_alive)) && keep_alive;
}

}  // namespace sandbox
