// HTTP over libcurl's multi interface: the gateway's only socket towards Odoo. Knows nothing of
// Odoo.
//
// A request body is delivered at most once: libcurl may re-send a POST by itself when a reused
// connection dies before any answer byte, so bodies are read through a READFUNCTION whose
// SEEKFUNCTION fails.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/loop.h"

namespace gateway::http {

struct Request {
  // Absolute, http or https.
  std::string url;
  // GET where false; the body is ignored then.
  bool post = true;
  // Whole lines, `Name: value`. Must hold no CR or LF: checked, such a request fails before it is
  // sent.
  std::vector<std::string> headers;
  std::string body;
  // Aborted then.
  Clock::time_point deadline;
};

// Any complete HTTP answer, whatever its status.
struct Response {
  int status = 0;
  std::string content_type;
  // Header Retry-After; empty where absent.
  std::string retry_after;
  std::string body;
};

// No complete answer.
struct Lost {
  enum class Cause : std::uint8_t {
    kRefused,  // no connection: name, address, TLS
    kBroken,   // the connection ended before the answer was complete
    kDeadline,
    kTooLarge,    // the answer exceeds Options::max_answer_bytes
    kBadRequest,  // not a request that can be sent (URL, header)
  };
  Cause cause = Cause::kRefused;
  // False: certain that no byte of the body reached the connection, so nothing was executed.
  bool maybe_executed = false;
  // libcurl's words; holds no credential.
  std::string detail;
};

using Outcome = std::variant<Response, Lost>;

struct Options {
  std::size_t max_answer_bytes = std::size_t{64} << 20;
  std::chrono::milliseconds connect_timeout{5000};
  // PEM bundle for https; empty: the system's.
  std::string ca_file;
  std::string user_agent = "odoo-gateway";
};

// Lives on its loop; create and destroy it while the loop runs, from any thread. All calls on the
// loop's thread.
class Client {
 public:
  Client(Loop& loop, Options options);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  using TransferId = std::uint64_t;
  // `done` runs once, on the loop's thread, never before Send returns; not at all after Abort.
  TransferId Send(Request request, std::function<void(Outcome)> done);

  // Closes the transfer's connection. Returns whether its body may have reached the peer. False for
  // an ended transfer.
  bool Abort(TransferId transfer);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace gateway::http
