#include "http/transfer.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

namespace gateway::http {
namespace {

using Cause = Lost::Cause;

struct Switch {
  CURLoption option;
  long value;
};

// The same for every request. What is off by default in libcurl and stays off: redirects, cookies,
// netrc, HTTP/0.9.
constexpr Switch kSwitches[] = {
    {CURLOPT_NOSIGNAL, 1},
    // Or the end of a transfer whose name is still being resolved would stop the loop until the
    // resolver answers.
    {CURLOPT_QUICK_EXIT, 1},
    {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
    {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
    {CURLOPT_SSL_VERIFYPEER, 1},
    {CURLOPT_SSL_VERIFYHOST, 2},
};

constexpr const char* kProtocols = "http,https";

// Without it libcurl holds a large body back until the peer agrees, or for a second.
constexpr const char* kNoExpect = "Expect:";

struct CauseOf {
  CURLcode code;
  Cause cause;
};

// All others: kBroken.
constexpr CauseOf kCauses[] = {
    {CURLE_UNSUPPORTED_PROTOCOL, Cause::kBadRequest},
    {CURLE_URL_MALFORMAT, Cause::kBadRequest},
    {CURLE_COULDNT_RESOLVE_HOST, Cause::kRefused},
    {CURLE_COULDNT_CONNECT, Cause::kRefused},
    {CURLE_OPERATION_TIMEDOUT, Cause::kRefused},  // The connect timeout; libcurl is given no other.
    {CURLE_SSL_CONNECT_ERROR, Cause::kRefused},
    {CURLE_SSL_CERTPROBLEM, Cause::kRefused},
    {CURLE_SSL_CIPHER, Cause::kRefused},
    {CURLE_PEER_FAILED_VERIFICATION, Cause::kRefused},
    {CURLE_SSL_CACERT_BADFILE, Cause::kRefused},
    {CURLE_SSL_ISSUER_ERROR, Cause::kRefused},
    {CURLE_SSL_INVALIDCERTSTATUS, Cause::kRefused},
    {CURLE_SSL_ENGINE_INITFAILED, Cause::kRefused},
};

Cause CauseOfCode(CURLcode code, bool handed_over) {
  // Whatever ends a transfer after that (an answer that is not HTTP is an "unsupported protocol"),
  // it had a connection.
  if (handed_over) return Cause::kBroken;
  const auto* found = std::find_if(std::begin(kCauses), std::end(kCauses),
                                   [code](const CauseOf& row) { return row.code == code; });
  return found == std::end(kCauses) ? Cause::kBroken : found->cause;
}

// A line break would start another header; libcurl's C strings would end at a NUL.
bool BreaksLine(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

bool IsHttpUrl(const std::string& url) {
  return curl_strnequal(url.c_str(), "http://", 7) != 0 ||
         curl_strnequal(url.c_str(), "https://", 8) != 0;
}

bool IsHeaderLine(std::string_view line) {
  const auto colon = line.find(':');
  return colon != 0 && colon != std::string_view::npos && !BreaksLine(line);
}

// What is wrong with the request, in words without its content; null where nothing is.
const char* FaultOf(const Request& request) {
  if (!IsHttpUrl(request.url)) return "the URL is not an absolute http or https URL";
  if (BreaksLine(request.url)) return "the URL holds a line break or NUL";
  if (!std::all_of(request.headers.begin(), request.headers.end(), IsHeaderLine)) {
    return "a header is not one line `Name: value`";
  }
  return nullptr;
}

Transfer& Self(void* self) { return *static_cast<Transfer*>(self); }

int RefuseToSeek(void*, curl_off_t, int) noexcept { return CURL_SEEKFUNC_FAIL; }

}  // namespace

EasyHandle NewHandle(const Options& options) {
  EasyHandle easy(curl_easy_init());
  if (easy == nullptr) return easy;
  CURL* const handle = easy.get();
  for (const auto& [option, value] : kSwitches) curl_easy_setopt(handle, option, value);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, kProtocols);
  // None, whatever the environment says: Odoo is an upstream inside the same network, and its
  // credentials go there alone.
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  // Every encoding that libcurl can decode.
  curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(handle, CURLOPT_USERAGENT, options.user_agent.c_str());
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options.connect_timeout.count()));
  if (!options.ca_file.empty()) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, options.ca_file.c_str());
  }
  return easy;
}

Transfer::Transfer(EasyHandle easy, Request request, std::size_t max_answer_bytes)
    : easy_(std::move(easy)), request_(std::move(request)), max_answer_bytes_(max_answer_bytes) {}

std::optional<Lost> Transfer::Prepare() {
  if (const char* fault = FaultOf(request_)) return Lost{Cause::kBadRequest, false, fault};
  if (request_.deadline <= Clock::now()) return DeadlinePassed();
  if (easy_ == nullptr) return Lost{Cause::kRefused, false, "out of memory"};
  if (!SetRequest()) return Lost{Cause::kBadRequest, false, "libcurl does not take the URL"};
  SetCallbacks();
  return std::nullopt;
}

bool Transfer::SetRequest() {
  for (const std::string& line : request_.headers) Append(headers_, line);
  Append(headers_, kNoExpect);
  curl_easy_setopt(easy(), CURLOPT_HTTPHEADER, headers_.get());
  if (request_.post) {
    curl_easy_setopt(easy(), CURLOPT_POST, 1L);
    curl_easy_setopt(easy(), CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request_.body.size()));
  } else {
    curl_easy_setopt(easy(), CURLOPT_HTTPGET, 1L);
  }
  return curl_easy_setopt(easy(), CURLOPT_URL, request_.url.c_str()) == CURLE_OK;
}

void Transfer::SetCallbacks() {
  curl_easy_setopt(easy(), CURLOPT_ERRORBUFFER, error_.data());
  curl_easy_setopt(easy(), CURLOPT_PREREQFUNCTION, &Transfer::OnConnected);
  curl_easy_setopt(easy(), CURLOPT_PREREQDATA, this);
  curl_easy_setopt(easy(), CURLOPT_READFUNCTION, &Transfer::OnReadBody);
  curl_easy_setopt(easy(), CURLOPT_READDATA, this);
  curl_easy_setopt(easy(), CURLOPT_SEEKFUNCTION, &RefuseToSeek);
  curl_easy_setopt(easy(), CURLOPT_WRITEFUNCTION, &Transfer::OnAnswer);
  curl_easy_setopt(easy(), CURLOPT_WRITEDATA, this);
}

// Called each time before the head goes out: a second time where libcurl re-sends on a new
// connection because a reused one died. That is welcome for a GET, and for a body of which nothing
// was taken. Otherwise it ends here; the SEEKFUNCTION would end it a step later, but only for a
// body of which libcurl knows that it left.
int Transfer::OnConnected(void* self, char*, char*, int, int) noexcept {
  Transfer& transfer = Self(self);
  transfer.resend_refused_ = transfer.request_.post && transfer.handed_over_;
  if (transfer.resend_refused_) return CURL_PREREQFUNC_ABORT;
  if (!transfer.HasBody()) transfer.handed_over_ = true;
  return CURL_PREREQFUNC_OK;
}

std::size_t Transfer::OnReadBody(char* to, std::size_t size, std::size_t count,
                                 void* self) noexcept {
  Transfer& transfer = Self(self);
  const std::string_view rest =
      std::string_view(transfer.request_.body).substr(transfer.body_read_);
  const std::size_t taken = std::min(size * count, rest.size());
  if (taken == 0) return 0;
  std::memcpy(to, rest.data(), taken);
  transfer.body_read_ += taken;
  transfer.handed_over_ = true;
  return taken;
}

std::size_t Transfer::OnAnswer(char* from, std::size_t size, std::size_t count,
                               void* self) noexcept {
  return Self(self).Store(from, size * count) ? size * count : 0;
}

// `from` is decompressed already.
bool Transfer::Store(const char* from, std::size_t size) {
  too_large_ = size > max_answer_bytes_ - answer_.size();
  if (too_large_) return false;
  if (answer_.empty()) ReserveAnswer();
  answer_.append(from, size);
  return true;
}

void Transfer::ReserveAnswer() {
  curl_off_t announced = -1;
  curl_easy_getinfo(easy(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
  if (announced <= 0) return;
  answer_.reserve(std::min(static_cast<std::size_t>(announced), max_answer_bytes_));
}

Outcome Transfer::Conclude(CURLcode code) {
  if (code == CURLE_OK) return TakeResponse();
  return Explain(code);
}

Lost Transfer::DeadlinePassed() const {
  return {Cause::kDeadline, handed_over_,
          handed_over_ ? "no complete answer before the deadline"
                       : "the deadline passed before the request was sent"};
}

Response Transfer::TakeResponse() {
  Response response;
  long status = 0;
  curl_easy_getinfo(easy(), CURLINFO_RESPONSE_CODE, &status);
  response.status = static_cast<int>(status);
  const char* content_type = nullptr;
  curl_easy_getinfo(easy(), CURLINFO_CONTENT_TYPE, &content_type);
  if (content_type != nullptr) response.content_type = content_type;
  curl_header* retry_after = nullptr;
  if (curl_easy_header(easy(), "Retry-After", 0, CURLH_HEADER, -1, &retry_after) == CURLHE_OK) {
    response.retry_after = retry_after->value;
  }
  response.body = std::move(answer_);
  return response;
}

Lost Transfer::Explain(CURLcode code) const {
  if (too_large_) {
    return {Cause::kTooLarge, handed_over_,
            "the answer exceeds " + std::to_string(max_answer_bytes_) + " bytes"};
  }
  return {CauseOfCode(code, handed_over_), handed_over_, Words(code)};
}

std::string Transfer::Words(CURLcode code) const {
  if (resend_refused_) return "the connection ended before the answer; not sent again";
  return error_.front() != '\0' ? error_.data() : curl_easy_strerror(code);
}

EasyHandle Transfer::TakeHandle() {
  if (easy_ != nullptr) {
    curl_easy_setopt(easy(), CURLOPT_ERRORBUFFER, nullptr);
    curl_easy_setopt(easy(), CURLOPT_HTTPHEADER, nullptr);
  }
  return std::move(easy_);
}

}  // namespace gateway::http
