// An Odoo for measurements: answers what its rules say, at once, over HTTP/1.0, and closes every
// connection, as Odoo's workers do.
//
//   bench-upstream RULES      prints the port it listens on, then serves until it is killed
//
// RULES is a JSON list of {"contains": text, "answer": file, "capture": file}: the first rule whose
// text is in a request answers it with that file, in which `"{id}"` becomes the request's JSON-RPC
// id; `capture`, if given, gets the body of the first such request. A request without a rule gets
// status 404.
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <nlohmann/json.hpp>

#include "files.h"

namespace gateway::bench {
namespace {

struct Rule {
  std::string contains;
  // Around the id.
  std::string begin;
  std::string end;
  std::string capture;
};

// The headers of an Odoo worker.
std::string HttpAnswer(std::string_view status, std::string_view body) {
  std::string text = "HTTP/1.0 ";
  text.append(status)
      .append(
          "\r\nServer: Werkzeug/2.2.2 Python/3.11.2\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
          "Content-Length: ")
      .append(std::to_string(body.size()))
      .append(
          "\r\nContent-Type: application/json; charset=utf-8\r\n"
          "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n")
      .append(body);
  return text;
}

std::vector<Rule> ReadRules(const std::string& path) {
  std::vector<Rule> rules;
  constexpr std::string_view kMark = R"("{id}")";
  for (const auto& rule : nlohmann::json::parse(ReadFile(path))) {
    const std::string answer = ReadFile(rule.at("answer"));
    const std::size_t mark = std::min(answer.find(kMark), answer.size());
    const std::size_t end = std::min(mark + kMark.size(), answer.size());
    rules.push_back({rule.at("contains"), answer.substr(0, mark), answer.substr(end),
                     rule.value("capture", "")});
  }
  return rules;
}

// The digits of a request's JSON-RPC id.
std::string_view IdOf(std::string_view request) {
  constexpr std::string_view kMember = R"("id":)";
  const std::size_t at = request.find(kMember);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = request.substr(at + kMember.size());
  return rest.substr(0, rest.find_first_not_of("0123456789"));
}

// Where the body begins once all of it is there; otherwise npos.
std::size_t CompleteBody(std::string_view request) {
  constexpr std::string_view kLength = "Content-Length: ";
  const std::size_t end = request.find("\r\n\r\n");
  if (end == std::string_view::npos) return end;
  const std::size_t begin = end + 4;
  const std::size_t at = request.substr(0, end).find(kLength);
  std::size_t length = 0;
  if (at != std::string_view::npos) {
    std::from_chars(request.data() + at + kLength.size(), request.data() + end, length);
  }
  return request.size() >= begin + length ? begin : std::string_view::npos;
}

class Upstream {
 public:
  explicit Upstream(std::vector<Rule> rules) : rules_(std::move(rules)) {}

  int Listen() {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, any, size) != 0 || listen(listener_, 1024) != 0) return 0;
    getsockname(listener_, any, &size);
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    Watch(listener_);
    return ntohs(address.sin_port);
  }

  void Serve() {
    std::array<epoll_event, 64> events;
    while (true) {
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) OnReady(events[static_cast<std::size_t>(i)].data.fd);
    }
  }

 private:
  void Watch(int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  void OnReady(int fd) {
    if (fd != listener_) return OnReadable(fd);
    for (int peer = 0;
         (peer = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0;) {
      Watch(peer);
    }
  }

  void OnReadable(int fd) {
    std::array<char, 65536> chunk;
    std::string& request = requests_[fd];
    const ssize_t got = recv(fd, chunk.data(), chunk.size(), 0);
    if (got <= 0) return Close(fd);
    request.append(chunk.data(), static_cast<std::size_t>(got));
    const std::size_t body = CompleteBody(request);
    if (body == std::string::npos) return;
    const std::string answer = AnswerTo(request, body);
    for (std::string_view rest = answer; !rest.empty();) {
      const ssize_t sent = send(fd, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    Close(fd);
  }

  void Close(int fd) {
    requests_.erase(fd);
    close(fd);
  }

  std::string AnswerTo(std::string_view request, std::size_t body) {
    for (Rule& rule : rules_) {
      if (request.find(rule.contains) == std::string_view::npos) continue;
      if (!rule.capture.empty()) WriteFile(rule.capture, request.substr(body));
      rule.capture.clear();
      std::string answer = rule.begin;
      answer.append(IdOf(request.substr(body))).append(rule.end);
      return HttpAnswer("200 OK", answer);
    }
    return HttpAnswer("404 NOT FOUND", "{}");
  }

  std::vector<Rule> rules_;
  std::unordered_map<int, std::string> requests_;
  int listener_ = -1;
  int epoll_ = -1;
};

}  // namespace
}  // namespace gateway::bench

int main(int argc, char** argv) {
  if (argc != 2) return std::fputs("usage: bench-upstream RULES\n", stderr), 2;
  gateway::bench::Upstream upstream(gateway::bench::ReadRules(argv[1]));
  const int port = upstream.Listen();
  if (port == 0) return std::perror("bench-upstream: cannot listen"), 1;
  std::printf("%d\n", port);
  std::fflush(stdout);
  upstream.Serve();
}
