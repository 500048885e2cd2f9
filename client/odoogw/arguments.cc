#include "odoogw/arguments.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "grpc/grpc.h"
#include "odoogw/failure.h"
#include "odoogw/names.h"

namespace odoogw {
namespace {

struct Flag {
  const char* name;
  const char* value;  // What stands for the value in the help; null for a flag without one.
  const char* help;
  void (*apply)(Arguments&, const std::string& value);
};

absl::Duration ParseTimeout(const std::string& text) {
  absl::Duration timeout;
  if (!absl::ParseDuration(text, &timeout) || timeout <= absl::ZeroDuration()) {
    throw UsageFailure(absl::StrCat("--timeout ", text, " is no duration such as 30s or 500ms"));
  }
  return timeout;
}

ColorMode ParseColor(const std::string& text) {
  static const std::map<std::string, ColorMode> kModes = {
      {"auto", ColorMode::kAuto}, {"always", ColorMode::kAlways}, {"never", ColorMode::kNever}};
  const auto found = kModes.find(text);
  if (found == kModes.end()) {
    throw UsageFailure(absl::StrCat("--color ", text, " is none of auto, always, never"));
  }
  return found->second;
}

grpc_slice Borrow(const std::string& text) {
  return grpc_slice_from_static_buffer(text.data(), text.size());
}

// gRPC ends the program over metadata that HTTP/2 does not allow.
bool IsLegal(const std::string& key, const std::string& value) {
  return grpc_header_key_is_legal(Borrow(key)) != 0 &&
         (absl::EndsWith(key, "-bin") || grpc_header_nonbin_value_is_legal(Borrow(value)) != 0);
}

Metadata::value_type ParseMetadata(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string key = absl::AsciiStrToLower(text.substr(0, equals));
  const std::string value = equals == std::string::npos ? "" : text.substr(equals + 1);
  if (equals == std::string::npos || !IsLegal(key, value)) {
    throw UsageFailure(absl::StrCat("--metadata ", text, " is no key=value that HTTP/2 allows"));
  }
  return {key, value};
}

std::string ReadFile(const std::string& flag, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file || text.empty()) {
    throw UsageFailure(absl::StrCat("--", flag, " ", path, " cannot be read, or is empty"));
  }
  return text;
}

constexpr Flag kFlags[] = {
    {"address", "HOST:PORT", "the gateway; default $ODOOGW_ADDRESS, else 127.0.0.1:50051",
     [](Arguments& arguments, const std::string& value) { arguments.address = value; }},
    {"token-file", "FILE", "file with the bearer token; default $ODOO_GATEWAY_TOKEN",
     [](Arguments& arguments, const std::string& value) {
       arguments.token = ReadFile("token-file", value);
     }},
    {"tls", nullptr, "over TLS, with the system's CAs",
     [](Arguments& arguments, const std::string&) { arguments.tls.on = true; }},
    {"ca-file", "FILE", "over TLS, with these CAs (PEM)",
     [](Arguments& arguments, const std::string& value) {
       arguments.tls.ca = ReadFile("ca-file", value);
       arguments.tls.on = true;
     }},
    {"cert-file", "FILE", "over TLS, with this client certificate (PEM)",
     [](Arguments& arguments, const std::string& value) {
       arguments.tls.certificate = ReadFile("cert-file", value);
       arguments.tls.on = true;
     }},
    {"key-file", "FILE", "the client certificate's key (PEM)",
     [](Arguments& arguments, const std::string& value) {
       arguments.tls.key = ReadFile("key-file", value);
     }},
    {"insecure", nullptr, "send the token without TLS, not only to this machine",
     [](Arguments& arguments, const std::string&) { arguments.insecure = true; }},
    {"timeout", "DURATION", "for everything together; default 30s",
     [](Arguments& arguments, const std::string& value) {
       arguments.timeout = ParseTimeout(value);
     }},
    {"metadata", "KEY=VALUE", "sent with every call; may be given several times",
     [](Arguments& arguments, const std::string& value) {
       arguments.metadata.push_back(ParseMetadata(value));
     }},
    {"compact", nullptr, "answers on one line",
     [](Arguments& arguments, const std::string&) { arguments.layout = JsonLayout::kCompact; }},
    {"json-errors", nullptr, "errors as google.rpc.Status in JSON",
     [](Arguments& arguments, const std::string&) { arguments.json_errors = true; }},
    {"color", "WHEN", "auto (on a terminal, unless $NO_COLOR is set), always or never",
     [](Arguments& arguments, const std::string& value) { arguments.color = ParseColor(value); }},
    {"help", nullptr, "this text",
     [](Arguments& arguments, const std::string&) { arguments.help = true; }},
};

Failure UnknownFlag(const std::string& name) {
  std::vector<std::string> names;
  for (const Flag& flag : kFlags) names.push_back(absl::StrCat("--", flag.name));
  return UsageFailure(
      absl::StrCat("no flag --", name, DidYouMean(absl::StrCat("--", name), names)));
}

const Flag& FindFlag(const std::string& name) {
  const auto* flag = std::find_if(std::begin(kFlags), std::end(kFlags),
                                  [&](const Flag& candidate) { return candidate.name == name; });
  if (flag == std::end(kFlags)) throw UnknownFlag(name);
  return *flag;
}

// Reads words from the left; a flag may take the word after it as its value.
class Parser {
 public:
  explicit Parser(const std::vector<std::string>& words)
      : next_(words.begin()), end_(words.end()) {}

  void ParseInto(Arguments& arguments) {
    bool flags_ended = false;
    while (next_ != end_) {
      const std::string word = *next_++;
      if (flags_ended || !absl::StartsWith(word, "--")) {
        arguments.words.push_back(word);
      } else if (word == "--") {
        flags_ended = true;
      } else {
        ParseFlag(word.substr(2), arguments);
      }
    }
  }

 private:
  void ParseFlag(const std::string& text, Arguments& arguments) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const Flag& flag = FindFlag(name);
    const bool has_value = equals != std::string::npos;
    if (flag.value == nullptr && has_value) {
      throw UsageFailure(absl::StrCat("--", flag.name, " takes no value"));
    }
    const bool takes_next = flag.value != nullptr && !has_value;
    flag.apply(arguments, takes_next ? TakeValue(flag) : has_value ? text.substr(equals + 1) : "");
  }

  std::string TakeValue(const Flag& flag) {
    if (next_ == end_) throw UsageFailure(absl::StrCat("--", flag.name, " needs ", flag.value));
    return *next_++;
  }

  std::vector<std::string>::const_iterator next_;
  std::vector<std::string>::const_iterator end_;
};

bool IsThisMachine(const std::string& address) {
  const std::string host = address.substr(0, address.rfind(':'));
  const bool numeric = host.find_first_not_of("0123456789.") == std::string::npos;
  return (numeric && absl::StartsWith(host, "127.")) || host == "localhost" || host == "[::1]" ||
         absl::StartsWith(address, "unix:");
}

// No message repeats the token.
void AddToken(Arguments& arguments) {
  absl::StripAsciiWhitespace(&arguments.token);
  if (arguments.token.empty()) return;
  if (!arguments.tls.on && !arguments.insecure && !IsThisMachine(arguments.address)) {
    throw UsageFailure(absl::StrCat("the token would travel to ", arguments.address,
                                    " without TLS; add --tls or --ca-file, or --insecure"));
  }
  const std::string value = absl::StrCat("Bearer ", arguments.token);
  if (!IsLegal("authorization", value)) {
    throw UsageFailure("the token holds characters that HTTP/2 does not allow");
  }
  arguments.metadata.emplace_back("authorization", value);
}

}  // namespace

Arguments ParseArguments(const std::vector<std::string>& command_line) {
  Arguments arguments;
  if (const char* address = std::getenv("ODOOGW_ADDRESS")) arguments.address = address;
  if (const char* token = std::getenv("ODOO_GATEWAY_TOKEN")) arguments.token = token;
  Parser(command_line).ParseInto(arguments);
  if (arguments.tls.certificate.empty() != arguments.tls.key.empty()) {
    throw UsageFailure("--cert-file and --key-file need each other");
  }
  if (!arguments.help) AddToken(arguments);
  return arguments;
}

std::string FlagHelp() {
  std::string help;
  for (const Flag& flag : kFlags) {
    const std::string form = absl::StrCat("--", flag.name, flag.value == nullptr ? "" : " ",
                                          flag.value == nullptr ? "" : flag.value);
    absl::StrAppendFormat(&help, "  %-24s%s\n", form, flag.help);
  }
  return help;
}

}  // namespace odoogw
