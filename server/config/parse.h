// Text of one setting -> its value, or a failure whose message goes behind the setting's name
// ("--listen: ..."). Pure but for the functions that read files.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/config.h"

namespace gateway::config {

base::Result<std::string> ParseText(std::string_view text);

// `127.0.0.1:50051`, `[::1]:0`, `localhost:80`.
base::Result<std::string> ParseAddress(std::string_view text);
// Empty stays empty.
base::Result<std::string> ParseOptionalAddress(std::string_view text);

// `https://erp.example.com/prefix/` -> `https://erp.example.com/prefix`.
base::Result<std::string> ParseUrl(std::string_view text);

// `500ms`, `30s`, `2m`, `1h`: 1 ms to 24 h.
base::Result<std::chrono::milliseconds> ParseDuration(std::string_view text);

base::Result<std::size_t> ParseCount(std::string_view text, std::size_t min, std::size_t max);
// `512`, `64KiB`, `16MiB`, `1GiB`; limits in bytes.
base::Result<std::size_t> ParseSize(std::string_view text, std::size_t min, std::size_t max);

// `true`, `false`, `1`, `0`.
base::Result<bool> ParseBool(std::string_view text);
base::Result<Protocol> ParseProtocol(std::string_view text);
base::Result<Transport> ParseTransport(std::string_view text);
base::Result<LogLevel> ParseLogLevel(std::string_view text);

// Line breaks at the end are dropped: files and Kubernetes secrets tend to have one.
base::Result<Secret> ParseSecret(std::string_view text);
// The secret in the file `path`.
base::Result<Secret> ReadSecret(std::string_view path);

// The path of a file that can be opened.
base::Result<std::string> ParseReadableFile(std::string_view path);

}  // namespace gateway::config
