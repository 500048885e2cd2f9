#include "http/parser.h"

#include <charconv>

#include "base/text.h"

namespace sandbox {
namespace {

constexpr size_t kMaxHead = 64 * 1024;

bool ParseNumber(std::string_view text, int base, size_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return error == std::errc() && end == text.data() + text.size();
}

void ParseHeaderLine(std::string_view line, HttpRequest& request) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  request.headers[Lower(Trim(line.substr(0, colon)))] = std::string(Trim(line.substr(colon + 1)));
}

}  // namespace

std::string UrlDecode(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    size_t code = 0;
    if (text[i] == '%' && i + 2 < text.size() && ParseNumber(text.substr(i + 1, 2), 16, code)) {
      decoded += static_cast<char>(code);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

ParseState RequestParser::Feed(std::string_view bytes) {
  buffer_ += bytes;
  if (!head_done_) {
    const ParseState state = ParseHead();
    if (state != ParseState::kComplete) return state;
  }
  return ParseBody();
}

ParseState RequestParser::ParseHead() {
  const size_t end = buffer_.find("\r\n\r\n");
  if (end == std::string::npos) {
    return buffer_.size() > kMaxHead ? ParseState::kMalformed : ParseState::kIncomplete;
  }
  const std::vector<std::string> lines = Split(std::string_view(buffer_).substr(0, end), '\n');
  const std::vector<std::string> start = Split(Trim(lines[0]), ' ');
  if (start.size() != 3 || !start[2].starts_with("HTTP/1.")) return ParseState::kMalformed;
  request_.method = start[0];
  request_.target = start[1];
  request_.path = UrlDecode(std::string_view(start[1]).substr(0, start[1].find('?')));
  request_.headers["@version"] = start[2];
  for (size_t i = 1; i < lines.size(); ++i) ParseHeaderLine(Trim(lines[i]), request_);
  buffer_.erase(0, end + 4);
  head_done_ = true;
  return ParseState::kComplete;
}

ParseState RequestParser::ParseBody() {
  if (Lower(request_.Header("transfer-encoding")) == "chunked") return ParseChunks();
  const std::string length = request_.Header("content-length");
  size_t size = 0;
  if (!length.empty() && !ParseNumber(length, 10, size)) return ParseState::kMalformed;
  if (buffer_.size() < size) return ParseState::kIncomplete;
  request_.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return ParseState::kComplete;
}

ParseState RequestParser::ParseChunks() {
  while (true) {
    const size_t line = buffer_.find("\r\n");
    if (line == std::string::npos) return ParseState::kIncomplete;
    size_t size = 0;
    const std::string_view head = std::string_view(buffer_).substr(0, line);
    if (!ParseNumber(head.substr(0, head.find(';')), 16, size)) return ParseState::kMalformed;
    if (buffer_.size() < line + 2 + size + 2) return ParseState::kIncomplete;
    request_.body += buffer_.substr(line + 2, size);
    buffer_.erase(0, line + 2 + size + 2);
    if (size == 0) return ParseState::kComplete;
  }
}

bool RequestParser::TakeContinue() {
  if (!head_done_ || continue_sent_) return false;
  continue_sent_ = true;
  return Lower(request_.Header("expect")) == "100-continue";
}

HttpRequest RequestParser::Take() {
  HttpRequest request = std::move(request_);
  request_ = {};
  head_done_ = continue_sent_ = false;
  return request;
}

}  // namespace sandbox
