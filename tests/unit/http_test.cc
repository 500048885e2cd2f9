// Loop and Client against a scripted server on 127.0.0.1 that counts what arrives.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <future>
#include <latch>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "http/client.h"
#include "http/loop.h"

namespace gateway::http {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::Eq;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using testing::VariantWith;
using Cause = Lost::Cause;

// ---- The server ----

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

Socket ListenOnLoopback(int backlog) {
  Socket listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = Loopback(0);
  EXPECT_EQ(bind(listener.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_EQ(listen(listener.fd(), backlog), 0);
  return listener;
}

int PortOf(const Socket& listener) {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  getsockname(listener.fd(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

std::string UrlOf(int port, std::string_view scheme = "http") {
  return std::string(scheme) + "://127.0.0.1:" + std::to_string(port) + "/jsonrpc";
}

struct Arrival {
  std::string head;
  std::string body;
};

// The server's end of a connection.
class Peer {
 public:
  Peer(int fd, std::function<void(Arrival)> record) : fd_(fd), record_(std::move(record)) {}

  // The next whole request; nothing where the connection ended before.
  std::optional<Arrival> Read() {
    while (buffer_.find("\r\n\r\n") == std::string::npos) {
      if (!Receive()) return std::nullopt;
    }
    Arrival arrival;
    arrival.head = buffer_.substr(0, buffer_.find("\r\n\r\n") + 4);
    buffer_.erase(0, arrival.head.size());
    const std::size_t size = ContentLength(arrival.head);
    while (buffer_.size() < size) {
      if (!Receive()) return std::nullopt;
    }
    arrival.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    record_(arrival);
    return arrival;
  }

  void Write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  void WaitUntilClosed() {
    while (Receive()) {
    }
  }

 private:
  static std::size_t ContentLength(const std::string& head) {
    const auto at = head.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
  }

  bool Receive() {
    char chunk[16384];
    const ssize_t size = recv(fd_, chunk, sizeof(chunk), 0);
    if (size <= 0) return false;
    buffer_.append(chunk, static_cast<std::size_t>(size));
    return true;
  }

  const int fd_;
  const std::function<void(Arrival)> record_;
  std::string buffer_;
};

// Runs the script once per connection, which ends with it. One thread per connection.
class Server {
 public:
  using Script = std::function<void(Peer&)>;

  explicit Server(Script script)
      : script_(std::move(script)),
        listener_(ListenOnLoopback(512)),
        acceptor_([this] { Accept(); }) {}

  ~Server() {
    shutdown(listener_.fd(), SHUT_RDWR);
    acceptor_.join();
    for (const Socket& socket : sockets_) shutdown(socket.fd(), SHUT_RDWR);
    for (std::thread& peer : peers_) peer.join();
  }

  std::string Url(std::string_view scheme = "http") const {
    return UrlOf(PortOf(listener_), scheme);
  }
  int connections() const { return connections_; }

  std::vector<Arrival> arrivals() const {
    const std::lock_guard lock(mutex_);
    return arrivals_;
  }

  std::vector<std::string> bodies() const {
    std::vector<std::string> bodies;
    for (Arrival& arrival : arrivals()) bodies.push_back(std::move(arrival.body));
    return bodies;
  }

 private:
  void Accept() {
    for (int fd = 0; (fd = accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
      ++connections_;
      sockets_.emplace_back(fd);
      peers_.emplace_back([this, fd] { Serve(fd); });
    }
  }

  // The descriptor is closed with the server; until then shutdown is what the client sees.
  void Serve(int fd) {
    Peer peer(fd, [this](Arrival arrival) {
      const std::lock_guard lock(mutex_);
      arrivals_.push_back(std::move(arrival));
    });
    script_(peer);
    shutdown(fd, SHUT_RDWR);
  }

  const Script script_;
  const Socket listener_;
  std::atomic<int> connections_ = 0;
  mutable std::mutex mutex_;
  std::vector<Arrival> arrivals_;
  // The acceptor's until it is joined.
  std::vector<Socket> sockets_;
  std::vector<std::thread> peers_;
  std::thread acceptor_;
};

std::string Answer(std::string_view body, std::string_view more_headers = "") {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + std::string(more_headers) + "\r\n" +
         std::string(body);
}

// Answers every request with its own body.
void Echo(Peer& peer) {
  while (const auto arrival = peer.Read()) peer.Write(Answer(arrival->body));
}

// Reads one request and ends the connection.
void CutAfterRequest(Peer& peer) { peer.Read(); }

// Answers the first request, reads the second and ends the connection.
void CutSecond(Peer& peer) {
  if (const auto first = peer.Read()) peer.Write(Answer(first->body));
  peer.Read();
}

// Reads a request and leaves it without an answer.
void Stall(Peer& peer) {
  peer.Read();
  peer.WaitUntilClosed();
}

Server::Script AnswerWith(std::string answer) {
  return [answer = std::move(answer)](Peer& peer) {
    if (peer.Read()) peer.Write(answer);
  };
}

// ---- The client ----

Request Post(std::string url, std::string body, std::chrono::milliseconds within = 10s) {
  Request request;
  request.url = std::move(url);
  request.headers = {"Content-Type: application/json"};
  request.body = std::move(body);
  request.deadline = Clock::now() + within;
  return request;
}

Request Get(std::string url) {
  Request request = Post(std::move(url), "");
  request.post = false;
  return request;
}

// Runs `work` on the loop and hands back what it returned.
template <class Work>
auto RunOn(Loop& loop, Work work) {
  std::packaged_task<decltype(work())()> task(std::move(work));
  auto result = task.get_future();
  loop.Post([&task] { task(); });
  return result.get();
}

class HttpTest : public testing::Test {
 protected:
  std::future<Outcome> Start(Request request) {
    auto promise = std::make_shared<std::promise<Outcome>>();
    auto outcome = promise->get_future();
    loop_.Post([this, promise, request = std::move(request)] {
      last_transfer_ =
          client_->Send(request, [promise](Outcome end) { promise->set_value(std::move(end)); });
    });
    return outcome;
  }

  Outcome Exchange(Request request) { return Start(std::move(request)).get(); }

  bool Abort() {
    return RunOn(loop_, [this] { return client_->Abort(last_transfer_); });
  }

  void UseOptions(Options options) {
    client_.reset();
    client_ = std::make_unique<Client>(loop_, std::move(options));
  }

  Loop loop_;
  std::unique_ptr<Client> client_ = std::make_unique<Client>(loop_, Options{});
  // Of the loop's thread.
  Client::TransferId last_transfer_ = 0;
};

testing::Matcher<Outcome> AnsweredWith(testing::Matcher<std::string> body) {
  return VariantWith<Response>(
      AllOf(Field("status", &Response::status, 200), Field("body", &Response::body, body)));
}

testing::Matcher<Outcome> LostBy(Cause cause, bool maybe_executed) {
  return VariantWith<Lost>(AllOf(Field("cause", &Lost::cause, cause),
                                 Field("maybe_executed", &Lost::maybe_executed, maybe_executed),
                                 Field("detail", &Lost::detail, Not(IsEmpty()))));
}

// ---- Answers ----

TEST_F(HttpTest, HandsBackTheWholeAnswer) {
  Server server(
      AnswerWith("HTTP/1.1 503 Busy\r\nContent-Type: text/html\r\nretry-after: 7\r\n"
                 "Content-Length: 4\r\nConnection: close\r\n\r\nlate"));
  const Outcome outcome = Exchange(Post(server.Url(), "{}"));
  const auto* response = std::get_if<Response>(&outcome);
  ASSERT_NE(response, nullptr);
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(response->content_type, "text/html");
  EXPECT_EQ(response->retry_after, "7");
  EXPECT_EQ(response->body, "late");
}

TEST_F(HttpTest, SendsHeadersAndBodyAsGiven) {
  Server server(Echo);
  const std::string body(3 << 20, 'x');
  EXPECT_THAT(Exchange(Post(server.Url(), body)), AnsweredWith(body));
  const std::string head = server.arrivals().front().head;
  EXPECT_THAT(head, StartsWith("POST /jsonrpc HTTP/1.1\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nContent-Type: application/json\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nUser-Agent: odoo-gateway\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("Expect")));
}

TEST_F(HttpTest, ReadsAnAnswerThatEndsWithItsConnection) {
  Server server(AnswerWith("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nall of it"));
  EXPECT_THAT(Exchange(Post(server.Url(), "{}")), AnsweredWith(Eq("all of it")));
}

TEST_F(HttpTest, GetHasNoBody) {
  Server server(Echo);
  Request request = Get(server.Url());
  request.body = "ignored";
  EXPECT_THAT(Exchange(std::move(request)), AnsweredWith(IsEmpty()));
  EXPECT_THAT(server.arrivals().front().head, StartsWith("GET /jsonrpc HTTP/1.1\r\n"));
}

TEST_F(HttpTest, PostWithoutBodyIsAPost) {
  Server server(Echo);
  EXPECT_THAT(Exchange(Post(server.Url(), "")), AnsweredWith(IsEmpty()));
  EXPECT_THAT(server.arrivals().front().head, HasSubstr("Content-Length: 0\r\n"));
}

TEST_F(HttpTest, FollowsNoRedirect) {
  Server server(AnswerWith("HTTP/1.1 302 Found\r\nLocation: /web\r\nContent-Length: 0\r\n\r\n"));
  const Outcome outcome = Exchange(Post(server.Url(), "{}"));
  EXPECT_THAT(outcome, VariantWith<Response>(Field(&Response::status, 302)));
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpTest, UsesNoProxyFromTheEnvironment) {
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  Server server(Echo);
  EXPECT_THAT(Exchange(Post(server.Url(), "{}")), AnsweredWith(Eq("{}")));
  unsetenv("http_proxy");
}

// ---- Connections ----

TEST_F(HttpTest, KeepsConnectionsAlive) {
  Server server(Echo);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_THAT(Exchange(Post(server.Url(), std::to_string(i))), AnsweredWith(std::to_string(i)));
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpTest, ReconnectsToAServerThatCloses) {
  Server server([](Peer& peer) {
    if (const auto arrival = peer.Read()) peer.Write(Answer(arrival->body));
  });
  for (int i = 0; i < 20; ++i) {
    ASSERT_THAT(Exchange(Post(server.Url(), std::to_string(i))), AnsweredWith(std::to_string(i)));
    std::this_thread::sleep_for(2ms);  // The end of the connection arrives.
  }
  EXPECT_EQ(server.connections(), 20);
  EXPECT_EQ(server.arrivals().size(), 20u);
}

TEST_F(HttpTest, RunsManyTransfersAtOnce) {
  // Answers once all have arrived: proves that none waits for another.
  constexpr int kTransfers = 200;
  std::latch all(kTransfers);
  Server server([&all](Peer& peer) {
    const auto arrival = peer.Read();
    if (!arrival) return;
    all.arrive_and_wait();
    peer.Write(Answer(arrival->body));
  });
  std::vector<std::future<Outcome>> outcomes;
  for (int i = 0; i < kTransfers; ++i) {
    outcomes.push_back(Start(Post(server.Url(), std::to_string(i), 60s)));
  }
  for (int i = 0; i < kTransfers; ++i) {
    EXPECT_THAT(outcomes[i].get(), AnsweredWith(std::to_string(i)));
  }
  EXPECT_EQ(server.connections(), kTransfers);
}

// ---- At most once ----

TEST_F(HttpTest, ConnectionThatEndsWithoutAnswerMayHaveExecuted) {
  Server server(CutAfterRequest);
  EXPECT_THAT(Exchange(Post(server.Url(), "{}")), LostBy(Cause::kBroken, true));
  EXPECT_THAT(server.bodies(), ElementsAre("{}"));
}

TEST_F(HttpTest, BodyIsNotSentAgainWhenAReusedConnectionEnds) {
  Server server(CutSecond);
  EXPECT_THAT(Exchange(Post(server.Url(), "first")), AnsweredWith(Eq("first")));
  EXPECT_THAT(Exchange(Post(server.Url(), "second")), LostBy(Cause::kBroken, true));
  EXPECT_THAT(server.bodies(), ElementsAre("first", "second"));
}

TEST_F(HttpTest, LargeBodyIsNotSentAgainWhenAReusedConnectionEnds) {
  Server server(CutSecond);
  const std::string large(5 << 20, 'x');
  EXPECT_THAT(Exchange(Post(server.Url(), "first")), AnsweredWith(Eq("first")));
  EXPECT_THAT(Exchange(Post(server.Url(), large)), LostBy(Cause::kBroken, true));
  EXPECT_EQ(server.arrivals().size(), 2u);
}

TEST_F(HttpTest, PostWithoutBodyIsNotSentAgainEither) {
  Server server(CutSecond);
  EXPECT_THAT(Exchange(Post(server.Url(), "first")), AnsweredWith(Eq("first")));
  EXPECT_THAT(Exchange(Post(server.Url(), "")), LostBy(Cause::kBroken, true));
  EXPECT_THAT(server.bodies(), ElementsAre("first", ""));
}

TEST_F(HttpTest, GetIsSentAgainWhenAReusedConnectionEnds) {
  Server server(CutSecond);
  EXPECT_THAT(Exchange(Post(server.Url(), "first")), AnsweredWith(Eq("first")));
  EXPECT_THAT(Exchange(Get(server.Url())), AnsweredWith(IsEmpty()));
  EXPECT_EQ(server.arrivals().size(), 3u);
}

TEST_F(HttpTest, TruncatedAnswerIsBroken) {
  Server server(AnswerWith("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"));
  EXPECT_THAT(Exchange(Post(server.Url(), "{}")), LostBy(Cause::kBroken, true));
}

TEST_F(HttpTest, TruncatedChunkedAnswerIsBroken) {
  Server server(AnswerWith("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"));
  EXPECT_THAT(Exchange(Post(server.Url(), "{}")), LostBy(Cause::kBroken, true));
}

TEST_F(HttpTest, AnswerThatIsNotHttpIsBroken) {
  Server server(AnswerWith("SSH-2.0-OpenSSH_9.2\r\n"));
  EXPECT_THAT(Exchange(Post(server.Url(), "{}")), LostBy(Cause::kBroken, true));
}

TEST_F(HttpTest, GetWithoutAnswerWasSent) {
  Server server(CutAfterRequest);
  EXPECT_THAT(Exchange(Get(server.Url())), LostBy(Cause::kBroken, true));
}

// ---- No connection ----

TEST_F(HttpTest, RefusedConnectionExecutedNothing) {
  const int port = PortOf(ListenOnLoopback(1));  // Closed again.
  EXPECT_THAT(Exchange(Post(UrlOf(port), "{}")), LostBy(Cause::kRefused, false));
  EXPECT_THAT(Exchange(Get(UrlOf(port))), LostBy(Cause::kRefused, false));
}

TEST_F(HttpTest, UnknownNameExecutedNothing) {
  const Outcome outcome = Exchange(Post("http://no-such-host.invalid/", "{}", 2s));
  EXPECT_THAT(outcome, VariantWith<Lost>(Field(&Lost::maybe_executed, false)));
}

TEST_F(HttpTest, FailedTlsHandshakeExecutedNothing) {
  Server server([](Peer& peer) { peer.Write("this is not TLS\r\n"); });
  EXPECT_THAT(Exchange(Post(server.Url("https"), "{}")), LostBy(Cause::kRefused, false));
  EXPECT_THAT(Exchange(Get(server.Url("https"))), LostBy(Cause::kRefused, false));
}

// A listener whose backlog is full: connections to it neither succeed nor fail.
class FullBacklog {
 public:
  FullBacklog() {
    const sockaddr_in address = Loopback(PortOf(listener_));
    for (int i = 0; i < 8; ++i) {
      waiting_.emplace_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      static_cast<void>(connect(waiting_.back().fd(), reinterpret_cast<const sockaddr*>(&address),
                                sizeof(address)));
    }
  }
  std::string Url() const { return UrlOf(PortOf(listener_)); }

 private:
  Socket listener_ = ListenOnLoopback(0);
  std::vector<Socket> waiting_;
};

TEST_F(HttpTest, DeadlineWhileConnectingExecutedNothing) {
  FullBacklog full;
  EXPECT_THAT(Exchange(Post(full.Url(), "{}", 100ms)), LostBy(Cause::kDeadline, false));
  EXPECT_THAT(Exchange(Post(full.Url(), "{}", 0ms)), LostBy(Cause::kDeadline, false));
}

TEST_F(HttpTest, ConnectTimeoutIsARefusal) {
  FullBacklog full;
  UseOptions({.connect_timeout = 100ms, .ca_file = "", .user_agent = "test"});
  EXPECT_THAT(Exchange(Post(full.Url(), "{}")), LostBy(Cause::kRefused, false));
}

// ---- Deadline, abort, limits ----

TEST_F(HttpTest, DeadlineDuringTheAnswer) {
  Server server([](Peer& peer) {
    peer.Read();
    peer.Write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\na start");
    peer.WaitUntilClosed();
  });
  const auto start = Clock::now();
  EXPECT_THAT(Exchange(Post(server.Url(), "{}", 150ms)), LostBy(Cause::kDeadline, true));
  EXPECT_GE(Clock::now() - start, 150ms);
  EXPECT_LT(Clock::now() - start, 250ms);
}

TEST_F(HttpTest, AbortClosesTheConnectionWithoutCallback) {
  std::promise<void> arrived, closed;
  Server server([&](Peer& peer) {
    peer.Read();
    arrived.set_value();
    peer.WaitUntilClosed();
    closed.set_value();
  });
  auto outcome = Start(Post(server.Url(), "{}"));
  arrived.get_future().wait();
  EXPECT_TRUE(Abort());
  EXPECT_EQ(closed.get_future().wait_for(5s), std::future_status::ready);
  EXPECT_THROW(outcome.get(), std::future_error);  // The callback was destroyed.
  EXPECT_FALSE(Abort());
}

TEST_F(HttpTest, AbortBeforeAnythingWasSent) {
  Server server(Echo);
  const bool maybe_executed = RunOn(loop_, [&] {
    return client_->Abort(client_->Send(Post(server.Url(), "{}"), [](Outcome) { FAIL(); }));
  });
  EXPECT_FALSE(maybe_executed);
  EXPECT_THAT(Exchange(Post(server.Url(), "next")), AnsweredWith(Eq("next")));
  EXPECT_THAT(server.bodies(), ElementsAre("next"));
}

TEST_F(HttpTest, AbortOfAnEndedTransferIsFalse) {
  Server server(Echo);
  EXPECT_THAT(Exchange(Post(server.Url(), "{}")), AnsweredWith(Eq("{}")));
  EXPECT_FALSE(Abort());
}

TEST_F(HttpTest, AnswerUpToTheLimit) {
  UseOptions({.max_answer_bytes = 1000, .ca_file = "", .user_agent = "test"});
  Server server(Echo);
  const std::string fits(1000, 'x');
  EXPECT_THAT(Exchange(Post(server.Url(), fits)), AnsweredWith(fits));
  EXPECT_THAT(Exchange(Post(server.Url(), fits + 'x')), LostBy(Cause::kTooLarge, true));
  EXPECT_THAT(Exchange(Post(server.Url(), fits)), AnsweredWith(fits));
}

// gzip of 1,000,000 zero bytes: 1003 bytes.
std::string GzipBomb() {
  constexpr std::string_view kStart(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc1\x01\x01\x00\x00\x00\x82\x20\xff\xaf\x6e"
      "\x48\x40\x01",
      25);
  constexpr std::string_view kEnd("\xaf\x06\x9e\xcb\x79\x12\x40\x42\x0f\x00", 10);
  return std::string(kStart) + std::string(968, '\0') + std::string(kEnd);
}

TEST_F(HttpTest, DecompressesAnswers) {
  Server server(AnswerWith(Answer(GzipBomb(), "Content-Encoding: gzip\r\n")));
  EXPECT_THAT(Exchange(Post(server.Url(), "{}")), AnsweredWith(std::string(1'000'000, '\0')));
  EXPECT_THAT(server.arrivals().front().head, HasSubstr("gzip"));
}

TEST_F(HttpTest, TheLimitCountsDecompressedBytes) {
  UseOptions({.max_answer_bytes = 999'999, .ca_file = "", .user_agent = "test"});
  Server server(AnswerWith(Answer(GzipBomb(), "Content-Encoding: gzip\r\n")));
  EXPECT_THAT(Exchange(Post(server.Url(), "{}")), LostBy(Cause::kTooLarge, true));
}

TEST_F(HttpTest, RefusesRequestsThatCannotBeSent) {
  Server server(Echo);
  const auto with_header = [&](std::string line) {
    Request request = Post(server.Url(), "{}");
    request.headers.push_back(std::move(line));
    return Exchange(std::move(request));
  };
  const auto bad_request = LostBy(Cause::kBadRequest, false);
  EXPECT_THAT(with_header("X-A: b\r\nX-Injected: c"), bad_request);
  EXPECT_THAT(with_header("X-A: b\nX-Injected: c"), bad_request);
  EXPECT_THAT(with_header("X-A: b\r"), bad_request);
  EXPECT_THAT(with_header(std::string("X-A: b\0c", 8)), bad_request);
  EXPECT_THAT(with_header("no colon"), bad_request);
  EXPECT_THAT(with_header(": no name"), bad_request);
  EXPECT_THAT(Exchange(Post(server.Url() + "\r\nX-Injected: c", "{}")), bad_request);
  EXPECT_THAT(Exchange(Post(server.Url() + " HTTP/1.1", "{}")), bad_request);
  EXPECT_THAT(Exchange(Post("127.0.0.1/jsonrpc", "{}")), bad_request);
  EXPECT_THAT(Exchange(Post("file:///etc/passwd", "{}")), bad_request);
  EXPECT_THAT(Exchange(Post("http://", "{}")), bad_request);
  EXPECT_THAT(Exchange(Post("", "{}")), bad_request);
  EXPECT_THAT(Exchange(Post(server.Url() + '?' + std::string(9 << 20, 'x'), "{}")), bad_request);
  EXPECT_EQ(server.connections(), 0);
}

// ---- Callbacks and lifetime ----

TEST_F(HttpTest, DoneNeverRunsBeforeSendReturns) {
  std::promise<bool> returned_first;
  loop_.Post([&] {
    const auto returned = std::make_shared<bool>(false);
    client_->Send(Post("", "{}"), [&, returned](Outcome) { returned_first.set_value(*returned); });
    *returned = true;
  });
  EXPECT_TRUE(returned_first.get_future().get());
}

TEST_F(HttpTest, DoneMaySendAndAbort) {
  Server echo(Echo);
  Server stalling(Stall);
  std::promise<Outcome> last;
  loop_.Post([&] {
    const auto stalled =
        client_->Send(Post(stalling.Url(), "{}"), [](Outcome) { FAIL() << "was aborted"; });
    client_->Send(Post(echo.Url(), "1"), [&, stalled](Outcome) {
      client_->Abort(stalled);
      client_->Send(Post(echo.Url(), "2"), [&](Outcome outcome) { last.set_value(outcome); });
    });
  });
  EXPECT_THAT(last.get_future().get(), AnsweredWith(Eq("2")));
  EXPECT_EQ(echo.connections(), 1);
}

TEST_F(HttpTest, DoneMayDestroyItsClient) {
  Server echo(Echo);
  Server stalling(Stall);
  std::promise<void> destroyed;
  loop_.Post([&] {
    client_->Send(Post(stalling.Url(), "{}"), [](Outcome) { FAIL() << "was dropped"; });
    client_->Send(Post("", "{}"), [&](Outcome) {
      client_.reset();
      destroyed.set_value();
    });
  });
  destroyed.get_future().wait();
}

TEST_F(HttpTest, DestroyedClientDropsItsTransfers) {
  Server server(Stall);
  std::vector<std::future<Outcome>> outcomes;
  for (int i = 0; i < 20; ++i) outcomes.push_back(Start(Post(server.Url(), "{}")));
  std::this_thread::sleep_for(20ms);
  // Perhaps still being resolved when the client goes.
  RunOn(loop_, [this] {
    return client_->Send(Post("http://no-such-host.invalid/", "{}"), [](Outcome) {});
  });
  client_.reset();
  for (auto& outcome : outcomes) EXPECT_THROW(outcome.get(), std::future_error);
}

TEST_F(HttpTest, ClientsShareALoop) {
  Server server(Stall);
  Server echo(Echo);
  auto other = std::make_unique<Client>(loop_, Options{});
  RunOn(loop_, [&] {
    return other->Send(Post(server.Url(), "{}"), [](Outcome) { FAIL() << "was dropped"; });
  });
  EXPECT_THAT(Exchange(Post(echo.Url(), "1")), AnsweredWith(Eq("1")));
  other.reset();
  EXPECT_THAT(Exchange(Post(echo.Url(), "2")), AnsweredWith(Eq("2")));
}

TEST(LoopTest, EndsWithAClientItOwns) {
  Server server(Stall);
  auto loop = std::make_unique<Loop>();
  auto client = std::make_shared<Client>(*loop, Options{});
  RunOn(*loop, [&] {
    client->Send(Post(server.Url(), "{}"), [](Outcome) { FAIL() << "was dropped"; });
    return loop->At(Clock::now() + 1h, [client] {});
  });
  client.reset();
  loop.reset();
}

// ---- Loop ----

TEST(LoopTest, RunsPostsOfEachThreadInOrder) {
  constexpr int kThreads = 4;
  constexpr int kPosts = 20'000;
  std::vector<std::vector<int>> seen(kThreads);
  std::latch done(kThreads * kPosts);
  Loop loop;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kPosts; ++i) {
        loop.Post([&, thread, i] {
          seen[thread].push_back(i);
          done.count_down();
        });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  done.wait();
  std::vector<int> expected(kPosts);
  for (int i = 0; i < kPosts; ++i) expected[i] = i;
  for (const auto& posts : seen) EXPECT_EQ(posts, expected);
}

TEST(LoopTest, WakesForEveryPost) {
  Loop loop;
  for (int i = 0; i < 5000; ++i) EXPECT_EQ(RunOn(loop, [i] { return i; }), i);
}

TEST(LoopTest, KnowsItsThread) {
  Loop loop;
  EXPECT_FALSE(loop.OnLoop());
  EXPECT_TRUE(RunOn(loop, [&] { return loop.OnLoop(); }));
}

TEST(LoopTest, IdleLoopUsesNoTime) {
  const auto used = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return std::chrono::seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           std::chrono::microseconds(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  };
  Loop loop;
  RunOn(loop, [&] { return loop.At(Clock::now() + 150ms, [] {}); });
  const auto before = used();
  std::this_thread::sleep_for(300ms);
  EXPECT_LT(used() - before, 50ms);
}

TEST(LoopTest, TimersRunInTheOrderTheyAreDue) {
  Loop loop;
  std::vector<int> order;
  std::promise<void> last;
  loop.Post([&] {
    const auto now = Clock::now();
    loop.At(now + 30ms, [&] {
      order.push_back(4);
      last.set_value();
    });
    loop.At(now + 20ms, [&] { order.push_back(2); });
    loop.At(now + 20ms, [&] { order.push_back(3); });
    loop.At(now - 20ms, [&] { order.push_back(1); });
  });
  last.get_future().wait();
  EXPECT_THAT(order, ElementsAre(1, 2, 3, 4));
}

TEST(LoopTest, TimersAreNotEarlyAndHardlyLate) {
  Loop loop;
  const auto due = Clock::now() + 50ms;
  std::promise<Clock::time_point> ran;
  loop.Post([&] { loop.At(due, [&] { ran.set_value(Clock::now()); }); });
  const auto late = ran.get_future().get() - due;
  EXPECT_GE(late, 0ms);
  EXPECT_LT(late, 50ms);
}

TEST(LoopTest, CancelledTimerDoesNotRun) {
  Loop loop;
  std::promise<void> last;
  loop.Post([&] {
    const auto now = Clock::now();
    auto cancelled = std::make_shared<Loop::TimerId>();
    // Both are due in the same turn.
    loop.At(now, [&loop, cancelled] { loop.CancelTimer(*cancelled); });
    *cancelled = loop.At(now, [] { FAIL(); });
    const auto ran = std::make_shared<Loop::TimerId>();
    *ran = loop.At(now, [&loop, ran] { loop.CancelTimer(*ran); });
    loop.At(now + 10ms, [&] { last.set_value(); });
  });
  last.get_future().wait();
}

TEST(LoopTest, TimersThatSetTimersDoNotStarveTheLoop) {
  Loop loop;
  std::function<void()> again = [&] { loop.At(Clock::time_point::min(), again); };
  loop.Post(again);
  EXPECT_EQ(RunOn(loop, [] { return 1; }), 1);
}

TEST(LoopTest, EndsWhilePostsComeAndDropsThem) {
  const auto token = std::make_shared<int>();
  for (int round = 0; round < 50; ++round) {
    auto loop = std::make_unique<Loop>();
    std::function<void()> forever = [&forever, token, raw = loop.get()] { raw->Post(forever); };
    loop->Post(forever);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&loop, token] {
        for (int post = 0; post < 200; ++post) loop->Post([token] {});
      });
    }
    RunOn(*loop, [&] { return loop->At(Clock::now() + 1h, [token] {}); });
    for (std::thread& thread : threads) thread.join();
    loop.reset();
  }
  EXPECT_EQ(token.use_count(), 1);
}

}  // namespace
}  // namespace gateway::http
