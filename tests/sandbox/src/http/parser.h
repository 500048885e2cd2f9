// Reads HTTP/1.x requests from a growing buffer.
#pragma once

#include <optional>
#include <string>

#include "http/message.h"

namespace sandbox {

enum class ParseState { kIncomplete, kComplete, kMalformed };

class RequestParser {
 public:
  // Looks at everything received so far.
  ParseState Feed(std::string_view bytes);

  // True once, when a client waits for "100 Continue" before it sends its body.
  bool TakeContinue();

  // The complete request; the parser is then ready for the next one.
  HttpRequest Take();

 private:
  ParseState ParseHead();
  ParseState ParseBody();
  ParseState ParseChunks();

  std::string buffer_;
  HttpRequest request_;
  bool head_done_ = false;
  bool continue_sent_ = false;
};

std::string UrlDecode(std::string_view text);

}  // namespace sandbox
