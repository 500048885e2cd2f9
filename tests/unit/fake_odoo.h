// An Odoo made of scripts: answers the gateway's connecting by itself and everything else as the
// test says. One thread per connection, every connection ends after one request, as with Odoo's own
// workers.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <limits>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "contracts.h"
#include "observe/event.h"
#include "odoo/xmlrpc_document.h"

namespace gateway::test {

// A request as it arrived; for calls of a model also what they are.
struct Arrival {
  std::string path;
  Json body;
  // Empty for what is no call of a model.
  std::string model;
  std::string method;
  // JSON-RPC: args and kwargs; JSON-2: the named arguments.
  Json arguments;

  bool json_rpc() const { return path == "/jsonrpc"; }
  bool xml_rpc() const { return path.starts_with("/xmlrpc/2/"); }
};

struct Reaction {
  int status = 200;
  std::string body = {};
  std::string content_type = "application/json";
  std::string headers = {};
  // False: the connection ends without an answer.
  bool answers = true;
  // Announced as whole, cut after so many bytes.
  std::size_t cut = std::numeric_limits<std::size_t>::max();
  // The answer waits for it, at the longest until the server ends.
  std::shared_future<void> gate = {};
};

inline Reaction Html(int status) {
  return {.status = status, .body = "<html>Bad Gateway</html>", .content_type = "text/html"};
}
inline Reaction NoAnswer() { return {.answers = false}; }

inline std::string XmlText(std::string text) {
  for (const auto& [from, to] :
       {std::pair<std::string, std::string>{"&", "&amp;"}, {"<", "&lt;"}}) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  }
  return text;
}

inline std::string XmlValue(const Json& value) {
  std::string text;
  if (value.is_boolean())
    text = value.get<bool>() ? "<boolean>1</boolean>" : "<boolean>0</boolean>";
  if (value.is_number_integer()) text = "<int>" + value.dump() + "</int>";
  if (value.is_number_float()) text = "<double>" + value.dump() + "</double>";
  if (value.is_string()) text = "<string>" + XmlText(value.get<std::string>()) + "</string>";
  if (value.is_null()) text = "<nil/>";
  if (value.is_array()) {
    for (const Json& element : value) text += XmlValue(element);
    text = "<array><data>" + text + "</data></array>";
  }
  if (value.is_object()) {
    for (const auto& [name, member] : value.items())
      text += "<member><name>" + XmlText(name) + "</name>" + XmlValue(member) + "</member>";
    text = "<struct>" + text + "</struct>";
  }
  return "<value>" + text + "</value>";
}

inline Reaction XmlReaction(const std::string& content) {
  return {.body = "<?xml version='1.0'?>\n<methodResponse>" + content + "</methodResponse>\n",
          .content_type = "text/xml"};
}

inline Reaction Result(const Arrival& arrival, const Json& result) {
  if (arrival.xml_rpc())
    return XmlReaction("<params><param>" + XmlValue(result) + "</param></params>");
  if (!arrival.json_rpc()) return {.body = result.dump()};
  return {.body = Json{{"jsonrpc", "2.0"}, {"id", arrival.body["id"]}, {"result", result}}.dump()};
}

// An exception of Odoo: {"name": ..., "message": ..., "debug": ..., "status": ...}.
inline Reaction Fault(const Arrival& arrival, const Json& fault) {
  if (arrival.xml_rpc()) {
    // Odoo's own exceptions come as words alone, others with their class at the end of a traceback.
    const std::string name = fault.at("name");
    const std::string message = fault.at("message");
    const bool odoo = name.starts_with("odoo.");
    const std::string_view builtins = "builtins.";
    const std::string printed = name.starts_with(builtins) ? name.substr(builtins.size()) : name;
    const std::string text =
        odoo ? message : "Traceback (most recent call last):\n" + printed + ": " + message + "\n";
    const int code = name == "odoo.exceptions.AccessError" ? 4 : odoo ? 2 : 1;
    const Json members{{"faultCode", code}, {"faultString", text}};
    return XmlReaction("<fault>" + XmlValue(members) + "</fault>");
  }
  const Json data{{"name", fault.at("name")},
                  {"message", fault.at("message")},
                  {"arguments", fault.value("arguments", Json::array({fault.at("message")}))},
                  {"context", Json::object()},
                  {"debug", fault.value("debug", "")}};
  if (!arrival.json_rpc()) return {.status = fault.value("status", 422), .body = data.dump()};
  const Json error{{"code", 200}, {"message", "Odoo Server Error"}, {"data", data}};
  return {.body = Json{{"jsonrpc", "2.0"}, {"id", arrival.body["id"]}, {"error", error}}.dump()};
}

class FakeOdoo {
 public:
  using Script = std::function<Reaction(const Arrival&)>;

  explicit FakeOdoo(int version) : version_(version) { Listen(); }
  ~FakeOdoo() { Stop(); }

  std::string Url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  // What calls of models get; connecting goes on as always.
  void OnCall(Script script) { Set(call_, std::move(script)); }
  // What anything gets first; nothing: as always.
  void OnAny(std::function<std::optional<Reaction>(const Arrival&)> script) {
    Set(any_, std::move(script));
  }

  // From now on connections are refused, until Start.
  void Stop() {
    if (!acceptor_.joinable()) return;
    stop_.set_value();
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (Connection& connection : connections_) {
      shutdown(connection.socket, SHUT_RDWR);
      connection.thread.join();
      close(connection.socket);
    }
    connections_.clear();
    close(listener_);
  }
  // On the same port.
  void Start() { Listen(); }

  void set_version(int version) {
    const std::lock_guard lock(mutex_);
    version_ = version;
  }

  // Calls of models so far, without those of connecting.
  std::vector<Arrival> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  void Forget() {
    const std::lock_guard lock(mutex_);
    calls_.clear();
  }
  // False where they do not come in time.
  bool AwaitCalls(std::size_t count) const {
    std::unique_lock lock(mutex_);
    return arrived_.wait_for(lock, std::chrono::seconds(20),
                             [&] { return calls_.size() >= count; });
  }

 private:
  struct Connection {
    int socket;
    std::thread thread;
  };

  template <class Function>
  void Set(Function& place, Function script) {
    const std::lock_guard lock(mutex_);
    place = std::move(script);
  }

  void Listen() {
    stop_ = {};
    stopped_ = stop_.get_future().share();
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 64), 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { Accept(); });
  }

  void Accept() {
    for (int fd = 0; (fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
      connections_.push_back({fd, std::thread([this, fd] { Serve(fd); })});
    }
  }

  void Serve(int fd) {
    if (const auto arrival = Read(fd)) Answer(fd, React(*arrival));
    shutdown(fd, SHUT_RDWR);
  }

  static std::optional<Arrival> Read(int fd) {
    std::string text;
    std::size_t head = std::string::npos;
    std::size_t size = 0;
    while (head == std::string::npos || text.size() < head + size) {
      char chunk[16384];
      const ssize_t got = recv(fd, chunk, sizeof(chunk), 0);
      if (got <= 0) return std::nullopt;
      text.append(chunk, static_cast<std::size_t>(got));
      if (head != std::string::npos || text.find("\r\n\r\n") == std::string::npos) continue;
      head = text.find("\r\n\r\n") + 4;
      const auto length = text.find("Content-Length: ");
      size = length < head ? std::stoul(text.substr(length + 16)) : 0;
    }
    const auto path = text.find(' ') + 1;
    return Parse(text.substr(path, text.find(' ', path) - path), text.substr(head));
  }

  static Arrival Parse(std::string path, const std::string& body) {
    Arrival arrival{std::move(path), {}, {}, {}, {}};
    const std::string json = arrival.xml_rpc() ? odoo::JsonOfXmlRpc(body) : body;
    if (!json.empty()) arrival.body = Json::parse(json);
    constexpr std::string_view kJson2 = "/json/2/";
    if (arrival.path.starts_with(kJson2)) {
      const auto slash = arrival.path.find('/', kJson2.size());
      arrival.model = arrival.path.substr(kJson2.size(), slash - kJson2.size());
      arrival.method = arrival.path.substr(slash + 1);
      arrival.arguments = arrival.body;
    } else if (arrival.path == "/xmlrpc/2/object") {
      const Json& args = arrival.body["params"];
      arrival.model = args.at(3);
      arrival.method = args.at(4);
      arrival.arguments = {{"args", args.at(5)}, {"kwargs", args.at(6)}};
    } else if (arrival.json_rpc() && arrival.body["params"]["service"] == "object") {
      const Json& args = arrival.body["params"]["args"];
      arrival.model = args.at(3);
      arrival.method = args.at(4);
      arrival.arguments = {{"args", args.at(5)}, {"kwargs", args.at(6)}};
    }
    return arrival;
  }

  Reaction React(const Arrival& arrival) {
    std::unique_lock lock(mutex_);
    const auto any = any_;
    const auto call = call_;
    const int version = version_;
    const auto connecting = Connecting(arrival, version);
    if (!connecting) {
      calls_.push_back(arrival);
      arrived_.notify_all();
    }
    lock.unlock();
    if (any) {
      if (auto reaction = any(arrival)) return *reaction;
    }
    if (connecting) return *connecting;
    return call ? call(arrival) : Result(arrival, nullptr);
  }

  // What the gateway asks to find out where it is; nothing for anything else.
  static std::optional<Reaction> Connecting(const Arrival& arrival, int version) {
    const std::string text = std::to_string(version) + ".0";
    const Json info = Json::array({version, 0, 0, "final", 0, ""});
    if (arrival.path == "/web/version") {
      if (version < 19) return Html(404);
      return Reaction{.body = Json{{"version_info", info}, {"version", text}}.dump()};
    }
    if (arrival.model.empty() && (arrival.json_rpc() || arrival.xml_rpc())) {
      const Json& named =
          arrival.json_rpc() ? arrival.body["params"]["method"] : arrival.body["methodName"];
      if (named == "authenticate") return Result(arrival, 7);
      return Result(arrival, {{"server_version", text}, {"server_version_info", info}});
    }
    if (arrival.method == "context_get") return Result(arrival, {{"lang", "en_US"}, {"uid", 7}});
    if (arrival.model == "res.users" && arrival.method == "read") {
      return Result(arrival, Json::array({{{"id", 7},
                                           {"lang", "en_US"},
                                           {"company_id", Json::array({1, "My Company"})},
                                           {"company_ids", Json::array({1, 2, 3})}}}));
    }
    if (arrival.method != "fields_get") return std::nullopt;
    const Json fields = RecordedFields(version, arrival.model);
    if (!fields.is_null()) return Result(arrival, fields);
    return Fault(arrival, {{"name", "builtins.KeyError"}, {"message", arrival.model}});
  }

  void Answer(int fd, const Reaction& reaction) {
    while (reaction.gate.valid() &&
           reaction.gate.wait_for(std::chrono::milliseconds(2)) != std::future_status::ready) {
      if (stopped_.wait_for(std::chrono::seconds(0)) == std::future_status::ready) return;
    }
    if (!reaction.answers) return;
    std::string text = "HTTP/1.0 " + std::to_string(reaction.status) +
                       " Status\r\nContent-Type: " + reaction.content_type +
                       "\r\nContent-Length: " + std::to_string(reaction.body.size()) + "\r\n" +
                       reaction.headers + "\r\n" + reaction.body.substr(0, reaction.cut);
    for (std::string_view rest = text; !rest.empty();) {
      const ssize_t sent = send(fd, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::promise<void> stop_;
  std::shared_future<void> stopped_;
  std::thread acceptor_;
  // The acceptor's until it is joined.
  std::list<Connection> connections_;

  mutable std::mutex mutex_;
  mutable std::condition_variable arrived_;
  int version_;
  std::function<std::optional<Reaction>(const Arrival&)> any_;
  Script call_;
  std::vector<Arrival> calls_;
};

// Waits until something holds that another thread brings about.
template <class Predicate>
bool Eventually(const Predicate& holds) {
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > patience) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace gateway::test
