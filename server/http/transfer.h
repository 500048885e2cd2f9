// One request on one easy handle, from its options to its outcome. Knows nothing of the loop that
// runs the handle.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>

#include "http/client.h"
#include "http/handles.h"

namespace gateway::http {

// A handle with everything set that is the same for all requests; null where there is no memory.
EasyHandle NewHandle(const Options& options);

class Transfer {
 public:
  // `easy` comes from NewHandle; it may have served other transfers.
  Transfer(EasyHandle easy, Request request, std::size_t max_answer_bytes);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Makes the handle ready to run; it points into this object from then on. Otherwise why the
  // request cannot be sent.
  std::optional<Lost> Prepare();

  CURL* easy() const { return easy_.get(); }

  // Whether the peer may have got what it needs to execute the request: a byte of its body, or its
  // head where it has no body.
  bool handed_over() const { return handed_over_; }

  // What became of it once libcurl is done with the handle. Once.
  Outcome Conclude(CURLcode code);
  Lost DeadlinePassed() const;

  // For the next transfer. The handle must not be running.
  EasyHandle TakeHandle();

 private:
  static int OnConnected(void* self, char*, char*, int, int) noexcept;
  static std::size_t OnReadBody(char* to, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t OnAnswer(char* from, std::size_t size, std::size_t count, void* self) noexcept;

  bool HasBody() const { return request_.post && !request_.body.empty(); }
  bool SetRequest();
  void SetCallbacks();
  bool Store(const char* from, std::size_t size);
  void ReserveAnswer();
  Response TakeResponse();
  Lost Explain(CURLcode code) const;
  std::string Words(CURLcode code) const;

  EasyHandle easy_;
  Request request_;
  HeaderList headers_;
  const std::size_t max_answer_bytes_;
  std::size_t body_read_ = 0;
  bool handed_over_ = false;
  bool resend_refused_ = false;
  bool too_large_ = false;
  std::string answer_;
  // Filled by libcurl.
  std::array<char, CURL_ERROR_SIZE> error_{};
};

}  // namespace gateway::http
